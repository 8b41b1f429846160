//! Tags in the book: which conversation bears which, since when and for how long (`AI-47`).

use std::collections::BTreeMap;

use volley_core::conversation::Outcome;
use volley_core::effect::Tagging;
use volley_core::export::TagRow;
use volley_core::id::ConversationId;
use volley_core::policy::Policy;
use volley_core::time::Timestamp;

use super::entry::Entry;

#[derive(Clone, Copy, Debug)]
struct Span {
    since: Timestamp,
    until: Option<Timestamp>,
}

/// What a tag's conversations came to, by how they ended.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    conversations: u64,
    tagged: u64,
    age_s: u64,
    age_max_s: u64,
}

/// All tags of all conversations, by their positions in the scenario's policy.
#[derive(Debug, Default)]
pub(super) struct TagBook {
    spans: BTreeMap<(ConversationId, usize), Span>,
    sums: BTreeMap<(usize, Outcome), Sum>,
}

impl TagBook {
    pub(super) fn set(&mut self, tagging: &Tagging, at: Timestamp) {
        for tag in tagging.tags.iter() {
            let fresh = Span { since: at, until: None };
            let span = self.spans.entry((tagging.conversation, tag)).or_insert(fresh);
            // Set anew after it was removed, it ages from its beginning; set twice, from the first.
            if span.until.is_some() {
                *span = fresh;
            }
        }
    }

    pub(super) fn remove(&mut self, tagging: &Tagging, at: Timestamp) {
        for tag in tagging.tags.iter() {
            if let Some(span) = self.spans.get_mut(&(tagging.conversation, tag)) {
                span.until.get_or_insert(at);
            }
        }
    }

    fn of(&self, id: ConversationId) -> impl Iterator<Item = (usize, Span)> {
        let range = self.spans.range((id, 0)..=(id, usize::MAX));
        range.map(|((_, tag), span)| (*tag, *span))
    }

    /// Adds up what became of one conversation's tags by `at`.
    pub(super) fn end(&mut self, id: ConversationId, entry: &Entry, at: Timestamp) {
        let spans: Vec<_> = self.of(id).collect();
        for (tag, span) in spans {
            let until = span.until.or(entry.closed_at).unwrap_or(at);
            let age_s = until.since(span.since).as_secs();
            let sum = self.sums.entry((tag, entry.outcome)).or_default();
            sum.conversations += 1;
            sum.tagged += u64::from(span.until.is_none());
            sum.age_s += age_s;
            sum.age_max_s = sum.age_max_s.max(age_s);
        }
    }

    pub(super) fn rows(&self, policy: &Policy) -> Vec<TagRow> {
        let rows = self.sums.iter().map(|((tag, outcome), sum)| TagRow {
            tag: name(policy, *tag),
            outcome: *outcome,
            conversations: sum.conversations,
            tagged: sum.tagged,
            age_s: sum.age_s,
            age_max_s: sum.age_max_s,
        });
        rows.collect()
    }

    /// The labels that a conversation bears, joined by commas.
    pub(super) fn names(&self, id: ConversationId, policy: &Policy) -> String {
        let tagged = self.of(id).filter(|(_, span)| span.until.is_none());
        tagged.map(|(tag, _)| name(policy, tag)).collect::<Vec<_>>().join(",")
    }
}

fn name(policy: &Policy, tag: usize) -> String {
    policy.tags.get(tag).map_or_else(|| format!("#{tag}"), |tag| tag.name.clone())
}
