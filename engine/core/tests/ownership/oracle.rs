//! What must hold, said apart from the engine: from what went in and what came out, who may speak is
//! followed here by other means, and every effect is held against it.

use std::time::Duration;

use volley_core::contact::Contact;
use volley_core::conversation::{Outcome, OwnerKind, Speaker};
use volley_core::decision::Decision;
use volley_core::effect::{Effect, EventKind, Send, SendKind};
use volley_core::id::ConversationId;
use volley_core::policy::{Policy, ResumeRule};
use volley_core::reason::{Disposition, Reason};
use volley_core::time::Timestamp;

use crate::acts::{Act, Asked, Does, Says};

/// Who may speak for the brand, by what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    Nobody,
    Machine,
    Waiting,
    Agent(u32),
    Outside,
    /// The AI has asked for something and is silent until people had their turn.
    Silent,
}

/// One step, as it was seen from outside.
pub struct Seen<'a> {
    pub act: Act,
    pub before: &'a Contact,
    pub effects: &'a [Effect],
    pub after: &'a Contact,
    pub now: Timestamp,
}

/// What is known by following along.
#[derive(Clone, Debug, Hash)]
pub struct Oracle {
    pub messages: u32,
    pub last_said: Option<Says>,
    /// The last two requests to the AI, the newest last.
    pub asked: [Option<Asked>; 2],
    holder: Holder,
    opted_out: bool,
    held: bool,
    blocked: bool,
    confirmed: bool,
    wants_person: bool,
    customer_waits: bool,
    people_spoke_at: Option<Timestamp>,
    conversation: ConversationId,
    started: bool,
    outcome_stands: bool,
    clock: Option<Duration>,
    outside_gives_back: bool,
    agents_take_over: bool,
}

type Verdict = Result<(), String>;

fn must(holds: bool, broken: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(broken.into()) }
}

impl Oracle {
    pub fn new(policy: &Policy) -> Self {
        let rule = policy.resume.rule;
        Self {
            messages: 0,
            last_said: None,
            asked: [None, None],
            holder: Holder::Nobody,
            opted_out: false,
            held: false,
            blocked: false,
            confirmed: false,
            wants_person: false,
            customer_waits: false,
            people_spoke_at: None,
            conversation: ConversationId::default(),
            started: false,
            outcome_stands: false,
            clock: (rule == ResumeRule::Timer).then_some(policy.resume.after),
            outside_gives_back: rule == ResumeRule::OnClose,
            agents_take_over: policy.reply_takes_over,
        }
    }

    /// Holds a step against the promises, and follows it.
    pub fn judge(&mut self, seen: &Seen) -> Verdict {
        self.decided_once(seen)?;
        self.ends_and_begins(seen);
        self.agents_in_their_rights(seen)?;
        self.told_apart(seen)?;
        for effect in seen.effects {
            match effect {
                Effect::Send(send) => self.may_send(send, seen)?,
                Effect::AskAi(request) => {
                    must(
                        !self.opted_out && !self.held && !self.blocked,
                        "asks for whom it may not",
                    )?;
                    let asked = Asked { turn: request.turn, epoch: request.epoch, is_live: true };
                    self.kill_requests();
                    self.asked = [self.asked[1], Some(asked)];
                }
                _ => {}
            }
        }
        self.follow(seen)?;
        self.holds_together(seen)
    }

    /// Each reply is decided exactly once, and one that comes twice changes nothing (`OT-1`, `G-16`).
    fn decided_once(&mut self, seen: &Seen) -> Verdict {
        let decisions = decisions(seen).count();
        let is_message = matches!(seen.act, Act::Says(_) | Act::Redelivery);
        must(decisions == usize::from(is_message), format!("{decisions} decisions"))?;
        match seen.act {
            Act::Says(says) => {
                self.messages += 1;
                self.last_said = Some(says);
            }
            Act::Redelivery => {
                must(seen.effects.len() == 1, "a redelivery has effects")?;
                let same = seen.before.conversation.turn == seen.after.conversation.turn;
                must(same && seen.before.consent == seen.after.consent, "a redelivery counts")?;
            }
            _ => {}
        }
        Ok(())
    }

    /// A new conversation begins to be told anew.
    fn ends_and_begins(&mut self, seen: &Seen) {
        if seen.after.conversation.id != self.conversation {
            self.conversation = seen.after.conversation.id;
            (self.started, self.outcome_stands) = (false, false);
        }
    }

    /// One of two agents has it, whoever may not act cannot, and only what people have is given back.
    fn agents_in_their_rights(&self, seen: &Seen) -> Verdict {
        let denied = seen.effects.iter().any(|effect| matches!(effect, Effect::Deny(_)));
        if denied {
            let same = seen.before.conversation.owner == seen.after.conversation.owner;
            return must(same, "a denied command changed the owner");
        }
        match seen.act {
            Act::ViewerReplies => Err("a viewer acted".to_owned()),
            Act::Agent(agent, does) => {
                let others =
                    matches!(self.holder, Holder::Agent(other) if other != agent && other != 0);
                must(!others, "an agent acted on what another has")?;
                let theirs =
                    matches!(self.holder, Holder::Agent(_) | Holder::Waiting | Holder::Silent);
                must(does != Does::Resume || theirs, "what people do not have was given back")?;
                let speaks = does == Does::Reply && self.holder == Holder::Machine;
                must(!speaks || self.agents_take_over, "an agent spoke over the AI")
            }
            _ => Ok(()),
        }
    }

    /// Started once and first, then at most one outcome stands (`KL-80`).
    fn told_apart(&mut self, seen: &Seen) -> Verdict {
        for effect in seen.effects {
            let Effect::Event(event) = effect else { continue };
            match event.kind {
                EventKind::Started => {
                    must(!self.started, "started twice")?;
                    self.started = true;
                }
                EventKind::Resolved | EventKind::Escalated => {
                    must(
                        self.started && !self.outcome_stands,
                        "two outcomes, or one before the start",
                    )?;
                    self.outcome_stands = true;
                }
                EventKind::Revoked => {
                    must(self.outcome_stands, "nothing to revoke")?;
                    self.outcome_stands = false;
                }
                EventKind::DoubleReply => {}
            }
        }
        Ok(())
    }

    fn may_send(&mut self, send: &Send, seen: &Seen) -> Verdict {
        match send.kind {
            SendKind::OptOutConfirmation => {
                let asked =
                    matches!(seen.act, Act::Says(Says::Stop) | Act::Agent(_, Does::SettleOut));
                must(asked && !self.confirmed, "an opt-out is confirmed once, when it is made")?;
                self.confirmed = true;
                return Ok(());
            }
            SendKind::OptInConfirmation => {
                return must(seen.act == Act::Says(Says::Start), "confirms no opt-in");
            }
            SendKind::Help => return Err("nobody asked for help".to_owned()),
            _ => {}
        }
        must(!self.opted_out, format!("{} after an opt-out", send.kind))?;
        must(!self.blocked, format!("{} to a blocked person", send.kind))?;
        must(!self.held || send.kind == SendKind::Agent, format!("{} while held", send.kind))?;
        match send.kind {
            SendKind::Ai => self.may_answer(seen),
            SendKind::Agent => {
                must(matches!(seen.act, Act::Agent(_, Does::Reply)), "no agent wrote that")?;
                self.people_spoke_at = Some(seen.now);
                Ok(())
            }
            SendKind::Automation => {
                let free = matches!(self.holder, Holder::Nobody | Holder::Machine);
                must(free, "an automation spoke over people")
            }
            SendKind::HandOff => {
                let offered = seen.effects.iter().any(|it| matches!(it, Effect::Offer(_)));
                must(offered, "a hand-off was announced and not made")
            }
            SendKind::Wait => must(self.holder == Holder::Waiting, "nobody waits"),
            SendKind::Store => {
                must(self.holder == Holder::Outside, "the store spoke out of turn")?;
                self.people_spoke_at = Some(seen.now);
                Ok(())
            }
            SendKind::Outreach => {
                let free = matches!(self.holder, Holder::Nobody | Holder::Machine);
                must(free, "the brand interrupted people")
            }
            SendKind::Closeout => {
                must(self.holder != Holder::Silent, "closed out while waiting for the customer")
            }
            SendKind::OptOutConfirmation | SendKind::OptInConfirmation | SendKind::Help => Ok(()),
        }
    }

    /// The AI answers what it was asked, once, and only while nobody else has the conversation.
    fn may_answer(&mut self, seen: &Seen) -> Verdict {
        let Act::Answer { older } = seen.act else { return Err("nobody asked the AI".to_owned()) };
        let slot = usize::from(!older);
        let asked = self.asked[slot].filter(|asked| asked.is_live);
        must(asked.is_some(), "an answer to what is over")?;
        must(self.holder == Holder::Machine, "the AI spoke over people")?;
        self.kill_requests();
        Ok(())
    }

    fn kill_requests(&mut self) {
        self.asked.iter_mut().flatten().for_each(|asked| asked.is_live = false);
    }

    /// Follows who may speak from here on.
    fn follow(&mut self, seen: &Seen) -> Verdict {
        let has = |wanted: fn(&Effect) -> bool| seen.effects.iter().any(wanted);
        let denied = has(|effect| matches!(effect, Effect::Deny(_)));
        let (offered, handed) = (
            has(|effect| matches!(effect, Effect::Offer(_))),
            has(|effect| matches!(effect, Effect::HandOver(_))),
        );
        let before = self.holder;
        match seen.act {
            Act::Says(says) => self.follow_message(says, seen)?,
            Act::Redelivery | Act::ViewerReplies | Act::Outreach => {}
            Act::Answer { .. } | Act::Fail => {
                if owner(seen) == OwnerKind::Suspended {
                    self.holder = Holder::Silent;
                }
            }
            Act::Agent(agent, does) if !denied => self.follow_agent(agent, does, seen),
            Act::Agent(..) => {}
            Act::Echo if !self.opted_out => {
                self.holder = match self.holder {
                    Holder::Agent(agent) => Holder::Agent(agent),
                    _ => Holder::Agent(0),
                };
                self.people_spoke_at = Some(seen.now);
                self.customer_waits = false;
            }
            Act::Echo => {}
            Act::OutsideAnswered if self.holder == Holder::Outside => self.customer_waits = false,
            Act::OutsideClosed if self.holder == Holder::Outside => {
                self.holder =
                    if self.outside_gives_back { Holder::Machine } else { Holder::Nobody };
            }
            Act::OutsideClosed | Act::OutsideFailed | Act::OutsideAnswered => {}
            Act::Due => self.follow_due(seen)?,
        }
        if offered {
            self.holder = Holder::Waiting;
        }
        if handed {
            self.holder = Holder::Outside;
        }
        if owner(seen) == OwnerKind::Closed && !matches!(seen.act, Act::Redelivery) {
            self.holder = Holder::Nobody;
            self.customer_waits = false;
        }
        if self.holder != before {
            // Whoever has it now, what was asked before is over, unless the AI was asked just now.
            let asked_now = has(|effect| matches!(effect, Effect::AskAi(_)));
            if !asked_now {
                self.kill_requests();
            }
        }
        if matches!(self.holder, Holder::Nobody | Holder::Machine) {
            self.wants_person = false;
        }
        let answers = seen.effects.iter().any(|effect| match effect {
            Effect::Send(send) => matches!(
                send.kind,
                SendKind::Ai | SendKind::Agent | SendKind::Automation | SendKind::Store
            ),
            _ => false,
        });
        if answers {
            self.customer_waits = false;
        }
        Ok(())
    }

    fn follow_message(&mut self, says: Says, seen: &Seen) -> Verdict {
        let decision = decisions(seen).next().expect("was counted");
        let people = matches!(
            self.holder,
            Holder::Waiting | Holder::Agent(_) | Holder::Outside | Holder::Silent
        );
        let by_machine = matches!(decision.disposition, Disposition::Ai | Disposition::Automation);
        must(!(people && by_machine), "a machine was let speak over people")?;
        if by_machine {
            self.holder = Holder::Machine;
        }
        if decision.disposition != Disposition::Ignore {
            let asked = seen.effects.iter().any(|effect| matches!(effect, Effect::AskAi(_)));
            // A STOP that changes nothing, or a START, leaves the question that is open.
            let is_compliance = decision.disposition == Disposition::Compliance;
            if !asked && !is_compliance {
                self.kill_requests();
            }
            self.customer_waits |= !is_compliance;
        }
        if decision.reason == Reason::WantsPerson {
            self.wants_person = true;
        }
        match says {
            Says::Stop => {
                (self.opted_out, self.held) = (true, false);
                self.kill_requests();
                must(decision.disposition == Disposition::Compliance, "a STOP was not honoured")?;
            }
            Says::Start => {
                (self.opted_out, self.held, self.confirmed) = (false, false, false);
            }
            Says::Unclear if !self.opted_out => {
                if decision.disposition == Disposition::Hold {
                    self.held = true;
                    self.kill_requests();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn follow_agent(&mut self, agent: u32, does: Does, seen: &Seen) {
        match does {
            Does::Claim | Does::Reply | Does::Pause => self.holder = Holder::Agent(agent),
            Does::Resume => self.holder = Holder::Machine,
            Does::Close | Does::Block | Does::Requeue | Does::ToStore => {}
            Does::SettleIn => {
                self.held = false;
                self.holder = Holder::Agent(agent);
            }
            Does::SettleOut => (self.held, self.opted_out) = (false, true),
        }
        if does == Does::Pause {
            self.wants_person = true;
        }
        self.blocked |= does == Does::Block;
        if does == Does::Reply && seen.after.conversation.answered_by == Speaker::Human {
            self.people_spoke_at = Some(seen.now);
        }
    }

    /// A clock gives back only by rule, after the last word of people, and never against a wish.
    fn follow_due(&mut self, seen: &Seen) -> Verdict {
        if self.held && seen.after.conversation.outcome == Outcome::OptedOut {
            (self.held, self.opted_out, self.confirmed) = (false, true, true);
        }
        let to_machine = owner(seen) == OwnerKind::Ai && self.holder != Holder::Machine;
        if to_machine {
            let long_ago = |spoke: Timestamp| Some(seen.now.since(spoke)) >= self.clock;
            let by_rule = self.clock.is_some() && self.people_spoke_at.is_some_and(long_ago);
            must(by_rule, "a clock gave back what no rule lets it")?;
            must(!self.wants_person, "a clock gave back who asked for a person")?;
            must(!self.customer_waits, "a clock gave back who waits for people")?;
            self.holder = Holder::Machine;
        }
        Ok(())
    }

    /// Exactly one owner, the one that was followed here; an open conversation has a deadline ahead;
    /// epochs grow with each change of owner.
    fn holds_together(&self, seen: &Seen) -> Verdict {
        let owner = owner(seen);
        let same = match self.holder {
            Holder::Nobody => owner == OwnerKind::Closed,
            Holder::Machine => matches!(owner, OwnerKind::Ai | OwnerKind::Automation),
            Holder::Waiting => owner == OwnerKind::Queue,
            Holder::Agent(_) => owner == OwnerKind::Human,
            Holder::Outside => owner == OwnerKind::Store,
            Holder::Silent => owner == OwnerKind::Suspended,
        };
        must(same, format!("{owner} owns what {:?} was seen to have", self.holder))?;
        let (before, after) = (&seen.before.conversation, &seen.after.conversation);
        let ahead = after.due().is_none_or(|deadline| deadline.at() > seen.now);
        must(after.is_open() == after.due().is_some() && ahead, "open without a deadline ahead")?;
        let changed = before.owner != after.owner && before.id == after.id;
        must(!changed || after.epoch > before.epoch, "another owner in an old epoch")?;
        must(after.epoch >= before.epoch, "an epoch went back")
    }
}

fn owner(seen: &Seen) -> OwnerKind {
    seen.after.conversation.owner.kind()
}

fn decisions<'a>(seen: &'a Seen) -> impl Iterator<Item = &'a Decision> {
    seen.effects.iter().filter_map(|effect| match effect {
        Effect::Decide(decision) => Some(decision),
        _ => None,
    })
}
