//! What each part of the line costs: segments, fold, verdict, step, record, journal, a shard, a whole turn, export.
//!
//! Inputs come from one seed. Under `cargo test` every part runs once, small, so that it cannot rot.

mod inputs;

use std::hint::black_box;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use volley_core::budget::BrandDay;
use volley_core::classify::{Classifier, Scratch};
use volley_core::contact::Contact;
use volley_core::decision::Decision;
use volley_core::effect::Effect;
use volley_core::export::{ArrowFile, Decisions};
use volley_core::id::{MessageId, PartitionId, Position, Seq, ShardId};
use volley_core::input::{Input, Stamp};
use volley_core::journal::{Header, Journal, MemoryJournal};
use volley_core::message::Inbound;
use volley_core::outbox::Held;
use volley_core::policy::Policy;
use volley_core::record::{Body, Record};
use volley_core::segment;
use volley_core::shard::{Layout, Shard};
use volley_core::stamper::Stamper;
use volley_core::text::{Folded, Spellings};
use volley_core::transition::{ConversationIds, Transition};
use volley_core::worker::Worker;

use inputs::{REPLIES, START, policy, replies};

fn segments(c: &mut Criterion) {
    let replies = replies(REPLIES);
    let mut group = c.benchmark_group("segment");
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("count", |b| {
        b.iter(|| {
            replies
                .iter()
                .map(|reply| u64::from(segment::count_lossy(&reply.text).segments))
                .sum::<u64>()
        });
    });
    group.finish();
}

/// The whole verdict beside one pass of an automaton over the phrases of the same rules, the least that
/// any search for them costs.
fn classify(c: &mut Criterion) {
    let replies = replies(REPLIES);
    let classifier = Classifier::standard();
    let mut scratch = Scratch::default();
    let mut group = c.benchmark_group("classify");
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("verdict", |b| {
        b.iter(|| {
            let verdicts =
                replies.iter().map(|reply| classifier.classify(&reply.text, &mut scratch));
            verdicts.map(|verdict| u64::from(verdict.intent.code())).sum::<u64>()
        });
    });
    let phrases = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .ascii_case_insensitive(true)
        .build(classifier.phrases())
        .expect("the phrases fit");
    group.bench_function("aho-corasick pass", |b| {
        b.iter(|| {
            let found = |reply: &Inbound| phrases.find_overlapping_iter(&reply.text[..]).count();
            replies.iter().map(found).sum::<usize>()
        });
    });
    group.finish();
}

/// Twice the text, twice the time.
fn lengths(c: &mut Criterion) {
    let text: Vec<u8> =
        replies(REPLIES).iter().flat_map(|reply| [&reply.text[..], b". "].concat()).collect();
    let classifier = Classifier::standard();
    let mut scratch = Scratch::default();
    let mut group = c.benchmark_group("classify length");
    for bytes in [256, 512, 1024, 2048, 4096] {
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(bytes.to_string(), |b| {
            b.iter(|| classifier.classify(black_box(&text[..bytes]), &mut scratch).intent);
        });
    }
    group.finish();
}

fn records(c: &mut Criterion) {
    let records: Vec<Record> = replies(REPLIES)
        .into_iter()
        .zip(1..)
        .map(|(reply, seq)| Record {
            seq: Seq(seq),
            at: START,
            previous: Position::default(),
            body: Body::Reply(reply, Stamp::default()),
        })
        .collect();
    let mut bytes = Vec::new();
    let mut group = c.benchmark_group("record");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("encode", |b| {
        b.iter(|| {
            bytes.clear();
            records.iter().for_each(|record| record.encode(&mut bytes));
            black_box(bytes.len())
        });
    });
    group.finish();
}

/// The text alone made comparable, as the verdict does first.
fn fold(c: &mut Criterion) {
    let replies = replies(REPLIES);
    let spellings = Spellings::new(["stop", "optout", "unsubscribe", "cancel", "help"]);
    let mut folded = Folded::default();
    let mut group = c.benchmark_group("text");
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("fold", |b| {
        b.iter(|| {
            let words = replies.iter().map(|reply| {
                folded.fold(&reply.text, &spellings);
                folded.words().len()
            });
            words.sum::<usize>()
        });
    });
    group.finish();
}

/// A stamped reply of somebody who has written before: the ladder, the gate and the change of state.
fn step(c: &mut Criterion) {
    let (replies, policy) = (replies(REPLIES), Policy::standard());
    let mut stamper = Stamper::new(Arc::new(Classifier::standard()));
    let stamps: Vec<Stamp> =
        replies.iter().map(|reply| stamper.stamp(reply, Some(&policy))).collect();
    let (mut brand, mut ids) =
        (BrandDay::new(PartitionId(0), 1), ConversationIds::new(PartitionId(0)));
    let mut people: Vec<Contact> = replies.iter().map(|reply| Contact::new(reply.key())).collect();
    let (mut effects, mut number) = (Vec::new(), 0);
    let mut group = c.benchmark_group("conversation");
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("step", |b| {
        b.iter(|| {
            for ((reply, stamp), contact) in replies.iter().zip(&stamps).zip(&mut people) {
                // A redelivery would be recognised and left alone, so each message is a new one.
                number += 1;
                let reply = Inbound { message_id: MessageId(number), ..reply.clone() };
                let (owner, epoch) = (contact.conversation.owner, contact.conversation.epoch);
                let mut transition = Transition {
                    contact,
                    brand: &mut brand,
                    policy: &policy,
                    at: START,
                    shard: ShardId(0),
                    seq: Seq(1),
                    ids: &mut ids,
                    effects: &mut effects,
                };
                transition.reply(&reply, stamp);
                transition.conclude(owner, epoch);
                black_box(effects.drain(..).count());
            }
        });
    });
    group.finish();
}

/// Stamped replies, one of each person, as records.
fn stamped(replies: Vec<Inbound>) -> Vec<Record> {
    let mut stamper = Stamper::new(Arc::new(Classifier::standard()));
    let policy = Policy::standard();
    let records = replies.into_iter().zip(1..).map(|(reply, seq)| {
        let stamp = stamper.stamp(&reply, Some(&policy));
        let body = Body::Reply(reply, stamp);
        Record { seq: Seq(seq), at: START, previous: Position::default(), body }
    });
    records.collect()
}

/// What a shard does with records: find the person, take the step, set the timer. This is replay, too.
fn apply(c: &mut Criterion) {
    let records = stamped(replies(REPLIES));
    let Input::Policy(change) = policy() else { unreachable!("it is a policy") };
    let change = Record {
        seq: Seq(1),
        at: START,
        previous: Position::default(),
        body: Body::Policy(change),
    };
    let mut group = c.benchmark_group("shard");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("apply", |b| {
        let empty = || {
            let mut shard = Shard::new(Layout::single(64));
            shard.apply(&change, Position::default(), &mut Vec::new());
            shard
        };
        b.iter_batched(
            empty,
            |mut shard| {
                let mut effects = Vec::new();
                for record in &records {
                    shard.apply(record, Position::default(), &mut effects);
                    black_box(effects.drain(..).count());
                }
                shard
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// Records in batches as a turn has them, with frame and checksum.
fn journal(c: &mut Criterion) {
    let mut records = stamped(replies(REPLIES));
    let mut journal = MemoryJournal::forgetting(header());
    let mut seq = 0;
    let mut group = c.benchmark_group("journal");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("append", |b| {
        b.iter(|| {
            for batch in records.chunks_mut(256) {
                for record in batch {
                    seq += 1;
                    record.seq = Seq(seq);
                    black_box(journal.append(record));
                }
                journal.sync().expect("memory does not fail");
            }
        });
    });
    group.finish();
}

/// Decisions into the table that a run leaves behind.
fn export(c: &mut Criterion) {
    let decisions = decisions();
    let dir = tempfile::tempdir().expect("there is room for a file");
    let mut group = c.benchmark_group("export");
    group.throughput(Throughput::Elements(decisions.len() as u64));
    group.bench_function("decisions", |b| {
        b.iter(|| {
            let mut file = ArrowFile::<Decisions>::create(dir.path()).expect("there is room");
            decisions.iter().for_each(|decision| file.push(decision).expect("there is room"));
            file.complete().expect("there is room")
        });
    });
    group.finish();
}

/// A decision about each reply.
fn decisions() -> Vec<Decision> {
    let mut worker = worker(&Arc::new(Classifier::standard()));
    let mut decisions = Vec::new();
    let keep = |held: &Held| {
        if let Effect::Decide(decision) = &held.effect {
            decisions.push(*decision);
        }
        true
    };
    let inputs = replies(REPLIES).into_iter().map(Input::Reply);
    worker.turn(START, inputs, keep).expect("memory does not fail");
    decisions
}

fn header() -> Header {
    Header { shard: ShardId(0), shards: 1, partitions: 64, first_seq: Seq(1), start: 0 }
}

fn worker(classifier: &Arc<Classifier>) -> Worker<MemoryJournal> {
    let journal = MemoryJournal::forgetting(header());
    let mut worker = Worker::new(Layout::single(64), journal, Arc::clone(classifier));
    worker.turn(START, [policy()], |_| true).expect("memory does not fail");
    worker
}

/// Stamp, journal, apply, release: the whole line for replies of people nobody knows yet.
fn turns(c: &mut Criterion) {
    let replies = replies(REPLIES);
    let classifier = Arc::new(Classifier::standard());
    let mut group = c.benchmark_group("worker");
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("turn", |b| {
        b.iter_batched(
            || worker(&classifier),
            |mut worker| {
                let mut released = 0u64;
                for batch in replies.chunks(256) {
                    let inputs = batch.iter().cloned().map(Input::Reply);
                    let keep = |_: &_| {
                        released += 1;
                        true
                    };
                    worker.turn(START, inputs, keep).expect("memory does not fail");
                }
                (released, worker)
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(
    parts, segments, fold, classify, lengths, step, records, apply, journal, turns, export
);
criterion_main!(parts);
