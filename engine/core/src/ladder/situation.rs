//! A case that owns what it is made from, so that it can be looked at later and changed.

use std::sync::Arc;

use super::Case;
use crate::budget::BrandDay;
use crate::contact::Contact;
use crate::input::Stamp;
use crate::message::Inbound;
use crate::policy::Policy;
use crate::time::Timestamp;

/// What a decision was made from, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The person as they stood before the reply.
    pub contact: Contact,
    /// Whether the message id was new.
    pub first_delivery: bool,
    /// The reply.
    pub reply: Inbound,
    /// What was found out about it.
    pub stamp: Stamp,
    /// What the brand's AI had spent on the day.
    pub brand: BrandDay,
    /// The brand's policy.
    pub policy: Arc<Policy>,
    /// When it was decided.
    pub at: Timestamp,
}

impl Situation {
    /// What `reply` finds, before anything is done about it.
    pub fn new(
        (contact, brand): (&Contact, BrandDay),
        reply: &Inbound,
        stamp: &Stamp,
        policy: &Arc<Policy>,
        at: Timestamp,
    ) -> Self {
        let mut contact = contact.clone();
        let first_delivery = contact.is_first_delivery(reply.message_id);
        let (reply, policy) = (reply.clone(), Arc::clone(policy));
        Self { contact, first_delivery, reply, stamp: *stamp, brand, policy, at }
    }

    /// The case, for the ladder.
    pub fn case(&self) -> Case<'_> {
        let Self { contact, first_delivery, reply, stamp, brand, policy, at } = self;
        let first_delivery = *first_delivery;
        Case { contact, first_delivery, reply, stamp, brand, policy, at: *at }
    }
}
