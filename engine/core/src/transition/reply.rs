//! A customer wrote: the ladder decides, this carries it out.

use super::Transition;
use crate::classify::{Intent, Signals};
use crate::contact::Consent;
use crate::conversation::Owner;
use crate::decision::Decision;
use crate::effect::{Effect, SendKind};
use crate::id::ConversationId;
use crate::input::Stamp;
use crate::ladder::{self, Case, Route};
use crate::message::Inbound;
use crate::policy::Particulars;
use crate::reason::{Disposition, Reason, Step};
use crate::time::Deadline;

impl Transition<'_> {
    /// Decides `reply` and does what the decision says.
    pub fn reply(&mut self, reply: &Inbound, stamp: &Stamp) {
        let first_delivery = self.contact.is_first_delivery(reply.message_id);
        let (policy, at) = (self.policy, self.at);
        let (contact, brand) = (&*self.contact, &*self.brand);
        let case = Case { contact, brand, first_delivery, reply, stamp, policy, at };
        let route = ladder::route(&case);
        match route.disposition {
            Disposition::Ignore => {}
            Disposition::Compliance => self.comply(route.reason, reply, stamp),
            Disposition::Hold => self.hold(reply, stamp),
            Disposition::Append => self.append(reply, stamp),
            Disposition::Automation => self.automate(reply, stamp),
            Disposition::Ai => self.ask_ai(reply, stamp),
            Disposition::Human
            | Disposition::Store
            | Disposition::Helpdesk
            | Disposition::Closeout => {
                self.begin(reply, stamp);
                let announced = !matches!(route.step, Step::Noise | Step::Abuse | Step::Safety);
                self.escalate(route.disposition, route.reason, announced);
            }
        }
        if route.reason == Reason::BrandBudgetExhausted {
            self.tell_usage();
        }
        self.decide(reply, stamp, route);
    }

    fn decide(&mut self, reply: &Inbound, stamp: &Stamp, route: Route) {
        let conversation = &self.contact.conversation;
        let open = conversation.is_open() || route.disposition == Disposition::Closeout;
        self.effects.push(Effect::Decide(Decision {
            shard: self.shard,
            seq: self.seq,
            received_at: reply.received_at,
            decided_at: self.at,
            brand: reply.brand,
            contact: reply.contact,
            conversation: if open { conversation.id } else { ConversationId::default() },
            channel: reply.channel,
            source: reply.source,
            step: route.step,
            disposition: route.disposition,
            reason: route.reason,
            verdict: stamp.verdict,
            segments: stamp.segments,
            owner: conversation.owner,
            epoch: conversation.epoch,
            turn: conversation.turn,
            policy: stamp.policy,
        }));
    }

    /// Opens the conversation if need be and notes the customer's message in it.
    pub(super) fn begin(&mut self, reply: &Inbound, stamp: &Stamp) {
        self.open(reply.source);
        let conversation = &mut self.contact.conversation;
        conversation.hear(self.at, reply.channel, reply.sender);
        let verdict = &stamp.verdict;
        let intent = self.policy.believed(verdict.intent, verdict.score);
        if intent != Intent::Unclear {
            conversation.intent = intent;
        }
        if stamp.language.is_some() {
            self.contact.episode_mut().language = stamp.language;
        }
        self.note_particulars(reply, stamp);
    }

    /// Adds the message to a conversation that somebody owns. It keeps its place in the queue
    /// (`TX-50`); whoever waits there is told so now and then, if the brand wants it (`G-12`).
    fn append(&mut self, reply: &Inbound, stamp: &Stamp) {
        self.contact.conversation.hear(self.at, reply.channel, reply.sender);
        if stamp.verdict.signals.has(Signals::WANTS_PERSON) {
            self.contact.conversation.escalate(Reason::WantsPerson);
        }
        self.note_particulars(reply, stamp);
        self.extend();
        let policy = self.policy;
        let Some(text) = &self.texts().wait else { return };
        let lately = self
            .contact
            .episode()
            .told_at
            .is_some_and(|told| self.at.since(told.at()) < policy.deadlines.wait);
        if self.contact.conversation.owner == Owner::Queue
            && !lately
            && self.send_text(SendKind::Wait, text).is_ok()
        {
            self.contact.episode_mut().told_at = Some(Deadline::not_before(self.at));
        }
    }

    /// Notes which of the particulars have come that were asked for, or that the customer will be asked
    /// for and has sent unasked (`AI-16`).
    fn note_particulars(&mut self, reply: &Inbound, stamp: &Stamp) {
        let wanted = self.contact.episode().wanted;
        let unasked = self.policy.tagged(self.contact.conversation.intent).wants;
        let concerned = wanted.and(unasked.within(Particulars::UNMISTAKABLE));
        let came = ladder::particulars(reply, stamp).within(concerned);
        if came.is_empty() {
            return;
        }
        let episode = self.contact.episode_mut();
        episode.filled = episode.filled.and(came);
        episode.wanted = wanted.without(came);
    }

    /// Perhaps an opt-out: the gate closes for AI and marketing now, and a person decides (L8).
    fn hold(&mut self, reply: &Inbound, stamp: &Stamp) {
        self.begin(reply, stamp);
        self.set_consent(Consent::Held, reply.sender);
        let held_until = self.deadline(self.policy.deadlines.hold);
        match self.contact.conversation.owner {
            // People have it already and see what was written; the AI's silence is in the consent.
            Owner::Queue | Owner::Human(_) => {
                self.contact.conversation.cancel_pending();
                self.extend();
            }
            _ => self.escalate(Disposition::Human, Reason::OptOutUnclear, false),
        }
        self.contact.conversation.deadline = Some(held_until);
    }
}
