//! The desk against a model: plain lists, sorted and searched anew for every assignment.

use std::time::Duration;

use proptest::prelude::{Just, ProptestConfig, any, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy as StrategyOf;

use super::tests::offer;
use super::*;
use crate::effect::Release;
use crate::id::QueueId;
use crate::service::{Priority, Skills};

const STARVATION_SECS: u64 = 50;

const CHANNELS: [Channel; 2] = [Channel::Sms, Channel::Web];

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    SignOn { agent: u32, queues: u8, skills: u8, total: u16, web: u16 },
    Presence { agent: u32, presence: u8 },
    Offer { queue: u16, skills: u8, channel: usize, priority: u8, age: u64 },
    Withdraw { which: usize },
    Release { which: usize },
    ShiftEnd { agent: u32 },
    Pass { secs: u64 },
    Assign,
}

fn step() -> impl StrategyOf<Value = Step> {
    prop_oneof![
        2 => (1..6u32, 0..4u8, 0..4u8, 0..4u16, 0..3u16).prop_map(
            |(agent, queues, skills, total, web)| Step::SignOn { agent, queues, skills, total, web }
        ),
        1 => (1..6u32, 0..3u8).prop_map(|(agent, presence)| Step::Presence { agent, presence }),
        8 => (0..2u16, 0..4u8, 0..2usize, 0..4u8, 0..80u64).prop_map(
            |(queue, skills, channel, priority, age)| {
                Step::Offer { queue, skills, channel, priority, age }
            }
        ),
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
struct Waits {
    number: u64,
    queue: u16,
    skills: u8,
    channel: usize,
    priority: u8,
    since: u64,
    agent: Option<u32>,
}

#[derive(Clone, Debug)]
struct Works {
    agent: u32,
    queues: u8,
    skills: u8,
    total: u16,
    web: u16,
    online: bool,
    served: usize,
}

/// What the desk ought to do, said in the simplest way.
#[derive(Debug, Default)]
struct Model {
    all: Vec<Waits>,
    agents: Vec<Works>,
    in_turn: bool,
    served: usize,
}

impl Model {
    fn busy(&self, agent: u32, web_only: bool) -> usize {
        let has = |it: &&Waits| it.agent == Some(agent) && (!web_only || it.channel == 1);
        self.all.iter().filter(has).count()
    }

    fn can(&self, works: &Works, waits: &Waits) -> bool {
        works.online
            && (works.queues == 0 || works.queues >> waits.queue & 1 == 1)
            && works.skills & waits.skills == waits.skills
            && self.busy(works.agent, false) < usize::from(works.total)
            && (waits.channel == 0 || self.busy(works.agent, true) < usize::from(works.web))
    }

    fn assign(&mut self, now: u64) -> Option<(u32, u64)> {
        let mut waiting: Vec<&Waits> = self.all.iter().filter(|it| it.agent.is_none()).collect();
        waiting.sort_by_key(|it| {
            let starved = now >= it.since + STARVATION_SECS;
            (if starved { 0 } else { 4 - it.priority }, it.since, it.number)
        });
        for waits in waiting {
            let able = self.agents.iter().filter(|works| self.can(works, waits));
            let turn = |works: &&Works| match self.in_turn {
                true => (works.served, works.agent),
                false => (self.busy(works.agent, false), works.agent),
            };
            if let Some(agent) = able.min_by_key(turn).map(|works| works.agent) {
                let number = waits.number;
                self.served += 1;
                let served = self.served;
                self.agents.iter_mut().find(|it| it.agent == agent)?.served = served;
                self.all.iter_mut().find(|it| it.number == number)?.agent = Some(agent);
                return Some((agent, number));
            }
        }
        None
    }
}

/// Agents and the conversations they are given, in order.
type Assigned = Vec<(u32, u64)>;

/// The desk and the model, told the same.
struct Both {
    desk: Desk,
    model: Model,
    now: u64,
    offered: u64,
    answers: Vec<Answer>,
}

impl Both {
    fn new(in_turn: bool) -> Self {
        let strategy = if in_turn { Strategy::RoundRobin } else { Strategy::LeastLoaded };
        let starvation = Duration::from_secs(STARVATION_SECS);
        let desk = Desk::new(DeskConfig { strategy, starvation, ..DeskConfig::default() });
        let model = Model { in_turn, ..Model::default() };
        Self { desk, model, now: 1000, offered: 0, answers: Vec::new() }
    }

    fn tell(&mut self, command: Command) {
        self.desk.apply(command, Timestamp::from_secs(self.now), &mut self.answers);
    }

    fn does(&mut self, step: Step) {
        match step {
            Step::SignOn { agent, queues, skills: bits, total, web } => {
                let set = (0..2).filter(|queue| queues >> queue & 1 == 1).map(QueueId).collect();
                self.tell(Command::SignOn(Shift {
                    agent: AgentId(agent),
                    queues: if queues == 0 { Queues::All } else { Queues::Only(set) },
                    skills: skills(bits),
                    capacity: Capacity::of(total).with(Channel::Web, web),
                }));
                let known = self.model.agents.iter().position(|it| it.agent == agent);
                let served = known.map_or(0, |at| self.model.agents.remove(at).served);
                let online = true;
                let works = Works { agent, queues, skills: bits, total, web, online, served };
                self.model.agents.push(works);
            }
            Step::Presence { agent, presence } => {
                let presence = Presence::from_code(presence).unwrap();
                self.tell(Command::Presence { agent: AgentId(agent), presence });
                self.model_presence(agent, presence == Presence::Online);
            }
            Step::Offer { queue, skills: bits, channel, priority, age } => {
                self.offered += 1;
                let (number, since) = (self.offered, self.now - age);
                let offer = Offer { queue: QueueId(queue), ..offer(number, since) };
                let priority_of = Priority::from_code(priority).unwrap();
                self.tell(Command::Offer(Offer {
                    channel: CHANNELS[channel],
                    priority: priority_of,
                    skills: skills(bits),
                    ..offer
                }));
                let (agent, skills) = (None, bits);
                self.model.all.push(Waits {
                    number,
                    queue,
                    skills,
                    channel,
                    priority,
                    since,
                    agent,
                });
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
        for it in again {
            let offer = Offer { queue: QueueId(it.queue), epoch: 3, ..offer(it.number, self.now) };
            self.tell(Command::Offer(Offer {
                channel: CHANNELS[it.channel],
                priority: Priority::from_code(it.priority).unwrap(),
                skills: skills(it.skills),
                ..offer
            }));
        }
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
        }
        let (assigned, expected) = both.assign();
        prop_assert_eq!(assigned, expected);
    }
}
