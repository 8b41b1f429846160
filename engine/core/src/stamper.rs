//! The stamper: finds out what can be found out about a reply, once, before it is journaled.

use std::sync::Arc;

use crate::classify::{Classifier, Scratch};
use crate::input::Stamp;
use crate::message::Inbound;
use crate::policy::{Particulars, Policy, particulars};
use crate::segment;

/// Reads replies for one thread.
#[derive(Debug)]
pub struct Stamper {
    classifier: Arc<Classifier>,
    scratch: Scratch,
}

impl Stamper {
    /// One that reads with `classifier`, which threads share.
    pub fn new(classifier: Arc<Classifier>) -> Self {
        Self { classifier, scratch: Scratch::default() }
    }

    /// What stands in `reply`, as the brand's policy reads it; without a policy, what anybody would.
    pub fn stamp(&mut self, reply: &Inbound, policy: Option<&Policy>) -> Stamp {
        let mut verdict = self.classifier.classify(&reply.text, &mut self.scratch);
        let segments = segment::count_lossy(&reply.text).segments;
        let Some(policy) = policy else {
            return Stamp { verdict, segments, ..Stamp::default() };
        };
        let folded = self.scratch.text().bytes();
        policy.consent.read(folded, &mut verdict);
        let language = self.classifier.language(verdict.rule);
        let (keyword, gates) =
            (policy.keyword(folded, reply.source), policy.audience.gates(folded));
        let particulars = match policy.wants_particulars {
            true => particulars::find(folded, reply.media),
            false => Particulars::default(),
        };
        let policy = policy.version;
        Stamp { verdict, segments, keyword, gates, language, particulars, policy }
    }
}
