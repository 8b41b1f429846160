//! The naive floor: bare loops over plain hash maps. Nobody hands anything to anybody.

use std::thread;

use super::host::{Job, People, Server, in_threads};
use crate::lanes::{LaneOf, Supply};
use crate::work::Work;

/// One loop that takes from all lanes in turn.
pub fn one<W: Work>(job: Job<'_, W>) {
    in_threads(vec![job.lanes], job.stop, serve::<W>);
}

/// A loop for each lane.
pub fn two<W: Work>(job: Job<'_, W>) {
    in_threads(job.lanes.into_iter().map(|lane| vec![lane]).collect(), job.stop, serve::<W>);
}

fn serve<W: Work>(mut lanes: Vec<LaneOf<W>>) -> People<W, W::State> {
    let mut people = People::<W, W::State>::default();
    let (mut server, mut batch) = (Server::<W>::new(), Vec::new());
    while !lanes.is_empty() {
        lanes.retain_mut(|lane| {
            let supply = lane.take(&mut batch);
            match supply {
                Supply::Batch => server.serve(&mut batch, |scratch, message| {
                    W::step(scratch, people.entry(W::key(message)).or_default(), message)
                }),
                Supply::Later => thread::yield_now(),
                Supply::End => {}
            }
            supply != Supply::End
        });
    }
    people
}
