//! Real time: the runtime's threads serve the world at the scenario's rate, open loop.
//!
//! Inputs are submitted when they are due, whatever the engine is doing, and latency is measured from
//! when they were due. If an inbox is full the input waits here and is submitted again, late.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crossbeam::queue::ArrayQueue;
use volley_core::clock::Clock;
use volley_core::input::Input;
use volley_core::limits::TURN_INPUTS_MAX;
use volley_core::outbox::Held;
use volley_core::runtime::{Deliver, Refused, Runtime, Served, Setup};
use volley_core::time::Timestamp;
use volley_core::worker::Worker;

use super::Ended;
use crate::error::Error;
use crate::interrupt;
use crate::output::{Output, RunJournal};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::world::World;

/// How a run against the clock goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// How many times faster than the clock.
    pub speed: f64,
    /// Threads that serve.
    pub shards: u16,
}

/// Effects on their way back from a shard, with the time at which they were let out.
const RETURNING_MAX: usize = 256 * 1024;

/// Longest rest between two looks at the engine's effects.
const REST: Duration = Duration::from_micros(200);

type Returning = Arc<ArrayQueue<(Timestamp, Held)>>;

struct Driver<'a, 'b> {
    world: &'a mut World<'b>,
    output: Option<&'a mut Output>,
    runtime: Runtime<Served<RunJournal>>,
    returning: Returning,
    waiting: VecDeque<Input>,
    clock: Clock,
}

pub(super) fn run(
    scenario: &Scenario,
    world: &mut World,
    workers: Vec<Worker<RunJournal>>,
    output: Option<&mut Output>,
    pace: Pace,
) -> Result<Ended, Error> {
    let returning: Returning = Arc::new(ArrayQueue::new(RETURNING_MAX));
    world.measures.speed = pace.speed;
    let clock = Clock::paced(scenario.start, pace.speed);
    let with_deliver = |worker| {
        let returning = Arc::clone(&returning);
        let deliver: Deliver =
            Box::new(move |held| returning.push((clock.now(), held.clone())).is_ok());
        Served::new(worker, deliver)
    };
    let layout = workers[0].shard().layout();
    let served = workers.into_iter().map(with_deliver).collect();
    let runtime = Runtime::start(served, layout, Setup::default(), clock).map_err(Error::input)?;
    let waiting = VecDeque::new();
    let mut driver = Driver { world, output, runtime, returning, waiting, clock };
    let mut progress = Progress::new(scenario.duration.as_secs(), &scenario.name);
    let mut late = Duration::ZERO;
    let mut inputs = Vec::with_capacity(TURN_INPUTS_MAX);
    while !interrupt::asked() {
        let now = clock.now();
        driver.take_effects()?;
        driver.world.desk_turn(now)?;
        let due = driver.world.next_at(now).unwrap_or(now);
        late = late.max(now.since(due).div_f64(pace.speed));
        driver.world.happen(now, TURN_INPUTS_MAX, &mut inputs)?;
        driver.waiting.extend(inputs.drain(..));
        driver.submit()?;
        if driver.world.end().is_some_and(|end| now > end) && driver.waiting.is_empty() {
            break;
        }
        progress.at(now.since(scenario.start).as_secs(), driver.world.measures.replies);
        let next = driver.world.next_at(now).map_or(REST, |next| clock.until(next));
        if driver.returning.is_empty() && driver.waiting.is_empty() && !next.is_zero() {
            std::thread::sleep(next.min(REST));
        }
    }
    let workers = driver.end()?;
    let elapsed = progress.finish();
    Ok(Ended {
        workers,
        now: clock.now(),
        elapsed,
        interrupted: interrupt::asked(),
        late: Some(late),
    })
}

impl Driver<'_, '_> {
    fn take_effects(&mut self) -> Result<(), Error> {
        while let Some((at, held)) = self.returning.pop() {
            self.world.observe(&held, at)?;
            if let Some(output) = self.output.as_mut() {
                output.observe(&held)?;
            }
        }
        Ok(())
    }

    /// Submits what waits, in order, until an inbox is full.
    fn submit(&mut self) -> Result<(), Error> {
        while let Some(input) = self.waiting.pop_front() {
            match self.runtime.submit(input) {
                Ok(()) => {}
                Err(Refused::Full(input)) => {
                    self.world.measures.blocked += 1;
                    self.waiting.push_front(input);
                    return Ok(());
                }
                Err(Refused::Closed(_)) => {
                    return Err(Error::input(
                        "a shard stopped, because its journal could not be written",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Lets the shards finish what they have, and takes what they give until all have ended.
    fn end(mut self) -> Result<Vec<Worker<RunJournal>>, Error> {
        while !self.waiting.is_empty() {
            self.submit()?;
            self.take_effects()?;
        }
        let Self { world, mut output, runtime, returning, clock, .. } = self;
        let ending = std::thread::spawn(move || runtime.shut_down());
        loop {
            let ended = ending.is_finished();
            while let Some((at, held)) = returning.pop() {
                world.observe(&held, at)?;
                output.as_mut().map_or(Ok(()), |output| output.observe(&held))?;
            }
            if ended {
                break;
            }
            std::thread::sleep(REST);
        }
        // What it answers now nobody hears any more; its journal holds all that it was told.
        world.desk_turn(clock.now())?;
        let served = ending.join().expect("ending does not panic").map_err(Error::input)?;
        Ok(served.into_iter().map(|served| served.worker).collect())
    }
}
