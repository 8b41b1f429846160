//! The brand writes of its own accord: through the same gate as everybody.

use super::{Transition, charged};
use crate::effect::{Send, SendKind};
use crate::id::ConversationId;
use crate::input::Outreach;
use crate::time::Deadline;

impl Transition<'_> {
    /// Sends it if it may leave. What a customer answers later is then known to be about it (`TX-11`).
    pub fn outreach(&mut self, outreach: &Outreach) {
        let segments = charged(outreach.channel, &outreach.text);
        // It answers nothing, and takes the way that the brand has chosen.
        let send = Send {
            conversation: ConversationId::default(),
            turn: 0,
            channel: outreach.channel,
            sender: outreach.sender,
            ..self.message(SendKind::Outreach, outreach.text.clone(), segments)
        };
        if self.pass(send).is_ok() {
            let at = Deadline::not_before(self.at);
            self.contact.profile_mut().last_outreach = Some((outreach.source, at));
        }
    }
}
