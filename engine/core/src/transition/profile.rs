//! Something became known about a person.

use super::Transition;
use crate::input::ProfileChange;

impl Transition<'_> {
    /// Notes what is known; what is none stays as it was.
    pub fn profile(&mut self, change: &ProfileChange) {
        if let Some(segments) = &change.segments {
            let mut segments = segments.clone();
            segments.sort_unstable();
            segments.dedup();
            self.contact.profile_mut().segments = segments;
        }
        if change.zone.is_some() {
            self.contact.profile_mut().zone = change.zone;
        }
        if change.language.is_some() {
            self.contact.profile_mut().language = change.language;
        }
        if let Some(consent) = change.consent {
            self.listed(consent);
        }
    }
}
