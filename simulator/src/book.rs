//! The book of conversations: what became of each, made from what the engine lets out and from what is
//! seen outside of it.
//!
//! It counts for itself and asks the engine nothing but, at the end, how open conversations stand: so
//! what it says can be held against what the engine says.

mod entry;
mod tags;
mod tally;

use volley_core::contact::Contact;
use volley_core::conversation::Outcome;
use volley_core::decision::Decision;
use volley_core::effect::{Effect, Event, EventKind, Send, SendKind};
use volley_core::export::ConversationRow;
use volley_core::id::{ContactId, ConversationId, Key};
use volley_core::message::Channel;
use volley_core::policy::Policy;
use volley_core::time::Timestamp;

use entry::Entry;
use tags::TagBook;

pub use entry::Tier;
pub use tally::{ChannelTally, Tally, TierTally};

/// An answer that was a conversation's first, and how long the customer had waited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstAnswer {
    /// Whose.
    pub tier: Tier,
    /// Microseconds.
    pub waited_us: u64,
}

/// All conversations, by partition and number; and the people who talked to the AI.
#[derive(Debug, Default)]
pub struct Book {
    partitions: Vec<Vec<Entry>>,
    tags: TagBook,
    talked_to_ai: Vec<ContactId>,
    tally: Tally,
}

impl Book {
    /// The entry of a conversation, which begins now if nobody has heard of it; none for no conversation.
    fn entry(&mut self, id: ConversationId, key: Key, at: Timestamp) -> Option<&mut Entry> {
        let number = (id.0 & ((1 << 48) - 1)) as usize;
        let index = number.checked_sub(1)?;
        let partition = usize::from(id.partition().0);
        if partition >= self.partitions.len() {
            self.partitions.resize_with(partition + 1, Vec::new);
        }
        let entries = &mut self.partitions[partition];
        if index >= entries.len() {
            entries.resize_with(index + 1, Entry::default);
        }
        let entry = &mut entries[index];
        if entry.opened_at == Timestamp::default() {
            (entry.key, entry.opened_at) = (key, at);
        }
        Some(entry)
    }

    /// The channel by which the customer of a conversation wrote last.
    pub fn channel(&self, id: ConversationId) -> Channel {
        let number = (id.0 & ((1 << 48) - 1)) as usize;
        let entries = self.partitions.get(usize::from(id.partition().0));
        let entry = entries.and_then(|entries| entries.get(number.checked_sub(1)?));
        entry.map_or(Channel::default(), |entry| entry.channel)
    }

    /// Takes note of an effect that was let out at `at`. Tells of a conversation's first answer.
    pub fn observe(&mut self, effect: &Effect, at: Timestamp) -> Option<FirstAnswer> {
        match effect {
            Effect::Decide(decision) => self.decided(decision),
            Effect::Send(send) => return self.sent(send),
            Effect::AskAi(request) => {
                let entry = self.entry(request.conversation, request.key, at)?;
                entry.ai_turns += 1;
            }
            Effect::Offer(offer) => {
                let entry = self.entry(offer.conversation, offer.key, offer.at)?;
                (entry.is_ticket, entry.for_people) = (true, true);
                entry.escalate(offer.reason);
            }
            Effect::HandOver(handed) => {
                let entry = self.entry(handed.conversation, handed.key, at)?;
                (entry.is_ticket, entry.handed_over) = (true, true);
                entry.escalate(handed.reason);
            }
            Effect::Event(event) => self.event(event),
            Effect::Tag(tagging) => self.tags.set(tagging, at),
            Effect::Untag(tagging) => self.tags.remove(tagging, at),
            Effect::Credit(credit) => {
                let entry = self.entry(credit.conversation, credit.key, credit.at)?;
                entry.credit(credit);
                self.tally.credit(credit);
            }
            Effect::Ended(ended) => {
                let conversation = &ended.conversation;
                let entry = self.entry(conversation.id, ended.key, ended.at)?;
                entry.stand(conversation, ended.owner.kind());
                entry.closed_at = Some(ended.at);
                if conversation.outcome == Outcome::ClosedOut {
                    entry.escalate(conversation.reason);
                }
            }
            _ => {}
        }
        None
    }

    fn decided(&mut self, decision: &Decision) {
        self.tally.channel(decision.channel).replied(decision.segments);
        let (brand, contact) = (decision.brand, decision.contact);
        let key = Key { brand, contact };
        let Some(entry) = self.entry(decision.conversation, key, decision.decided_at) else {
            return;
        };
        entry.heard(decision);
    }

    fn sent(&mut self, send: &Send) -> Option<FirstAnswer> {
        self.tally.channel(send.channel).segments += u64::from(send.segments.segments);
        let entry = self.entry(send.conversation, send.key, send.at)?;
        entry.sms_segments += u32::from(send.segments.segments);
        let tier = match send.kind {
            SendKind::Ai => Tier::Ai,
            SendKind::Agent => Tier::Human,
            SendKind::Store => Tier::Store,
            SendKind::Automation => {
                entry.automated();
                return None;
            }
            _ => return None,
        };
        let first = entry.answered(tier, send.turn, send.segments.segments, send.at);
        self.note_first(send.channel, first)
    }

    fn note_first(&mut self, channel: Channel, first: Option<FirstAnswer>) -> Option<FirstAnswer> {
        if let Some(first) = first {
            self.tally.channel(channel).first_answered(first.waited_us);
        }
        first
    }

    /// Somebody answered outside of the engine: the store by its own means, or a person from a phone.
    pub fn answered_outside(
        &mut self,
        id: ConversationId,
        key: Key,
        tier: Tier,
        at: Timestamp,
    ) -> Option<FirstAnswer> {
        let entry = self.entry(id, key, at)?;
        let (turn, channel) = (entry.turns, entry.channel);
        let first = entry.answered(tier, turn, 0, at);
        self.note_first(channel, first)
    }

    fn event(&mut self, event: &Event) {
        self.tally.events[usize::from(event.kind.code())] += 1;
        if event.kind == EventKind::Started {
            self.talked_to_ai.push(event.key.contact);
        }
        let Some(entry) = self.entry(event.conversation, event.key, event.at) else { return };
        (entry.channel, entry.source) = (event.channel, event.source);
        match event.kind {
            EventKind::Revoked => entry.revoked += 1,
            EventKind::DoubleReply => entry.double_replies += 1,
            _ => {}
        }
    }

    /// The people who have talked to the AI so far, in the order in which they first did; those who did
    /// so in several conversations stand there several times.
    pub fn talked_to_ai(&self) -> &[ContactId] {
        &self.talked_to_ai
    }

    /// Notes an order that somebody made, whoever gets the credit.
    pub fn ordered(&mut self, cents: u32) {
        self.tally.orders += 1;
        self.tally.order_cents += u64::from(cents);
    }

    /// Ends the book: conversations that are open stand as the engine has them.
    pub fn end(&mut self, at: Timestamp, policy: &Policy, find: impl Fn(Key) -> Option<Contact>) {
        for (partition, entries) in self.partitions.iter_mut().enumerate() {
            for (entry, number) in entries.iter_mut().zip(1..) {
                let id = ConversationId((partition as u64) << 48 | number);
                if entry.closed_at.is_none()
                    && let Some(contact) = find(entry.key)
                    && contact.conversation.id == id
                {
                    entry.stand(&contact.conversation, contact.conversation.owner.kind());
                }
                if entry.exists() {
                    self.tally.add(entry);
                    self.tags.end(id, entry, at);
                }
            }
        }
        self.tally.tags = self.tags.rows(policy);
    }

    /// What it all came to.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// One row per conversation.
    pub fn rows<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = ConversationRow> + 'a {
        self.partitions.iter().enumerate().flat_map(move |(partition, entries)| {
            let known = entries.iter().zip(1..).filter(|(entry, _)| entry.exists());
            known.map(move |(entry, number)| {
                let id = ConversationId((partition as u64) << 48 | number);
                entry.row(id, self.tags.names(id, policy))
            })
        })
    }
}
