//! What a policy says that cannot happen, contradicts itself, or is not said: findings, each with a message that shows
//! it; and the table of who answers what.
//!
//! The checker knows as little of the rules as it can. It asks the ladder where messages go, sends witnesses
//! through the engine before it shows them, and takes for impossible what came up in no conversation
//! that it led through the engine.

mod audience;
mod clock;
mod machine;
mod money;
mod people;
mod reach;
mod samples;
mod table;
mod texts;
mod witness;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::classify::Classifier;
use crate::names::named;
use crate::policy::Policy;
use reach::Reached;
pub use table::{Row, Ruling, barred, table};
use witness::Bench;
pub use witness::{Message, Moments, Witness};

named! {
    /// The kinds of findings.
    pub enum FindingKind {
        /// Two rules want one message; the first gets it.
        Conflict = "conflict",
        /// A rule that can never fire.
        NeverFires = "never_fires",
        /// A rule that is overruled in part, by the law or by a gate.
        Overruled = "overruled",
        /// Something that happens and for which nothing is said.
        Gap = "gap",
        /// A state that ends by no time anybody would wait for.
        NoDeadline = "no_deadline",
    }
}

/// Something to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// The keys it is about.
    pub key: String,
    /// What is the matter, and what to do.
    pub message: String,
    /// A message that shows it.
    pub witness: Witness,
}

/// Looks for all that is to be found. The classifier says what the words of rules and witnesses are.
pub fn check(policy: &Policy, classifier: &Arc<Classifier>) -> Vec<Finding> {
    let moments = Moments::of(policy);
    let mut check = Check {
        policy,
        moments,
        bench: Bench::new(policy, classifier, moments.any()),
        reached: reach::reach(policy),
        findings: Vec::new(),
    };
    words::check(&mut check);
    audience::check(&mut check);
    machine::check(&mut check);
    money::check(&mut check);
    people::check(&mut check);
    texts::check(&mut check);
    clock::check(&mut check);
    check.findings
}

/// A policy under examination.
struct Check<'a> {
    policy: &'a Policy,
    moments: Moments,
    bench: Bench,
    reached: Reached,
    findings: Vec<Finding>,
}

impl Check<'_> {
    /// A message while people work.
    fn says(&self, text: &str) -> Message {
        Message::new(text, self.moments.any())
    }

    /// Notes a finding, with a message that shows it.
    fn find(&mut self, kind: FindingKind, key: &str, message: String, shown_by: Message) {
        self.find_then(kind, key, message, shown_by, "");
    }

    /// The same, where the message alone does not show it: something has to follow.
    fn find_then(
        &mut self,
        kind: FindingKind,
        key: &str,
        message: String,
        shown_by: Message,
        then: &'static str,
    ) {
        let mut witness = self.bench.witness(self.policy, shown_by);
        witness.then = then;
        self.findings.push(Finding { kind, key: key.to_owned(), message, witness });
    }
}
