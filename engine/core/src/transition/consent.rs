//! What follows from a word about consent: gates close, what is on its way is cancelled, the law's answers leave.

use super::{Transition, charged};
use crate::contact::Consent;
use crate::conversation::{Outcome, Owner};
use crate::effect::{Send, SendKind};
use crate::id::SenderId;
use crate::input::Stamp;
use crate::message::Inbound;
use crate::policy::Text;
use crate::reason::Reason;
use crate::time::Deadline;

impl Transition<'_> {
    /// Does what a compliance word asks for, and says so.
    pub(super) fn comply(&mut self, reason: Reason, reply: &Inbound, stamp: &Stamp) {
        let policy = self.policy;
        let texts = policy.texts_in(self.contact.profile().language.or(stamp.language));
        match reason {
            Reason::OptOut => {
                self.opt_out(reason, reply.sender);
                self.acknowledge(SendKind::OptOutConfirmation, &texts.opt_out, reply);
            }
            Reason::OptIn => {
                let before = self.contact.consent_for(reply.sender, &policy.consent);
                self.set_consent(Consent::OptedIn, reply.sender);
                if before != Consent::OptedIn {
                    self.acknowledge(SendKind::OptInConfirmation, &texts.opt_in, reply);
                }
            }
            Reason::Help => self.acknowledge(SendKind::Help, &texts.help, reply),
            // A second STOP is honoured by the first; one confirmation per opt-out is all the law
            // allows (47 CFR 64.1200(a)(12)).
            _ => {}
        }
    }

    /// The answer leaves by the way that the word came, whatever way the conversation takes.
    fn acknowledge(&mut self, kind: SendKind, text: &Text, reply: &Inbound) {
        let segments = charged(reply.channel, &text.bytes);
        let message = self.message(kind, text.bytes.clone(), segments);
        let _ = self.pass(Send { channel: reply.channel, sender: reply.sender, ..message });
    }

    pub(super) fn set_consent(&mut self, consent: Consent, sender: SenderId) {
        let since = Deadline::not_before(self.at);
        self.contact.set_consent(consent, sender, &self.policy.consent, since);
    }

    /// Closes the gate for as much of the brand as the policy says (`G-28`).
    pub(super) fn opt_out(&mut self, reason: Reason, sender: SenderId) {
        self.set_consent(Consent::OptedOut, sender);
        self.fall_silent(reason);
    }

    /// Decides what is held, all of it.
    pub(super) fn settle_hold(&mut self, opt_out: bool, reason: Reason) {
        self.contact.settle_hold(opt_out, Deadline::not_before(self.at));
        if opt_out {
            self.fall_silent(reason);
        }
    }

    /// What counts for the way that the conversation takes.
    pub(super) fn consent(&self) -> Consent {
        self.contact.consent_for(self.contact.conversation.sender, &self.policy.consent)
    }

    /// Whether the customer opted out of it.
    pub(super) fn is_out(&self) -> bool {
        self.consent() == Consent::OptedOut
    }

    /// Whether nothing may leave by it, whoever wants to send.
    pub(super) fn is_closed(&self) -> bool {
        self.consent().is_closed(&self.policy.consent)
    }

    /// Cancels what is on its way (`KL-24`), if it would leave where the gate is closed now. People keep
    /// the conversation they have (`KL-83`): they see it, and cannot send.
    fn fall_silent(&mut self, reason: Reason) {
        if !self.is_out() {
            return;
        }
        self.stop_automation();
        let conversation = &mut self.contact.conversation;
        match conversation.owner {
            Owner::Ai | Owner::Automation | Owner::Suspended => {
                conversation.close(Outcome::OptedOut, reason, self.at);
            }
            Owner::Queue | Owner::Human(_) | Owner::Store => conversation.cancel_pending(),
            Owner::Closed => {}
        }
    }

    /// Takes note of what a provider or the brand's own list says (`G-27`, `G-31`). It closes what is
    /// open; what a person has closed themselves, only they open again, by START.
    pub(super) fn listed(&mut self, consent: Consent) {
        let since = Deadline::not_before(self.at);
        match (consent, self.contact.consent) {
            (Consent::OptedOut, Consent::Unknown | Consent::OptedIn | Consent::Held) => {
                self.contact.set_consent_everywhere(Consent::OptedOut, since);
                self.fall_silent(Reason::OptOut);
            }
            (Consent::OptedIn, Consent::Unknown) => {
                self.contact.consent = Consent::OptedIn;
                self.contact.consent_since = Some(since);
            }
            _ => {}
        }
    }
}
