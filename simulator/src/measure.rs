//! What is counted while a run goes on.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use hdrhistogram::Histogram;
use volley_core::decision::Decision;
use volley_core::effect::{Send, SendKind};
use volley_core::export::{LatencyRow, TimelineRow};
use volley_core::hash::StableHasher;
use volley_core::reason::{Disposition, Reason};
use volley_core::time::Timestamp;

use crate::book::{FirstAnswer, Tally, Tier};

/// The things whose length of time is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// From the intended time of a reply at the door to its decision being let out.
    Decision,
    /// From a reply to the AI's answer leaving.
    AiAnswer,
    /// From a conversation being offered to an agent taking it.
    QueueWait,
    /// From a conversation being offered to an agent's first text.
    HumanAnswer,
    /// From an agent taking a conversation to being done with it.
    Handling,
    /// From a customer's message to the conversation's first answer, whoever gave it.
    FirstResponse,
    /// The same, where the AI gave it.
    FirstAi,
    /// Where a person gave it.
    FirstHuman,
    /// Where the store gave it.
    FirstStore,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Decision,
        Self::AiAnswer,
        Self::QueueWait,
        Self::HumanAnswer,
        Self::Handling,
        Self::FirstResponse,
        Self::FirstAi,
        Self::FirstHuman,
        Self::FirstStore,
    ];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::AiAnswer => "ai_answer",
            Self::QueueWait => "queue_wait",
            Self::HumanAnswer => "human_answer",
            Self::Handling => "handling",
            Self::FirstResponse => "first_response",
            Self::FirstAi => "first_response_ai",
            Self::FirstHuman => "first_response_human",
            Self::FirstStore => "first_response_store",
        }
    }
}

/// Longest time that is told apart: two weeks.
const LONGEST_US: u64 = 14 * 86_400 * 1_000_000;

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are constants that fit")
}

/// Digest of one decision; a sum of them does not depend on their order.
pub fn digest(decision: &Decision) -> u64 {
    let mut hasher = StableHasher::default();
    decision.hash(&mut hasher);
    hasher.finish()
}

/// Counts by a named code.
pub type Counts = [u64; 128];

/// Everything that is counted.
pub struct Measures {
    /// Replies that went in.
    pub replies: u64,
    /// Decisions that came out.
    pub decisions: u64,
    /// Digest of all decisions, whatever their order.
    pub decisions_hash: u64,
    /// Decisions by disposition.
    pub dispositions: Counts,
    /// Decisions by reason.
    pub reasons: Counts,
    /// Decisions of which the simulator knows what they ought to be.
    pub judged: u64,
    /// Of these, those whose verdict is what it ought to be.
    pub agreed: u64,
    /// Segments of replies.
    pub segments_in: u64,
    /// Campaign messages sent.
    pub campaign_sends: u64,
    /// Segments of these.
    pub campaign_segments: u64,
    /// Messages the engine sent, by kind.
    pub sends: Counts,
    /// Segments of these.
    pub segments_out: u64,
    /// Messages the gate refused, by reason.
    pub refusals: Counts,
    /// Requests to the AI.
    pub ai_requests: u64,
    /// Conversations that went to people, the store, a helpdesk or were closed out.
    pub escalations: u64,
    /// Conversations that agents ended.
    pub agent_closes: u64,
    /// Alarms about conversations that waited too long.
    pub alarms: u64,
    /// Messages of customers who wrote again.
    pub follow_ups: u64,
    /// Alarms of the desk, by kind.
    pub desk_alarms: Counts,
    /// Conversations whose first answer was the AI's.
    pub ai_first_answers: u64,
    /// Of these: it came as soon as it ought to.
    pub ai_in_time: u64,
    /// How soon that is.
    pub ai_objective: Duration,
    /// What all conversations came to; known at the end.
    pub tally: Tally,
    /// Inputs that found a full inbox and were submitted again.
    pub blocked: u64,
    /// How many times faster than the clock the run goes. What the machine itself takes is measured on
    /// the machine's clock, everything else in the scenario's time.
    pub speed: f64,
    histograms: [Histogram<u64>; Measure::ALL.len()],
    start: Timestamp,
    interval: Duration,
    timeline: Vec<TimelineRow>,
}

impl Measures {
    /// Nothing counted yet.
    pub fn new(start: Timestamp, interval: Duration) -> Self {
        Self {
            replies: 0,
            decisions: 0,
            decisions_hash: 0,
            dispositions: [0; 128],
            reasons: [0; 128],
            judged: 0,
            agreed: 0,
            segments_in: 0,
            campaign_sends: 0,
            campaign_segments: 0,
            sends: [0; 128],
            segments_out: 0,
            refusals: [0; 128],
            ai_requests: 0,
            escalations: 0,
            agent_closes: 0,
            alarms: 0,
            follow_ups: 0,
            desk_alarms: [0; 128],
            ai_first_answers: 0,
            ai_in_time: 0,
            ai_objective: Duration::MAX,
            tally: Tally::default(),
            blocked: 0,
            speed: 1.0,
            histograms: Measure::ALL.map(|_| histogram()),
            start,
            interval,
            timeline: Vec::new(),
        }
    }

    /// Notes a length of time.
    pub fn time(&mut self, measure: Measure, length: Duration) {
        let micros = u64::try_from(length.as_micros()).unwrap_or(u64::MAX);
        self.histograms[measure as usize].saturating_record(micros.max(1));
    }

    /// All lengths noted for a measure, in microseconds.
    pub fn times(&self, measure: Measure) -> &Histogram<u64> {
        &self.histograms[measure as usize]
    }

    /// The interval of the timeline that `at` falls into.
    pub fn interval_at(&mut self, at: Timestamp) -> &mut TimelineRow {
        let index = (at.since(self.start).as_secs() / self.interval.as_secs()) as usize;
        while self.timeline.len() <= index {
            let before = self.interval.as_secs() * self.timeline.len() as u64;
            let length_s = u32::try_from(self.interval.as_secs()).unwrap_or(u32::MAX);
            let begin_s = self.start.as_micros() / 1_000_000 + before;
            // Queue and agents stay as they were until something changes them.
            let last = self.timeline.last().copied().unwrap_or_default();
            let (queue_length, agents_busy_slots) = (last.queue_length, last.agents_busy_slots);
            self.timeline.push(TimelineRow {
                begin_s,
                length_s,
                queue_length,
                agents_busy_slots,
                ..TimelineRow::default()
            });
        }
        &mut self.timeline[index]
    }

    /// Notes a decision.
    pub fn decided(&mut self, decision: &Decision, at: Timestamp) {
        self.decisions += 1;
        self.decisions_hash = self.decisions_hash.wrapping_add(digest(decision));
        self.dispositions[usize::from(decision.disposition.code())] += 1;
        self.reasons[usize::from(decision.reason.code())] += 1;
        self.segments_in += u64::from(decision.segments);
        self.time(Measure::Decision, at.since(decision.received_at).div_f64(self.speed));
        let row = self.interval_at(decision.decided_at);
        row.replies += 1;
        row.segments_in += u32::from(decision.segments);
        *match decision.disposition {
            Disposition::Ignore => &mut row.ignored,
            Disposition::Compliance => &mut row.compliance,
            Disposition::Hold => &mut row.held,
            Disposition::Automation => &mut row.automation,
            Disposition::Ai => &mut row.ai,
            Disposition::Human => &mut row.human,
            Disposition::Store | Disposition::Helpdesk | Disposition::Closeout => {
                &mut row.handed_over
            }
            Disposition::Append => &mut row.appended,
        } += 1;
    }

    /// Notes the first answer of a conversation.
    pub fn first_answered(&mut self, first: FirstAnswer, at: Timestamp) {
        let waited = Duration::from_micros(first.waited_us);
        self.time(Measure::FirstResponse, waited);
        let measure = match first.tier {
            Tier::Ai => Measure::FirstAi,
            Tier::Human => Measure::FirstHuman,
            Tier::Store => Measure::FirstStore,
        };
        self.time(measure, waited);
        if first.tier == Tier::Ai {
            self.ai_first_answers += 1;
            self.ai_in_time += u64::from(waited <= self.ai_objective);
        }
        let row = self.interval_at(at);
        row.first_answers += 1;
        row.first_answers_ms += first.waited_us / 1000;
    }

    /// Notes a message that left.
    pub fn sent(&mut self, send: &Send) {
        self.sends[usize::from(send.kind.code())] += 1;
        self.segments_out += u64::from(send.segments.segments);
        let row = self.interval_at(send.at);
        row.sends += 1;
        row.segments_out += u32::from(send.segments.segments);
    }

    /// Notes that a conversation left the engine's own answers.
    pub fn escalated(&mut self, at: Timestamp) {
        self.escalations += 1;
        self.interval_at(at).escalations += 1;
    }

    /// Decisions of a disposition.
    pub fn with_disposition(&self, disposition: Disposition) -> u64 {
        self.dispositions[usize::from(disposition.code())]
    }

    /// Decisions with a reason.
    pub fn with_reason(&self, reason: Reason) -> u64 {
        self.reasons[usize::from(reason.code())]
    }

    /// Messages of a kind that left.
    pub fn sent_as(&self, kind: SendKind) -> u64 {
        self.sends[usize::from(kind.code())]
    }

    /// An interval like `row` in which nothing happened and nobody waited.
    pub fn empty_interval(&self, row: &TimelineRow) -> TimelineRow {
        TimelineRow { begin_s: row.begin_s, length_s: row.length_s, ..TimelineRow::default() }
    }

    /// The timeline, interval by interval from the start.
    pub fn timeline(&self) -> &[TimelineRow] {
        &self.timeline
    }

    /// The non-empty buckets of all histograms.
    pub fn latency_rows(&self) -> impl Iterator<Item = LatencyRow> {
        Measure::ALL.into_iter().flat_map(|measure| {
            let histogram = self.times(measure);
            histogram.iter_recorded().map(move |bucket| LatencyRow {
                measure: measure.name(),
                from_us: histogram.lowest_equivalent(bucket.value_iterated_to()),
                to_us: bucket.value_iterated_to(),
                count: bucket.count_since_last_iteration(),
            })
        })
    }
}
