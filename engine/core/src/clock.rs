//! The only reader of the machine's clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::time::Timestamp;

/// Wall time that never steps back: the machine's time when it was made, carried on by its
/// monotonic clock, as fast as it goes or a fixed number of times faster.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    begin: Timestamp,
    speed: f64,
}

impl Clock {
    /// The machine's time.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn system() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let begin = Timestamp::default() + since_epoch;
        Self { origin: Instant::now(), begin, speed: 1.0 }
    }

    /// A clock that shows `begin` now and goes `speed` times as fast as the machine's.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn paced(begin: Timestamp, speed: f64) -> Self {
        assert!(speed > 0.0, "a clock goes forward");
        Self { origin: Instant::now(), begin, speed }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.begin + self.origin.elapsed().mul_f64(self.speed)
    }

    /// How long to wait, on the machine's clock, until this one shows `at`.
    pub fn until(&self, at: Timestamp) -> Duration {
        at.since(self.now()).div_f64(self.speed)
    }
}
