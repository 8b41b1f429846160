//! Virtual time: the loop jumps from event to event, as fast as the machine can.

use volley_core::limits::TURN_INPUTS_MAX;
use volley_core::worker::Worker;

use super::Ended;
use crate::error::Error;
use crate::interrupt;
use crate::output::{Output, RunJournal};
use crate::progress::Progress;
use crate::scenario::Scenario;
use crate::world::World;

pub(super) fn run(
    scenario: &Scenario,
    world: &mut World,
    mut workers: Vec<Worker<RunJournal>>,
    mut output: Option<&mut Output>,
) -> Result<Ended, Error> {
    let [worker] = workers.as_mut_slice() else {
        unreachable!("virtual time has one shard, since it has one order");
    };
    let mut progress = Progress::new(scenario.duration.as_secs(), &scenario.name);
    let mut inputs = Vec::with_capacity(TURN_INPUTS_MAX);
    let mut now = scenario.start;
    let mut interrupted = false;
    loop {
        let due = worker.next_deadline().map(|deadline| deadline.at());
        let Some(next) = world.next_at(now).into_iter().chain(due).min() else { break };
        // A turn gathers what happens while the one before it is being made durable.
        let turn = next.max(now) + scenario.turn;
        if world.end().is_some_and(|end| turn > end) {
            break;
        }
        now = turn;
        world.happen(now, TURN_INPUTS_MAX, &mut inputs)?;
        let mut broken = Ok(());
        let durable = worker.turn(now, inputs.drain(..), |held| {
            let seen = world.observe(held, now);
            let written = output.as_mut().map_or(Ok(()), |output| output.observe(held));
            if broken.is_ok() {
                broken = seen.and(written);
            }
            true
        });
        durable.map_err(Error::input)?;
        broken?;
        world.desk_turn(now)?;
        progress.at(now.since(scenario.start).as_secs(), world.measures.replies);
        if interrupt::asked() {
            interrupted = true;
            break;
        }
    }
    let elapsed = progress.finish();
    let now = world.end().filter(|_| !interrupted).unwrap_or(now);
    Ok(Ended { workers, now, elapsed, interrupted, late: None })
}
