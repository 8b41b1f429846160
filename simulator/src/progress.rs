//! A progress bar on a terminal, and nothing where nobody watches.

use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Shows how far a run has come.
pub struct Progress {
    bar: ProgressBar,
    calls: u32,
    /// What is counted beside.
    unit: &'static str,
}

impl Progress {
    /// A bar that is full after `total`, in whatever unit; hidden where standard error is no terminal.
    pub fn new(total: u64, what: &str) -> Self {
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{}", HumanCount(state.pos()));
        };
        let style =
            ProgressStyle::with_template("{prefix} {bar:32} {percent:>3} %  {msg}  {elapsed}")
                .expect("the template is a constant")
                .with_key("done", rate)
                .progress_chars("█▉▊▋▌▍▎▏ ");
        let bar =
            ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
        Self { bar: bar.with_style(style).with_prefix(what.to_owned()), calls: 0, unit: "replies" }
    }

    /// The same bar, which counts something else than replies.
    pub fn counting(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// Notes how far it has come. Cheap enough to be called all the time.
    pub fn at(&mut self, done: u64, count: u64) {
        self.calls = self.calls.wrapping_add(1);
        // Reading the clock on every call would cost more than the work between two calls.
        if self.calls.is_multiple_of(1024) && !self.bar.is_hidden() {
            self.bar.set_position(done);
            self.bar.set_message(format!("{} {}", HumanCount(count), self.unit));
        }
    }

    /// Notes that `done` of `total` are done.
    pub fn of(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// Takes the bar away.
    pub fn finish(self) -> Duration {
        let elapsed = self.bar.elapsed();
        self.bar.finish_and_clear();
        elapsed
    }
}
