//! The engine whole: threads, hand-over, verdicts, steps, effects; without a journal, with one in memory, and with one
//! that is on disk before anything leaves. And what handing over costs by itself.
//!
//! Every reply is of somebody who has written before, from texts that simulated customers write.

mod inputs;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use volley_core::classify::Classifier;
use volley_core::clock::Clock;
use volley_core::effect::Effect;
use volley_core::id::{MessageId, PartitionId, Seq, ShardId};
use volley_core::input::Input;
use volley_core::journal::{Acknowledge, FileJournal, Header, Journal, MemoryJournal, NoJournal};
use volley_core::limits::{PARTITIONS_DEFAULT, TURN_INPUTS_MAX};
use volley_core::message::Inbound;
use volley_core::runtime::{Deliver, Host, Polled, Routed, Runtime, Served, Setup, Source};
use volley_core::shard::Layout;
use volley_core::time::{Deadline, Timestamp};
use volley_core::worker::Worker;

use inputs::{REPLIES, START, policy, replies};

/// As many as the smallest machine has cores.
const SHARDS: u16 = 2;

/// Time all but stands still, so that no deadline passes.
const SPEED: f64 = 1e-6;

/// Replies that wait in memory, in the order in which they come.
struct Waiting<I>(VecDeque<I>);

impl<I: Send> Source<I> for Waiting<I> {
    fn poll(&mut self, _: Timestamp, max: usize, batch: &mut Vec<I>) -> Polled {
        batch.extend(self.0.drain(..max.min(self.0.len())));
        if self.0.is_empty() { Polled::Ended } else { Polled::Ready }
    }
}

/// Serves `inputs`, dealt to the threads in turn whosever they are, and returns how long that took.
fn served<H: Host>(hosts: Vec<H>, inputs: Vec<H::Input>) -> (Vec<H>, Duration) {
    let mut dealt = vec![VecDeque::new(); hosts.len()];
    for (input, turn) in inputs.into_iter().zip(0..) {
        dealt[turn % hosts.len()].push_back(input);
    }
    let with_source =
        |(host, inputs)| (host, Box::new(Waiting(inputs)) as Box<dyn Source<H::Input>>);
    let hosts = hosts.into_iter().zip(dealt).map(with_source).collect();
    let setup = Setup { inbox_inputs: 16 * TURN_INPUTS_MAX, ..Setup::default() };
    let begin = Instant::now();
    let clock = Clock::paced(START, SPEED);
    let runtime = Runtime::start_reading(hosts, layout(0), setup, clock);
    let hosts = runtime.expect("the machine has room for two threads").finish();
    (hosts.expect("the disk has room"), begin.elapsed())
}

fn layout(shard: u16) -> Layout {
    Layout { shard: ShardId(shard), shards: SHARDS, partitions: PARTITIONS_DEFAULT }
}

fn hosts<J: Journal + Send + 'static>(
    decided: &Arc<AtomicU64>,
    journal: impl Fn(Header) -> J,
) -> Vec<Served<J>> {
    let classifier = Arc::new(Classifier::standard());
    let host = |shard| {
        let layout = layout(shard);
        let (shards, partitions) = (layout.shards, layout.partitions);
        let header =
            Header { shard: layout.shard, shards, partitions, first_seq: Seq(1), start: 0 };
        let mut worker = Worker::new(layout, journal(header), Arc::clone(&classifier));
        worker.turn(START, [policy()], |_| true).expect("the disk has room");
        let decided = Arc::clone(decided);
        let deliver: Deliver = Box::new(move |held| {
            if let Effect::Decide(_) = &held.effect {
                decided.fetch_add(1, Ordering::Relaxed);
            }
            true
        });
        Served::new(worker, deliver)
    };
    (0..SHARDS).map(host).collect()
}

/// A bench of one kind of journal. The people stay from one repetition to the next; the messages are new.
fn run<J: Journal + Send + 'static>(
    c: &mut Criterion,
    name: &str,
    texts: &[Inbound],
    journal: impl Fn(Header) -> J,
) {
    let decided = Arc::new(AtomicU64::new(0));
    let mut hosts = Some(hosts(&decided, journal));
    let mut round = 0;
    let mut group = c.benchmark_group("engine");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.sample_size(10);
    group.bench_function(name, |b| {
        b.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                let inputs = texts.iter().zip(round..).map(|(reply, number)| {
                    Input::Reply(Inbound { message_id: MessageId(number), ..reply.clone() })
                });
                let (served, time) =
                    served(hosts.take().expect("they came back"), inputs.collect());
                (hosts, spent) = (Some(served), spent + time);
                round += texts.len() as u128;
            }
            spent
        });
    });
    group.finish();
    assert_eq!(u128::from(decided.load(Ordering::Relaxed)), round, "each reply is decided once");
}

fn engine(c: &mut Criterion) {
    let texts = replies(4 * REPLIES);
    run(c, "no journal", &texts, |_| NoJournal::default());
    run(c, "journal in memory", &texts, MemoryJournal::forgetting);
    let dir = tempfile::tempdir_in(target()).expect("there is room for a directory");
    let files = |header: Header| {
        let dir = dir.path().join(header.shard.to_string());
        FileJournal::create(&dir, header, Acknowledge::Durable).expect("the disk has room")
    };
    run(c, "journal on disk", &texts, files);
}

/// A disk, not the memory that systems like to have for temporary files.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Something that is handed over and nothing else.
#[derive(Clone, Debug)]
struct Ball(u64);

impl Routed for Ball {
    fn partition(&self, partitions: u16) -> Option<PartitionId> {
        Some(PartitionId((self.0 % u64::from(partitions)) as u16))
    }
}

#[derive(Debug)]
struct Catcher(u64);

impl Host for Catcher {
    type Input = Ball;

    fn turn(&mut self, _: Timestamp, inputs: &mut Vec<Ball>) -> std::io::Result<()> {
        self.0 = inputs.drain(..).fold(self.0, |sum, ball| sum.wrapping_add(ball.0));
        Ok(())
    }

    fn next_deadline(&self) -> Option<Deadline> {
        None
    }

    fn has_room(&self) -> bool {
        true
    }

    fn is_drained(&self) -> bool {
        true
    }
}

/// Reading, routing and handing half over, with nothing to do at the other end.
fn hop(c: &mut Criterion) {
    const BALLS: u64 = 1 << 20;
    let mut group = c.benchmark_group("runtime");
    group.throughput(Throughput::Elements(BALLS));
    group.sample_size(10);
    group.bench_function("hop", |b| {
        b.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                // Pairs are dealt to a thread each, and belong to both.
                let balls = (0..BALLS).map(|ball| Ball(ball / 2)).collect();
                let (caught, time) = served(vec![Catcher(0), Catcher(0)], balls);
                let sum = caught.iter().map(|catcher| catcher.0).sum::<u64>();
                assert_eq!(sum, BALLS / 2 * (BALLS / 2 - 1), "every ball is caught once");
                spent += time;
            }
            spent
        });
    });
    group.finish();
}

criterion_group!(benches, engine, hop);
criterion_main!(benches);
