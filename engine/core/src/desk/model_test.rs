//! The desk against a model: plain lists, sorted and searched anew for every assignment.

use std::time::Duration;

use proptest::prelude::{Just, ProptestConfig, any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy as StrategyOf;

use super::tests::offer;
use super::*;
use crate::effect::Release;
use crate::id::{BrandId, Key, QueueId};
use crate::service::{Priority, Skills};

const STARVATION_SECS: u64 = 50;

const MARGIN_SECS: u64 = 20;

const CHANNELS: [Channel; 2] = [Channel::Sms, Channel::Web];

/// What a conversation is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    queue: u16,
    brand: u32,
    skills: u8,
    channel: usize,
    pub priority: u8,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    SignOn { agent: u32, brands: u8, queues: u8, skills: u8, total: u16, web: u16 },
    Presence { agent: u32, presence: u8 },
    Offer { kind: Kind, age: u64, open_for: Option<u64> },
    Extend { which: usize, secs: u64 },
    Withdraw { which: usize },
    Release { which: usize },
    ShiftEnd { agent: u32 },
    Pass { secs: u64 },
    Assign,
}

pub(super) fn step() -> impl StrategyOf<Value = Step> {
    let kind = (0..2u16, 0..2u32, 0..4u8, 0..2usize, 0..4u8).prop_map(
        |(queue, brand, skills, channel, priority)| Kind {
            queue,
            brand,
            skills,
            channel,
            priority,
        },
    );
    prop_oneof![
        2 => (1..6u32, 0..4u8, 0..4u8, 0..4u8, 0..4u16, 0..3u16).prop_map(
            |(agent, brands, queues, skills, total, web)| {
                Step::SignOn { agent, brands, queues, skills, total, web }
            }
        ),
        1 => (1..6u32, 0..3u8).prop_map(|(agent, presence)| Step::Presence { agent, presence }),
        8 => (kind, 0..80u64, prop::option::of(0..100u64)).prop_map(
            |(kind, age, open_for)| Step::Offer { kind, age, open_for }
        ),
        1 => (any::<usize>(), 0..100u64).prop_map(|(which, secs)| Step::Extend { which, secs }),
        1 => any::<usize>().prop_map(|which| Step::Withdraw { which }),
        4 => any::<usize>().prop_map(|which| Step::Release { which }),
        1 => (1..6u32).prop_map(|agent| Step::ShiftEnd { agent }),
        2 => (1..40u64).prop_map(|secs| Step::Pass { secs }),
        4 => Just(Step::Assign),
    ]
}

/// Skills 0 and 1 by the bits of a number.
fn skills(bits: u8) -> Skills {
    let skill = |number| if bits >> number & 1 == 1 { Skills::one(number) } else { None };
    [skill(0), skill(1)].into_iter().flatten().fold(Skills::NONE, Skills::and)
}

#[derive(Clone, Debug)]
pub(super) struct Waits {
    pub number: u64,
    pub kind: Kind,
    pub since: u64,
    closes: Option<u64>,
    agent: Option<u32>,
}

impl Waits {
    fn is_starved(&self, now: u64) -> bool {
        now >= self.since + STARVATION_SECS
    }

    fn is_closing(&self, now: u64) -> bool {
        self.closes.is_some_and(|closes| now < closes && now + MARGIN_SECS >= closes)
    }

    /// From when on it goes before any priority, if it does.
    pub fn hasty_since(&self, now: u64) -> Option<u64> {
        let starved = self.is_starved(now).then(|| self.since + STARVATION_SECS);
        let closing = self.closes.filter(|_| self.is_closing(now)).map(|it| it - MARGIN_SECS);
        starved.into_iter().chain(closing).min()
    }

    fn offer(&self, epoch: u32, since: u64) -> Offer {
        let Kind { queue, brand, skills: bits, channel, priority } = self.kind;
        let plain = offer(self.number, since);
        Offer {
            key: Key { brand: BrandId(brand), ..plain.key },
            epoch,
            queue: QueueId(queue),
            channel: CHANNELS[channel],
            priority: Priority::from_code(priority).unwrap(),
            skills: skills(bits),
            expires: self.closes.map(|closes| Deadline::from_secs(closes as u32)),
            ..plain
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Works {
    pub agent: u32,
    brands: u8,
    queues: u8,
    skills: u8,
    total: u16,
    web: u16,
    online: bool,
    served: usize,
}

/// What the desk ought to do, said in the simplest way.
#[derive(Debug, Default)]
pub(super) struct Model {
    all: Vec<Waits>,
    pub agents: Vec<Works>,
    in_turn: bool,
    served: usize,
}

/// Whether a set of bits is empty, which means all, or has one.
fn has(bits: u8, index: u32) -> bool {
    bits == 0 || bits >> index & 1 == 1
}

impl Model {
    fn busy(&self, agent: u32, web_only: bool) -> usize {
        let has = |it: &&Waits| it.agent == Some(agent) && (!web_only || it.kind.channel == 1);
        self.all.iter().filter(has).count()
    }

    pub fn can(&self, works: &Works, waits: &Waits) -> bool {
        let kind = &waits.kind;
        works.online
            && has(works.brands, kind.brand)
            && has(works.queues, u32::from(kind.queue))
            && works.skills & kind.skills == kind.skills
            && self.busy(works.agent, false) < usize::from(works.total)
            && (kind.channel == 0 || self.busy(works.agent, true) < usize::from(works.web))
    }

    pub fn waiting(&self) -> impl Iterator<Item = &Waits> {
        self.all.iter().filter(|it| it.agent.is_none())
    }

    /// When it is an agent's turn: lower is sooner.
    pub fn turn(&self, works: &Works) -> usize {
        if self.in_turn { works.served } else { self.busy(works.agent, false) }
    }

    fn assign(&mut self, now: u64) -> Option<(u32, u64)> {
        let mut waiting: Vec<&Waits> = self.waiting().collect();
        waiting.sort_by_key(|it| {
            let rank = match it.hasty_since(now) {
                Some(since) => (0, since),
                None => (4 - u64::from(it.kind.priority), 0),
            };
            (rank, it.since, it.number)
        });
        for waits in waiting {
            let able = self.agents.iter().filter(|works| self.can(works, waits));
            let next = able.min_by_key(|works| (self.turn(works), works.agent));
            if let Some(agent) = next.map(|works| works.agent) {
                let number = waits.number;
                self.give(agent, number);
                return Some((agent, number));
            }
        }
        None
    }

    pub fn give(&mut self, agent: u32, number: u64) {
        self.served += 1;
        let served = self.served;
        let works = self.agents.iter_mut().filter(|it| it.agent == agent);
        works.for_each(|it| it.served = served);
        let waits = self.all.iter_mut().filter(|it| it.number == number);
        waits.for_each(|it| it.agent = Some(agent));
    }
}

/// Agents and the conversations they are given, in order.
type Assigned = Vec<(u32, u64)>;

/// The desk and the model, told the same.
pub(super) struct Both {
    pub desk: Desk,
    pub model: Model,
    pub now: u64,
    offered: u64,
    answers: Vec<Answer>,
}

impl Both {
    pub fn new(in_turn: bool) -> Self {
        let strategy = if in_turn { Strategy::RoundRobin } else { Strategy::LeastLoaded };
        let starvation = Duration::from_secs(STARVATION_SECS);
        let window_margin = Duration::from_secs(MARGIN_SECS);
        let config = DeskConfig { strategy, starvation, window_margin, ..DeskConfig::default() };
        let desk = Desk::new(config);
        let model = Model { in_turn, ..Model::default() };
        Self { desk, model, now: 1000, offered: 0, answers: Vec::new() }
    }

    fn tell(&mut self, command: Command) {
        self.desk.apply(command, Timestamp::from_secs(self.now), &mut self.answers);
    }

    pub fn does(&mut self, step: Step) {
        match step {
            Step::SignOn { agent, brands, queues, skills: bits, total, web } => {
                let brand = (0..2).filter(|brand| brands >> brand & 1 == 1).map(BrandId).collect();
                let queue = (0..2).filter(|queue| queues >> queue & 1 == 1).map(QueueId).collect();
                self.tell(Command::SignOn(Shift {
                    agent: AgentId(agent),
                    brands: if brands == 0 { Brands::All } else { Brands::Only(brand) },
                    queues: if queues == 0 { Queues::All } else { Queues::Only(queue) },
                    skills: skills(bits),
                    capacity: Capacity::of(total).with(Channel::Web, web),
                }));
                let known = self.model.agents.iter().position(|it| it.agent == agent);
                let served = known.map_or(0, |at| self.model.agents.remove(at).served);
                let (skills, online) = (bits, true);
                let works = Works { agent, brands, queues, skills, total, web, online, served };
                self.model.agents.push(works);
            }
            Step::Presence { agent, presence } => {
                let presence = Presence::from_code(presence).unwrap();
                self.tell(Command::Presence { agent: AgentId(agent), presence });
                self.model_presence(agent, presence == Presence::Online);
            }
            Step::Offer { kind, age, open_for } => {
                self.offered += 1;
                let (number, since) = (self.offered, self.now - age);
                let closes = open_for.map(|secs| self.now + secs);
                let waits = Waits { number, kind, since, closes, agent: None };
                self.tell(Command::Offer(waits.offer(1, since)));
                self.model.all.push(waits);
            }
            Step::Extend { which, secs } => {
                if let Some(at) = pick(which, self.model.all.len()) {
                    let closes = self.now + secs;
                    let waits = &mut self.model.all[at];
                    waits.closes = Some(waits.closes.map_or(closes, |was| was.max(closes)));
                    let Offer { key, conversation, .. } = waits.offer(1, 0);
                    let expires = Deadline::from_secs(closes as u32);
                    self.tell(Command::Extend(Extension { key, conversation, expires }));
                }
            }
            Step::Withdraw { which } => {
                if let Some(at) = pick(which, self.model.all.len()) {
                    let gone = self.model.all.remove(at);
                    self.tell(Command::Withdraw(ConversationId(gone.number)));
                }
            }
            Step::Release { which } => {
                let held = self.model.all.iter().filter(|it| it.agent.is_some());
                let held: Vec<Waits> = held.cloned().collect();
                if let Some(at) = pick(which, held.len()) {
                    let conversation = ConversationId(held[at].number);
                    let agent = AgentId(held[at].agent.unwrap());
                    // Twice: the second is refused and changes nothing.
                    self.tell(Command::Release(Release { agent, conversation }));
                    self.tell(Command::Release(Release { agent, conversation }));
                    self.model.all.retain(|it| it.number != conversation.0);
                }
            }
            Step::ShiftEnd { agent } => self.ends_shift(agent),
            Step::Pass { secs } => self.now += secs,
            Step::Assign => {}
        }
    }

    fn model_presence(&mut self, agent: u32, online: bool) {
        self.model
            .agents
            .iter_mut()
            .filter(|it| it.agent == agent)
            .for_each(|it| it.online = online);
    }

    /// The shard takes everything back and offers it again, later and with another epoch.
    fn ends_shift(&mut self, agent: u32) {
        self.tell(Command::ShiftEnd(AgentId(agent)));
        self.model_presence(agent, false);
        let held = self.model.all.iter_mut().filter(|it| it.agent == Some(agent));
        let again: Vec<Waits> = held
            .map(|it| {
                it.agent = None;
                it.clone()
            })
            .collect();
        again.iter().for_each(|it| self.tell(Command::Offer(it.offer(3, self.now))));
    }

    /// What the desk gives out now, and what the model does.
    fn assign(&mut self) -> (Assigned, Assigned) {
        let (now, desk) = (Timestamp::from_secs(self.now), &mut self.desk);
        let assigned = std::iter::from_fn(|| desk.assign(now))
            .map(|it| (it.command.agent.0, it.offer.conversation.0))
            .collect();
        let expected = std::iter::from_fn(|| self.model.assign(self.now)).collect();
        (assigned, expected)
    }
}

fn pick(which: usize, len: usize) -> Option<usize> {
    which.checked_rem(len)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_desk_does_what_the_model_does(
        in_turn: bool,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut both = Both::new(in_turn);
        for step in steps {
            both.does(step);
            if matches!(step, Step::Assign) {
                let (assigned, expected) = both.assign();
                prop_assert_eq!(assigned, expected);
            }
            let held = both.model.all.iter().filter(|it| it.agent.is_some()).count();
            prop_assert_eq!(both.desk.busy_places(), held);
            prop_assert_eq!(both.desk.queue_length(), both.model.all.len() - held);
            // What came back after a shift has waited since it first did.
            let oldest = both.model.waiting().map(|it| Timestamp::from_secs(it.since)).min();
            prop_assert_eq!(both.desk.oldest(), oldest);
        }
        let (assigned, expected) = both.assign();
        prop_assert_eq!(assigned, expected);
    }
}
