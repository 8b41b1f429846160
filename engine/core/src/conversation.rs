//! A conversation: who owns it, since when, what it has cost, and when somebody must act next.
//!
//! Exactly one owner at any time, and an epoch that grows with each change of owner. Whatever leaves
//! (an AI request, an offer to people) carries turn and epoch, and an answer to an old one is dropped.

use std::time::Duration;

use crate::classify::Intent;
use crate::id::{AgentId, ConversationId, Position, SenderId};
use crate::message::{Channel, Source};
use crate::names::named;
use crate::planted::{self, Bug};
use crate::reason::Reason;
use crate::time::{Deadline, Timestamp};

/// Who may speak for the brand (`G-1`). Exactly one at any time (`OT-27`, `TX-56`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Nobody: there is no open conversation.
    #[default]
    Closed,
    /// A keyword automation.
    Automation,
    /// The AI.
    Ai,
    /// Nobody yet: it waits for a person.
    Queue,
    /// A person.
    Human(AgentId),
    /// The store's own team or a helpdesk, outside this inbox.
    Store,
    /// Nobody, until the customer has sent what was asked for.
    Suspended,
}

named! {
    /// The kinds of owner, for files.
    pub enum OwnerKind {
        /// No open conversation.
        Closed = "closed",
        /// A keyword automation.
        Automation = "automation",
        /// The AI.
        Ai = "ai",
        /// Waiting for a person.
        Queue = "queue",
        /// A person.
        Human = "human",
        /// The store's own team.
        Store = "store",
        /// Waiting for the customer.
        Suspended = "suspended",
    }
}

impl Owner {
    /// The kind of owner.
    pub const fn kind(self) -> OwnerKind {
        match self {
            Self::Closed => OwnerKind::Closed,
            Self::Automation => OwnerKind::Automation,
            Self::Ai => OwnerKind::Ai,
            Self::Queue => OwnerKind::Queue,
            Self::Human(_) => OwnerKind::Human,
            Self::Store => OwnerKind::Store,
            Self::Suspended => OwnerKind::Suspended,
        }
    }
}

named! {
    /// How a conversation ended, or that it has not (`X-5`, `X-20`).
    #[derive(Default)]
    pub enum Outcome {
        /// Still open.
        #[default]
        Open = "open",
        /// A person said so.
        ResolvedConfirmed = "resolved_confirmed",
        /// The customer fell silent after an answer; revoked when they return.
        ResolvedAssumed = "resolved_assumed",
        /// The closing text was sent: neither resolved nor escalated.
        ClosedOut = "closed_out",
        /// The customer opted out.
        OptedOut = "opted_out",
        /// The brand blocked the customer.
        Blocked = "blocked",
        /// Handed to the store and not heard of again.
        HandedOver = "handed_over",
    }
}

named! {
    /// Who gave an answer (`OT-43`, `RU-39`).
    #[derive(Default)]
    pub enum Speaker {
        /// Nobody yet.
        #[default]
        Nobody = "nobody",
        /// A keyword automation.
        Automation = "automation",
        /// The AI.
        Ai = "ai",
        /// A person.
        Human = "human",
        /// The store's own team.
        Store = "store",
    }
}

named! {
    /// Which outcome of the AI's conversation was given as an event, and stands (`KL-80`).
    #[derive(Default)]
    pub enum Told {
        /// None.
        #[default]
        Nothing = "nothing",
        /// That it was resolved; taken back if the customer returns.
        Resolved = "resolved",
        /// That it went to people.
        Escalated = "escalated",
    }
}

named! {
    /// What a conversation is good for (`KL-6`).
    pub enum Purpose {
        /// Questions before a purchase: they bring revenue.
        Revenue = "revenue",
        /// Everything else: service.
        Service = "service",
    }
}

impl Purpose {
    /// What a conversation about `intent` is good for.
    pub const fn of(intent: Intent) -> Self {
        match intent {
            Intent::ProductQuestion | Intent::StoreInfo => Self::Revenue,
            _ => Self::Service,
        }
    }
}

/// A message, its answer and the next message within this time make a rapid exchange. The answer
/// itself takes a second or two.
const RAPID_EXCHANGE_SECS: u32 = 8;

/// One conversation. Kept small, and without padding: there are as many of these as people who ever replied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(Rust, packed(2))]
pub struct Conversation {
    /// Its name; 0 while the person has had none.
    pub id: ConversationId,
    /// Where the journal holds its previous record: reading a transcript is walking that chain.
    pub last_record: Position,
    /// Who may speak.
    pub owner: Owner,
    /// Grows with every change of owner and with everything that cancels what is pending.
    pub epoch: u32,
    /// The customer's messages, counted.
    pub turn: u32,
    /// When the customer last wrote, rounded up to the second.
    pub last_inbound: Option<Deadline>,
    /// Since when the customer has waited for an answer, rounded up to the second (`G-63`).
    pub waiting_since: Option<Deadline>,
    /// When somebody must act; never empty while the conversation is open (`OT-28`). Of one that has
    /// ended, when it did: the two are never needed together, and this is kept small.
    pub deadline: Option<Deadline>,
    /// What the customer last seemed to want.
    pub intent: Intent,
    /// What it began with.
    pub source: Source,
    /// The channel of the customer's last message: answers leave by it.
    pub channel: Channel,
    /// The brand's number that the customer last wrote to: answers leave by it.
    pub sender: SenderId,
    /// When the customer was last answered, rounded up to the second.
    pub answered_at: Option<Deadline>,
    /// By whom.
    pub answered_by: Speaker,
    /// Why people came in, until the AI has it again.
    pub escalated_for: Reason,
    /// Messages the AI has sent in it.
    pub ai_messages: u16,
    /// Segments of these.
    pub ai_segments: u16,
    /// Exchanges in a row at the pace of a machine: written, answered and written to again in less
    /// time than a person takes to read and type (`KL-43`, `G-112`).
    pub rapid_exchanges: u8,
    /// Whether an AI request is out.
    pub ai_pending: bool,
    /// Whether the event that the AI's conversation started was given (`KL-77`).
    pub started: bool,
    /// Its outcome as it was given as an event (`KL-80`).
    pub outcome_told: Told,
    /// Why it stands where it stands.
    pub reason: Reason,
    /// How it ended.
    pub outcome: Outcome,
}

impl Conversation {
    /// Whether anybody owns it.
    pub fn is_open(&self) -> bool {
        self.owner != Owner::Closed
    }

    /// When somebody must act.
    pub fn due(&self) -> Option<Deadline> {
        self.deadline.filter(|_| self.is_open())
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Deadline> {
        self.deadline.filter(|_| !self.is_open())
    }

    /// Whether a message at `now` belongs to it although it has ended: it did so lately (`G-23`).
    pub fn reopens(&self, now: Timestamp, window: Duration) -> bool {
        let lately = self.ended_at().is_some_and(|ended| now.since(ended.at()) <= window);
        self.outcome != Outcome::OptedOut && lately
    }

    /// Whether the AI gave the answer to the customer's last message.
    pub fn is_answered_by_ai(&self) -> bool {
        self.answered_by == Speaker::Ai && self.waiting_since.is_none() && self.turn > 0
    }

    /// Whether people have had it and not given it back.
    pub fn is_with_people(&self) -> bool {
        self.escalated_for != Reason::None
    }

    /// Notes why people have it. That the customer asked for them is not forgotten over later reasons: it
    /// decides how the conversation may come back (`RU-37`).
    pub fn escalate(&mut self, reason: Reason) {
        if self.escalated_for != Reason::WantsPerson {
            self.escalated_for = reason;
        }
    }

    /// Gives it to `owner`, who must act by `deadline`. Everything pending is cancelled, because
    /// its epoch is old from here on.
    pub fn hand_to(&mut self, owner: Owner, reason: Reason, deadline: Deadline) {
        assert!(owner != Owner::Closed, "a conversation is closed by `close`");
        self.owner = owner;
        self.reason = reason;
        self.deadline = Some(deadline);
        self.outcome = Outcome::Open;
        self.cancel_pending();
    }

    /// Notes that another outcome stands in the place of `from`; false if `from` does not stand, or the AI
    /// never had it.
    pub fn tell(&mut self, from: Told, to: Told) -> bool {
        let stands = self.started && self.outcome_told == from;
        if stands {
            self.outcome_told = to;
        }
        stands
    }

    /// Ends it.
    pub fn close(&mut self, outcome: Outcome, reason: Reason, at: Timestamp) {
        assert!(outcome != Outcome::Open, "a closed conversation has an outcome");
        self.owner = Owner::Closed;
        self.outcome = outcome;
        self.reason = reason;
        self.deadline = Some(Deadline::not_before(at));
        self.waiting_since = None;
        self.cancel_pending();
    }

    /// Makes every answer that is on its way stale (`G-3`, `KL-24`, `RU-25`).
    pub fn cancel_pending(&mut self) {
        if !planted::has(Bug::EpochFrozen) {
            self.ai_pending = false;
            self.epoch += 1;
        }
    }

    /// Whether an answer that carries `turn` and `epoch` is still wanted (`G-2`).
    pub fn awaits_ai(&self, turn: u32, epoch: u32) -> bool {
        let is_awaited = self.ai_pending || planted::has(Bug::AnswerNotAwaited);
        let is_of_turn = self.turn == turn || planted::has(Bug::TurnIgnored);
        self.owner == Owner::Ai && is_awaited && is_of_turn && self.epoch == epoch
    }

    /// Notes a message of the customer.
    pub fn hear(&mut self, at: Timestamp, channel: Channel, sender: SenderId) {
        let at = Deadline::not_before(at);
        if self.waiting_since.is_none() {
            let since_last = self.last_inbound.map(|last| at.secs_after(last));
            let is_rapid = since_last.is_some_and(|secs| secs <= RAPID_EXCHANGE_SECS);
            self.rapid_exchanges =
                if is_rapid { self.rapid_exchanges.saturating_add(1) } else { 0 };
        }
        self.turn += 1;
        self.channel = channel;
        self.sender = sender;
        self.last_inbound = Some(at);
        self.waiting_since.get_or_insert(at);
    }

    /// Notes that the customer was answered.
    pub fn answered(&mut self, at: Timestamp, by: Speaker) {
        self.waiting_since = None;
        self.answered_at = Some(Deadline::not_before(at));
        self.answered_by = by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_owner_makes_pending_answers_stale() {
        let mut conversation = Conversation::default();
        conversation.hear(Timestamp::from_secs(5), Channel::Sms, SenderId(0));
        conversation.hand_to(Owner::Ai, Reason::AiFirst, Deadline::from_secs(15));
        conversation.ai_pending = true;
        let (turn, epoch) = (conversation.turn, conversation.epoch);
        assert!(conversation.awaits_ai(turn, epoch));
        conversation.hand_to(Owner::Queue, Reason::WantsPerson, Deadline::from_secs(60));
        assert!(!conversation.awaits_ai(turn, epoch));
        assert!(conversation.epoch > epoch);
    }

    #[test]
    fn waiting_since_is_the_first_unanswered_message() {
        let mut conversation = Conversation::default();
        conversation.hear(Timestamp::from_secs(5), Channel::Sms, SenderId(0));
        conversation.hear(Timestamp::from_secs(9), Channel::Sms, SenderId(0));
        assert_eq!(conversation.waiting_since, Some(Deadline::from_secs(5)));
        conversation.answered(Timestamp::from_secs(10), Speaker::Ai);
        conversation.hear(Timestamp::from_secs(20), Channel::Sms, SenderId(0));
        assert_eq!(conversation.waiting_since, Some(Deadline::from_secs(20)));
    }

    #[test]
    fn only_exchanges_at_the_pace_of_a_machine_are_rapid() {
        let mut conversation = Conversation::default();
        let mut exchange = |secs: u64, answered: bool| {
            conversation.hear(Timestamp::from_secs(secs), Channel::Sms, SenderId(0));
            if answered {
                conversation.answered(Timestamp::from_secs(secs), Speaker::Ai);
            }
            conversation.rapid_exchanges
        };
        assert_eq!(exchange(100, true), 0);
        assert_eq!(exchange(108, true), 1);
        assert_eq!(exchange(110, false), 2);
        // Several messages of one thought are one side of an exchange.
        assert_eq!(exchange(111, false), 2);
        assert_eq!(exchange(112, true), 2);
        assert_eq!(exchange(150, true), 0);
    }

    #[test]
    fn it_reopens_for_a_while_after_its_end_and_not_after_an_opt_out() {
        let mut conversation = Conversation::default();
        let window = Duration::from_secs(60);
        assert!(!conversation.reopens(Timestamp::from_secs(1), window), "there was none");
        conversation.hear(Timestamp::from_secs(5), Channel::Sms, SenderId(0));
        conversation.hand_to(Owner::Ai, Reason::AiFirst, Deadline::from_secs(1000));
        assert!(!conversation.reopens(Timestamp::from_secs(5), window), "it is open");
        conversation.close(Outcome::ResolvedAssumed, Reason::Inactive, Timestamp::from_secs(1000));
        assert_eq!((conversation.due(), conversation.ended_at().is_some()), (None, true));
        assert!(conversation.reopens(Timestamp::from_secs(1060), window));
        assert!(!conversation.reopens(Timestamp::from_secs(1061), window));
        conversation.outcome = Outcome::OptedOut;
        assert!(!conversation.reopens(Timestamp::from_secs(1060), window));
    }

    #[test]
    fn it_stays_small() {
        let bytes = size_of::<Conversation>();
        assert!(bytes <= 66, "a conversation takes {bytes} bytes");
    }
}
