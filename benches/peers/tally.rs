//! What has been done: messages, their checksum and how late they were, by thread.
//!
//! Each thread that does work writes into a seat of its own, and whoever wants to know adds them up.
//! A seat is never cleared: what counts is the difference between two readings.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use hdrhistogram::Histogram;

/// More than threads that work at the same time.
const SEATS: usize = 16;

/// Latencies beyond that many microseconds count as that.
const LATENCY_US_MAX: u64 = 600_000_000;

static ALL: [Seat; SEATS] = [const { Seat::new() }; SEATS];
static TAKEN: AtomicUsize = AtomicUsize::new(0);
static TIMED: AtomicBool = AtomicBool::new(false);
static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

thread_local! {
    static SEAT: &'static Seat = &ALL[TAKEN.fetch_add(1, Ordering::Relaxed) % SEATS];
}

/// What one thread has done. It alone writes there; on a cache line of its own, so that nobody waits.
#[derive(Debug)]
#[repr(align(128))]
pub struct Seat {
    done: AtomicU64,
    checksum: AtomicU64,
    latencies: Mutex<Option<Histogram<u64>>>,
}

impl Seat {
    const fn new() -> Self {
        let (done, checksum) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { done, checksum, latencies: Mutex::new(None) }
    }

    /// That of this thread.
    pub fn here() -> &'static Self {
        SEAT.with(|seat| *seat)
    }

    /// Messages that were done here, ever.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Acquire)
    }

    /// Notes that so many messages were done, and what they came to.
    pub fn note(&self, done: u64, checksum: u64) {
        let sum = self.checksum.load(Ordering::Relaxed).wrapping_add(checksum);
        self.checksum.store(sum, Ordering::Relaxed);
        self.done.store(self.done.load(Ordering::Relaxed) + done, Ordering::Release);
    }

    /// Notes that messages which were due then are done now. The clock is read once for all of them.
    pub fn note_late(&self, dues: impl IntoIterator<Item = u32>) {
        let mut latencies = self.latencies.lock().unwrap_or_else(PoisonError::into_inner);
        let latencies = latencies.get_or_insert_with(histogram);
        let now = now_us();
        dues.into_iter()
            .for_each(|due| latencies.saturating_record(u64::from(now.saturating_sub(due))));
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_US_MAX, 3).expect("the bounds are in order")
}

/// Microseconds since this process began to count them.
pub fn now_us() -> u32 {
    BEGIN.elapsed().as_micros() as u32
}

/// Whether it is noted how late messages are.
pub fn is_timed() -> bool {
    TIMED.load(Ordering::Relaxed)
}

/// Says whether it is noted how late messages are.
pub fn set_timed(timed: bool) {
    TIMED.store(timed, Ordering::Relaxed);
}

/// Messages that were done by all, ever.
pub fn done() -> u64 {
    ALL.iter().map(Seat::done).sum()
}

/// What those came to.
pub fn checksum() -> u64 {
    ALL.iter().map(|seat| seat.checksum.load(Ordering::Relaxed)).fold(0, u64::wrapping_add)
}

/// How late messages were, of all threads; forgotten thereby.
pub fn take_latencies() -> Histogram<u64> {
    let mut all = histogram();
    for seat in &ALL {
        let mut latencies = seat.latencies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(latencies) = latencies.take() {
            all.add(latencies).expect("all have the same bounds");
        }
    }
    all
}
