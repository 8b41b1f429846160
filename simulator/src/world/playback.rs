//! Recorded replies, played into the world.

use std::collections::BTreeSet;
use std::time::Duration;

use volley_core::id::BrandId;
use volley_core::input::Input;
use volley_core::message::Inbound;
use volley_core::time::Timestamp;

use super::{BRAND, Event, World};
use crate::error::Error;
use crate::recorded::Recorded;

/// Time that AI and agents have after the last recorded reply.
const AFTER: Duration = Duration::from_secs(3600);

/// A file being played: one reply is read ahead.
pub(super) struct Playback {
    recorded: Recorded,
    ahead: Option<Inbound>,
    last_at: Timestamp,
    brands: BTreeSet<BrandId>,
}

impl Playback {
    pub(super) fn end(&self) -> Option<Timestamp> {
        if self.ahead.is_some() { None } else { Some(self.last_at + AFTER) }
    }
}

impl World<'_> {
    /// Plays `recorded`, of which `first` was read already. All its brands are served by the
    /// scenario's policy.
    pub fn play_back(&mut self, recorded: Recorded, first: Inbound) {
        let last_at = first.received_at;
        self.events.plan(last_at, Event::Recorded);
        let brands = BTreeSet::from([BRAND]);
        self.recorded = Some(Playback { recorded, ahead: Some(first), last_at, brands });
    }

    /// Lines of the file that were passed over.
    pub fn skipped_lines(&self) -> u64 {
        self.recorded.as_ref().map_or(0, |playback| playback.recorded.skipped)
    }

    /// Takes the reply that is due and reads the next one.
    pub(super) fn play(&mut self, inputs: &mut Vec<Input>) -> Result<(), Error> {
        let Some(playback) = self.recorded.as_mut() else { return Ok(()) };
        let Some(reply) = playback.ahead.take() else { return Ok(()) };
        playback.last_at = reply.received_at;
        playback.ahead = playback.recorded.next_reply()?;
        if let Some(next) = &playback.ahead {
            self.events.plan(next.received_at, Event::Recorded);
        }
        if playback.brands.insert(reply.brand) {
            self.serve(reply.brand);
            inputs.append(&mut self.at_once);
        }
        inputs.push(self.goes_in(reply, None));
        Ok(())
    }
}
