//! What each tier can look up, and what answering an intent takes (`OT-25`, `KL-11`, `AI-2`). A request
//! that a tier has no access to can only go up: from the AI to people, from people to the store.

use crate::classify::Intent;
use crate::names::named;

named! {
    /// Something that is looked up to answer a customer.
    pub enum Access {
        /// The catalogue.
        Products = "products",
        /// Orders and their shipments.
        Orders = "orders",
        /// The customer's account, payments included.
        Account = "account",
        /// The store's rules.
        Policies = "policies",
    }
}

/// A set of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessSet(u8);

impl AccessSet {
    /// Everything.
    pub const ALL: Self = Self((1 << Access::ALL.len()) - 1);

    /// Those of `list`.
    pub fn of(list: &[Access]) -> Self {
        Self(list.iter().fold(0, |set, access| set | 1 << access.code()))
    }

    /// Whether what it takes to answer `intent` is among these.
    pub fn suffices_for(self, intent: Intent) -> bool {
        needed(intent).is_none_or(|access| self.0 >> access.code() & 1 == 1)
    }
}

fn needed(intent: Intent) -> Option<Access> {
    match intent {
        Intent::ProductQuestion => Some(Access::Products),
        Intent::OrderStatus
        | Intent::OrderChange
        | Intent::ReturnRefund
        | Intent::DamagedOrWrongItem => Some(Access::Orders),
        Intent::BillingDispute | Intent::AccountHelp => Some(Access::Account),
        Intent::StoreInfo => Some(Access::Policies),
        Intent::Unclear
        | Intent::HumanRequest
        | Intent::ComplaintFrustration
        | Intent::Abuse
        | Intent::Acknowledgement
        | Intent::Spam
        | Intent::Other => None,
    }
}

/// What the tiers have access to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accesses {
    /// The AI.
    pub ai: AccessSet,
    /// People.
    pub human: AccessSet,
}
