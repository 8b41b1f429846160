//! What the desk costs as it grows: with what waits, with who works, and with how many kinds there are.
//!
//! One exchange is the whole life of a conversation at a desk that is full: one more waits, an agent
//! gives one back, and the next in turn goes to whoever has room. Under `cargo test` sizes are small.

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use volley_core::classify::Intent;
use volley_core::desk::{Answer, Assignment, Command, Desk, DeskConfig, Queues, Shift};
use volley_core::effect::{Offer, Release};
use volley_core::id::{AgentId, BrandId, ContactId, ConversationId, Key, QueueId};
use volley_core::message::Channel;
use volley_core::reason::Reason;
use volley_core::service::{Priority, Skills};
use volley_core::time::Timestamp;

/// When it begins, in seconds.
const START: u64 = 1_795_788_000;

/// Conversations that an agent has at once.
const CAPACITY: u16 = 3;

/// Sizes as they are measured; under test a thousandth, since there only the code counts.
fn sized(size: u64) -> u64 {
    let measures = std::env::args().any(|it| it == "--bench");
    if measures { size } else { (size / 1000).max(1) }
}

/// A desk, what its agents have in the order in which they got it, and the last conversation.
struct Floor {
    desk: Desk,
    held: VecDeque<(AgentId, ConversationId)>,
    offered: u64,
    queues: u64,
    brands: u64,
    answers: Vec<Answer>,
}

impl Floor {
    /// Agents in as many groups as there are queues, each for a queue of its own; with one queue, all
    /// for everything. Customers are of so many brands.
    fn new(agents: u64, queues: u64, brands: u64) -> Self {
        let desk = Desk::new(DeskConfig::default());
        let (held, answers) = (VecDeque::new(), Vec::new());
        let mut floor = Self { desk, held, offered: 0, queues, brands, answers };
        for agent in 0..agents {
            let queue = QueueId((agent % queues) as u16);
            let queues = if queues == 1 { Queues::All } else { Queues::Only([queue].into()) };
            let shift = Shift::general(AgentId(agent as u32), CAPACITY);
            floor.tell(Command::SignOn(Shift { queues, ..shift }));
        }
        floor
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_micros(START * 1_000_000 + self.offered * 1000)
    }

    fn tell(&mut self, command: Command) {
        let now = self.now();
        self.desk.apply(command, now, &mut self.answers);
    }

    /// One more conversation waits, of any queue and urgency in turn.
    fn offer(&mut self) {
        self.offered += 1;
        let number = self.offered;
        let offer = Offer {
            key: Key { brand: BrandId((number % self.brands) as u32), contact: ContactId(number) },
            conversation: ConversationId(number),
            epoch: 1,
            queue: QueueId((number % self.queues) as u16),
            reason: Reason::Refund,
            intent: Intent::ReturnRefund,
            at: self.now(),
            ..Offer::default()
        };
        let priority = Priority::ALL[(number / self.queues % 4) as usize];
        let (channel, skills) = (Channel::Sms, Skills::NONE);
        self.tell(Command::Offer(Offer { channel, priority, skills, ..offer }));
    }

    /// Gives out all that can be given out, and says how much that was.
    fn assign(&mut self) -> u64 {
        let mut assigned = 0;
        let now = self.now();
        while let Some(Assignment { command, .. }) = self.desk.assign(now) {
            self.held.push_back((command.agent, command.conversation));
            assigned += 1;
        }
        assigned
    }

    fn release(&mut self) {
        if let Some((agent, conversation)) = self.held.pop_front() {
            self.tell(Command::Release(Release { agent, conversation }));
        }
    }

    /// Fills all places, and lets `waiting` more wait.
    fn fill(&mut self, waiting: u64) {
        loop {
            self.offer();
            self.assign();
            if self.desk.queue_length() as u64 >= waiting {
                break;
            }
        }
    }

    fn exchange(&mut self) -> u64 {
        self.offer();
        self.release();
        self.assign()
    }
}

fn exchanges(c: &mut Criterion) {
    let mut group = c.benchmark_group("desk/exchange");
    group.throughput(Throughput::Elements(1));
    let waiting = [10_000, 100_000, 1_000_000].map(|it| ("waiting", it, it, 1000, 1, 1));
    let agents = [100, 1000, 10_000].map(|it| ("agents", it, 100_000, it, 1, 1));
    let kinds = [1, 10, 100, 1000].map(|it| ("kinds", it, 100_000, 10_000, it, 1));
    let brands = [1, 10, 100, 1000].map(|it| ("brands", it, 100_000, 10_000, 1, it));
    let all = waiting.into_iter().chain(agents).chain(kinds).chain(brands);
    for (varied, size, waiting, agents, kinds, brands) in all {
        let mut floor = Floor::new(sized(agents), kinds, brands);
        floor.fill(sized(waiting));
        group.bench_function(BenchmarkId::new(varied, size), |b| b.iter(|| floor.exchange()));
        assert!(floor.answers.is_empty(), "a bench in which the desk refuses measures nothing");
    }
    group.finish();
}

/// Ten thousand agents come to work at once and take everything that waits.
fn drain(c: &mut Criterion) {
    let mut group = c.benchmark_group("desk/drain");
    group.sample_size(10);
    for size in [10_000, 100_000, 1_000_000] {
        let waiting = sized(size);
        group.throughput(Throughput::Elements(waiting));
        group.bench_function(BenchmarkId::new("waiting", size), |b| {
            b.iter_batched(
                || {
                    let mut floor = Floor::new(0, 1, 1);
                    (0..waiting).for_each(|_| floor.offer());
                    let shift = |agent| Shift::general(AgentId(agent), CAPACITY);
                    let agents = sized(10_000) as u32;
                    (0..agents).for_each(|agent| floor.tell(Command::SignOn(shift(agent))));
                    floor
                },
                |mut floor| {
                    let mut assigned = floor.assign();
                    while assigned < waiting {
                        floor.release();
                        assigned += floor.assign();
                    }
                    black_box(assigned);
                    floor
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// One table of what an exchange costs by what waits and who works: each row and column ought to grow by little, and
/// never tenfold. Told beside the statistics, since a table is how growth is seen.
fn growth(_: &mut Criterion) {
    const EXCHANGES: u64 = 200_000;
    let agents = [100, 1000, 10_000];
    println!("\ndesk/growth: nanoseconds per exchange, and exchanges per second");
    println!("{:>12}{:>24}{:>24}{:>24}", "waiting", "100 agents", "1,000 agents", "10,000 agents");
    for waiting in [10_000, 100_000, 1_000_000] {
        let cells = agents.map(|agents| {
            let mut floor = Floor::new(sized(agents), 1, 1);
            floor.fill(sized(waiting));
            let (exchanges, begin) = (sized(EXCHANGES), Instant::now());
            let assigned: u64 = (0..exchanges).map(|_| floor.exchange()).sum();
            let each = begin.elapsed().as_secs_f64() / assigned.max(1) as f64;
            format!("{:>12.0} ns {:>8.0}/s", each * 1e9, 1.0 / each)
        });
        println!("{waiting:>12}{:>24}{:>24}{:>24}", cells[0], cells[1], cells[2]);
    }
    println!();
}

criterion_group!(desk, exchanges, drain, growth);
criterion_main!(desk);
