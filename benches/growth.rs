//! Growth: what one machine serves with ten thousand people and with twenty million, by how many shards, at how
//! many bytes a person, and how long it ever stands still while they become more.
//!
//! ```sh
//! cargo bench -p volley-benches --bench growth -- --people 10000,1000000 --shards 1,2
//! ```
//!
//! Every size is a process of its own. First each person writes once; then a million replies come from people
//! drawn evenly, which is the hardest for caches. Under `cargo test` it runs small.

mod inputs;
#[path = "peers/machine.rs"]
mod machine;

use std::process::{Command, ExitCode};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use clap::Parser;
use serde_json::{Value, json};
use volley_core::classify::Classifier;
use volley_core::clock::Clock;
use volley_core::hash::stable_hash;
use volley_core::id::{BrandId, ContactId, MessageId, ShardId};
use volley_core::input::Input;
use volley_core::journal::NoJournal;
use volley_core::limits::{PARTITIONS_DEFAULT, TURN_INPUTS_MAX};
use volley_core::message::Inbound;
use volley_core::runtime::{Deliver, Polled, Runtime, Served, Setup, Source};
use volley_core::shard::Layout;
use volley_core::time::Timestamp;
use volley_core::worker::Worker;

use inputs::{REPLIES, START, policy, replies};

/// Inputs that a shard is given at once here: a pause of the engine should not hide behind its own work.
const INPUTS_AT_ONCE: usize = 64;

/// Time all but stands still, so that no deadline passes while the people become more.
const SPEED: f64 = 1e-6;

/// What growth costs.
#[derive(Clone, Debug, Parser)]
#[command(name = "growth")]
struct Options {
    /// People with a conversation each, sizes to be tried.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000,5000000,20000000")]
    people: Vec<u64>,
    /// Threads that serve, numbers to be tried.
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    shards: Vec<u16>,
    /// Replies that are measured with once everybody has written.
    #[arg(long, default_value_t = 1_000_000)]
    replies: u64,
    /// Prints one JSON object for each row.
    #[arg(long)]
    json: bool,
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    trial: bool,
}

fn main() -> ExitCode {
    let mut options = Options::parse();
    if options.trial {
        println!("{}", trial(options.people[0], options.shards[0], options.replies));
        return ExitCode::SUCCESS;
    }
    if !options.bench {
        (options.people, options.shards, options.replies) = (vec![2_000], vec![1, 2], 4_000);
    }
    if !options.json {
        println!(
            "people      shards  first replies/s  replies/s  CPU s per M  bytes each  longest pause ms"
        );
    }
    for people in &options.people {
        for shards in &options.shards {
            let row = in_a_process(*people, *shards, options.replies);
            print_row(&options, &row);
        }
    }
    ExitCode::SUCCESS
}

fn print_row(options: &Options, row: &Value) {
    if options.json {
        println!("{row}");
        return;
    }
    let number = |name: &str| row[name].as_f64().expect("a trial gives every figure");
    println!(
        "{:<10}  {:>6}  {:>15.0}  {:>9.0}  {:>11.2}  {:>10.1}  {:>16.2}",
        number("people"),
        number("shards"),
        number("first_per_s"),
        number("per_s"),
        number("cpu_s_per_m"),
        number("bytes_each"),
        number("pause_ms")
    );
}

fn in_a_process(people: u64, shards: u16, replies: u64) -> Value {
    let program = std::env::current_exe().expect("this program has a path");
    let run = Command::new(program)
        .args(["--trial", "--people", &people.to_string(), "--shards", &shards.to_string()])
        .args(["--replies", &replies.to_string()])
        .output()
        .expect("this program can be started");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).expect("a trial prints JSON")
}

fn trial(people: u64, shards: u16, count: u64) -> Value {
    let texts: Arc<Vec<Bytes>> = Arc::new(replies(REPLIES).into_iter().map(|it| it.text).collect());
    let hosts: Vec<_> = (0..shards).map(|shard| host(shard, shards)).collect();
    let before = machine::resident_bytes();
    let first = |number| (number, number);
    let (hosts, first_s, pause) = serve(hosts, people, &texts, first);
    let grown = machine::resident_bytes().saturating_sub(before);
    let again = move |number| (stable_hash(number, 7) % people, people + number);
    let cpu_s = machine::cpu_s();
    let (hosts, seconds, _) = serve(hosts, count, &texts, again);
    let cpu_s = machine::cpu_s() - cpu_s;
    let known: usize = hosts.iter().map(|host| host.worker.shard().contacts()).sum();
    assert_eq!(known as u64, people, "everybody wrote, and nobody else");
    json!({
        "people": people,
        "shards": shards,
        "first_per_s": people as f64 / first_s,
        "per_s": count as f64 / seconds,
        "cpu_s_per_m": cpu_s * 1e6 / count as f64,
        "bytes_each": grown as f64 / people as f64,
        "pause_ms": pause.as_secs_f64() * 1e3,
        "state": hosts.iter().map(|host| host.worker.shard().state_hash()).fold(0, u64::wrapping_add),
    })
}

type Hosts = Vec<Served<NoJournal>>;

/// Serves replies `0..count`; `who` gives the person and the message's number of each. Returns how long that
/// took, and the longest time between two looks at a source.
fn serve(
    hosts: Hosts,
    count: u64,
    texts: &Arc<Vec<Bytes>>,
    who: impl Fn(u64) -> (u64, u64) + Copy + Send + 'static,
) -> (Hosts, f64, Duration) {
    let layout = hosts[0].worker.shard().layout();
    let step = u64::from(layout.shards);
    let (sent, pauses) = std::sync::mpsc::channel();
    let hosts = hosts.into_iter().zip(0..).map(|(host, next)| {
        let (texts, sent) = (Arc::clone(texts), sent.clone());
        let made =
            Made { next, step, count, texts, who, looked: None, pause: Duration::ZERO, sent };
        (host, Box::new(made) as Box<dyn Source<Input>>)
    });
    let setup = Setup { inbox_inputs: TURN_INPUTS_MAX, ..Setup::default() };
    let begin = Instant::now();
    let runtime =
        Runtime::start_reading(hosts.collect(), layout, setup, Clock::paced(START, SPEED));
    let runtime = runtime.expect("the machine has room for as many threads");
    let hosts = runtime.finish().expect("nothing is written that could fail");
    let seconds = begin.elapsed().as_secs_f64();
    drop(sent);
    (hosts, seconds, pauses.iter().max().unwrap_or_default())
}

fn host(shard: u16, shards: u16) -> Served<NoJournal> {
    static CLASSIFIER: LazyLock<Arc<Classifier>> =
        LazyLock::new(|| Arc::new(Classifier::standard()));
    let layout = Layout { shard: ShardId(shard), shards, partitions: PARTITIONS_DEFAULT };
    let mut worker = Worker::new(layout, NoJournal::default(), Arc::clone(&CLASSIFIER));
    worker.turn(START, [policy()], |_| true).expect("nothing is written");
    let deliver: Deliver = Box::new(|held| {
        std::hint::black_box(held);
        true
    });
    Served::new(worker, deliver)
}

/// Replies that are made as they are asked for, so that they take no memory of their own.
struct Made<F> {
    next: u64,
    step: u64,
    count: u64,
    texts: Arc<Vec<Bytes>>,
    who: F,
    looked: Option<Instant>,
    pause: Duration,
    sent: std::sync::mpsc::Sender<Duration>,
}

impl<F: Fn(u64) -> (u64, u64) + Send> Source<Input> for Made<F> {
    fn poll(&mut self, _: Timestamp, max: usize, batch: &mut Vec<Input>) -> Polled {
        if let Some(looked) = self.looked {
            self.pause = self.pause.max(looked.elapsed());
        }
        for _ in 0..max.min(INPUTS_AT_ONCE) {
            if self.next >= self.count {
                let _ = self.sent.send(self.pause);
                return Polled::Ended;
            }
            let (person, number) = (self.who)(self.next);
            batch.push(Input::Reply(Inbound {
                brand: BrandId(1),
                contact: ContactId(12_000_000_000 + person),
                message_id: MessageId(u128::from(number) + 1),
                received_at: START,
                text: self.texts[number as usize % REPLIES].clone(),
                ..Inbound::default()
            }));
            self.next += self.step;
        }
        self.looked = Some(Instant::now());
        Polled::Ready
    }
}
