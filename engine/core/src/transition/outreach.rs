//! The brand writes of its own accord: through the same gate as everybody.

use super::{Transition, charged};
use crate::effect::SendKind;
use crate::input::Outreach;
use crate::time::Deadline;

impl Transition<'_> {
    /// Sends it if it may leave. What a customer answers later is then known to be about it (`TX-11`).
    pub fn outreach(&mut self, outreach: &Outreach) {
        let segments = charged(outreach.channel, &outreach.text);
        let sent = self.send_by(
            outreach.channel,
            outreach.sender,
            SendKind::Outreach,
            outreach.text.clone(),
            segments,
        );
        if sent.is_ok() {
            let at = Deadline::not_before(self.at);
            self.contact.profile_mut().last_outreach = Some((outreach.source, at));
        }
    }
}
