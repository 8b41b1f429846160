//! What answers by itself: keyword automations, and the AI, which is asked.

use bytes::{Bytes, BytesMut};

use super::Transition;
use crate::contact::Running;
use crate::conversation::{Owner, Speaker};
use crate::effect::{AiRequest, Effect, EventKind, SendKind};
use crate::input::Stamp;
use crate::message::{Inbound, Source};
use crate::policy::{NoteSet, Text};
use crate::reason::Reason;
use crate::time::{Deadline, Timestamp};

impl<'a> Transition<'a> {
    /// Sends the next text of a keyword automation: its first answer, or the one that follows the
    /// customer's answer to the last (`KL-25`, `KL-27`).
    pub(super) fn automate(&mut self, reply: &Inbound, stamp: &Stamp) {
        self.begin(reply, stamp);
        let Some((text, next)) = self.next_step(stamp) else { return };
        let policy = self.policy;
        let waits = next.and_then(|next| policy.keywords.get(usize::from(next.keyword)));
        let wait = waits.map_or(policy.deadlines.inactive, |keyword| keyword.wait);
        let deadline = self.deadline(wait);
        self.contact.conversation.hand_to(Owner::Automation, Reason::Keyword, deadline);
        if next != self.contact.episode().automation {
            self.contact.episode_mut().automation = next;
        }
        if self.send_text(SendKind::Automation, text).is_ok() {
            self.contact.conversation.answered(self.at, Speaker::Automation);
        }
    }

    /// The text that is due, and where the automation stands after it; nowhere if it is through.
    fn next_step(&self, stamp: &Stamp) -> Option<(&'a Text, Option<Running>)> {
        let policy = self.policy;
        let (keyword, step) = match self.contact.episode().running(policy.version) {
            Some(running) => (running.keyword, Some(running.step)),
            None => (stamp.keyword?, None),
        };
        let automation = policy.keywords.get(usize::from(keyword))?;
        let text = match step {
            Some(step) => automation.then.get(usize::from(step))?,
            None => &automation.reply,
        };
        let step = step.map_or(0, |step| step + 1);
        let goes_on = usize::from(step) < automation.then.len();
        Some((text, goes_on.then_some(Running { keyword, step, policy: policy.version })))
    }

    /// Gives the customer's message to the AI: at once, or together with what else comes within
    /// moments (`G-19`). An answer to an earlier turn that is still on its way is stale from here on.
    pub(super) fn ask_ai(&mut self, reply: &Inbound, stamp: &Stamp) {
        self.release_agent();
        self.begin(reply, stamp);
        let burst = self.policy.ai.burst;
        let deadline = self.deadline(burst);
        let conversation = &mut self.contact.conversation;
        conversation.hand_to(Owner::Ai, Reason::AiFirst, deadline);
        conversation.escalated_for = Reason::None;
        self.tell(EventKind::Started, Reason::AiFirst);
        let tagged = self.policy.tagged(self.contact.conversation.intent);
        self.tag(tagged.tags);
        if burst.is_zero() {
            return self.request(reply.text.clone(), reply.source);
        }
        let texts = &mut self.contact.episode_mut().burst;
        texts.push(reply.text.clone());
        if texts.len() >= usize::from(self.policy.ai.burst_messages) {
            self.ask_for_burst();
        }
    }

    /// Asks the AI for one answer to all that came. The texts are kept until it has answered, so that
    /// a message that comes meanwhile is answered together with them.
    pub(super) fn ask_for_burst(&mut self) {
        let texts = &self.contact.episode().burst;
        let mut joined = BytesMut::with_capacity(texts.iter().map(|text| text.len() + 1).sum());
        for text in texts {
            if !joined.is_empty() {
                joined.extend_from_slice(b"\n");
            }
            joined.extend_from_slice(text);
        }
        self.request(joined.freeze(), self.contact.conversation.source);
    }

    /// Asks the AI, if there is room for its answer in every budget; if not, others answer (`KL-73`). From
    /// here on it has its time, and no longer; that begins when its answer is wanted.
    pub(super) fn request(&mut self, text: Bytes, source: Source) {
        let room = match self.set_aside() {
            Ok(room) => room,
            Err(reason) => return self.hand_off(reason, true),
        };
        let policy = self.policy;
        let not_before = self.not_before();
        let deadline = Deadline::not_before(not_before + policy.ai.deadline);
        let language = self.language().or(policy.language);
        let after_people = self.contact.episode().after_people;
        let conversation = &mut self.contact.conversation;
        conversation.ai_pending = true;
        conversation.deadline = Some(deadline);
        self.effects.push(Effect::AskAi(AiRequest {
            key: self.contact.key,
            conversation: conversation.id,
            turn: conversation.turn,
            epoch: conversation.epoch,
            deadline,
            intent: conversation.intent,
            source,
            text,
            instructions: policy.tagged(conversation.intent).instructions.clone(),
            policy: policy.version,
            notes: NoteSet::in_force(&policy.notes, self.at),
            language,
            not_before,
            after_people,
            starter: policy.starter(source),
            segments_max: u16::try_from(room.segments).unwrap_or(u16::MAX),
        }));
    }

    /// When an answer of the AI is wanted: after a while if the brand likes it so (`G-24`), and always in
    /// time for the channel's window (`RU-58`).
    fn not_before(&self) -> Timestamp {
        let conversation = &self.contact.conversation;
        let channel = self.policy.channel(conversation.channel);
        let wanted = self.at + channel.delay(conversation.id.0, conversation.turn);
        let closes = channel.window.zip(conversation.last_inbound);
        let latest = closes.map(|(window, last)| last.at() + window - self.policy.ai.deadline);
        latest.map_or(wanted, |latest| wanted.min(latest.max(self.at)))
    }
}
