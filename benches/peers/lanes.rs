//! Where messages come from: all at once, one for each person, or each when it is due.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use std::vec::IntoIter;

use crate::tally;
use crate::traffic::{LANES, Replies, Reply, Traffic};
use crate::work::Work;

/// Messages that are taken at once.
pub const BATCH: usize = 256;

/// What came of asking for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// Some.
    Batch,
    /// None is due yet.
    Later,
    /// There will be no more.
    End,
}

/// One of the ways in which messages arrive.
pub trait Lane<M>: Send {
    /// Puts the next messages into `batch`, which must be empty.
    fn take(&mut self, batch: &mut Vec<M>) -> Supply;
}

/// A lane of that work's messages.
pub type LaneOf<W> = Box<dyn Lane<<W as Work>::Message>>;

/// Messages that wait in memory, so that making them costs nothing while somebody measures.
struct Prepared<M>(IntoIter<Vec<M>>);

impl<M: Send> Lane<M> for Prepared<M> {
    fn take(&mut self, batch: &mut Vec<M>) -> Supply {
        let Some(next) = self.0.next() else { return Supply::End };
        *batch = next;
        Supply::Batch
    }
}

/// Messages by the clock, whether anybody keeps up or not.
struct Paced<W: Work> {
    messages: IntoIter<W::Message>,
    begin_us: u64,
    per_us: f64,
    given: u64,
}

impl<W: Work> Lane<W::Message> for Paced<W> {
    fn take(&mut self, batch: &mut Vec<W::Message>) -> Supply {
        let since = u64::from(tally::now_us()).saturating_sub(self.begin_us);
        let due = (since as f64 * self.per_us) as u64;
        let count = (due.saturating_sub(self.given) as usize).min(BATCH);
        batch.extend(self.messages.by_ref().take(count));
        for message in &mut *batch {
            W::set_due(message, (self.begin_us + (self.given as f64 / self.per_us) as u64) as u32);
            self.given += 1;
        }
        match (batch.is_empty(), self.messages.len()) {
            (false, _) => Supply::Batch,
            (true, 0) => Supply::End,
            (true, _) => Supply::Later,
        }
    }
}

/// One message of each person, made when it is asked for: what the messages take is then no part of
/// what the process grows by.
struct Census {
    traffic: Arc<Traffic>,
    people: Range<u64>,
    lane: usize,
    replies: Vec<Reply>,
}

impl<W: Work> Lane<W::Message> for CensusOf<W> {
    fn take(&mut self, batch: &mut Vec<W::Message>) -> Supply {
        let Census { traffic, people, lane, replies } = &mut self.0;
        let here = people.map(|person| Reply { person, number: person });
        replies.clear();
        replies.extend(here.filter(|reply| reply.lane() == *lane).take(BATCH));
        W::arrive(traffic, replies, batch);
        if batch.is_empty() { Supply::End } else { Supply::Batch }
    }
}

struct CensusOf<W>(Census, PhantomData<W>);

/// Messages of so many people, a few of whom write most, as fast as they are taken.
pub fn prepared<W: Work>(people: u64, messages: u64) -> Vec<LaneOf<W>> {
    let traffic = Traffic::new();
    let lanes = replies(people, messages).map(|replies| {
        let arrive = |replies: &[Reply]| {
            let mut batch = Vec::with_capacity(replies.len());
            W::arrive(&traffic, replies, &mut batch);
            batch
        };
        let batches: Vec<Vec<W::Message>> = replies.chunks(BATCH).map(arrive).collect();
        Box::new(Prepared(batches.into_iter())) as LaneOf<W>
    });
    lanes.collect()
}

/// The same, each when it is due: `per_second` in all lanes together, evenly, once `lead` has passed.
pub fn paced<W: Work>(
    people: u64,
    messages: u64,
    per_second: f64,
    lead: Duration,
) -> Vec<LaneOf<W>> {
    let traffic = Traffic::new();
    let lanes = replies(people, messages).map(|replies| {
        let mut all = Vec::with_capacity(replies.len());
        replies.chunks(BATCH).for_each(|replies| W::arrive(&traffic, replies, &mut all));
        all
    });
    // The first is due after all of them were made, however long that took.
    let lanes: Vec<Vec<W::Message>> = lanes.collect();
    let begin_us = u64::from(tally::now_us()) + lead.as_micros() as u64;
    let lanes = lanes.into_iter().map(|all| {
        // Lanes are of unequal length, and end at the same time.
        let per_us = per_second / 1e6 * all.len() as f64 / messages as f64;
        Box::new(Paced::<W> { messages: all.into_iter(), begin_us, per_us, given: 0 }) as LaneOf<W>
    });
    lanes.collect()
}

/// One message of each person.
pub fn census<W: Work>(people: u64) -> Vec<LaneOf<W>> {
    let traffic = Arc::new(Traffic::new());
    let lane = |lane| {
        let (traffic, people) = (Arc::clone(&traffic), 0..people);
        let census = Census { traffic, people, lane, replies: Vec::with_capacity(BATCH) };
        Box::new(CensusOf::<W>(census, PhantomData)) as LaneOf<W>
    };
    (0..LANES).map(lane).collect()
}

fn replies(people: u64, messages: u64) -> impl Iterator<Item = Vec<Reply>> {
    let mut lanes = vec![Vec::new(); LANES];
    for reply in Replies::of(people).take(messages as usize) {
        lanes[reply.lane()].push(reply);
    }
    lanes.into_iter()
}
