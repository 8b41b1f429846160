//! What each part of the line costs: segments, verdict, record, a whole turn.
//!
//! Inputs come from one seed. Under `cargo test` every part runs once, small, so that it cannot rot.

mod inputs;

use std::hint::black_box;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use volley_core::classify::{Classifier, Scratch};
use volley_core::id::{Position, Seq, ShardId};
use volley_core::input::{Input, Stamp};
use volley_core::journal::{Header, MemoryJournal};
use volley_core::message::Inbound;
use volley_core::record::{Body, Record};
use volley_core::segment;
use volley_core::shard::Layout;
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

fn worker(classifier: &Arc<Classifier>) -> Worker<MemoryJournal> {
    let header =
        Header { shard: ShardId(0), shards: 1, partitions: 64, first_seq: Seq(1), start: 0 };
    let journal = MemoryJournal::forgetting(header);
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

criterion_group!(parts, segments, classify, lengths, records, turns);
criterion_main!(parts);
