//! Who hosts the work, each as its own users would write it well.

mod actix_actors;
mod dashmap_entries;
pub mod host;
mod kameo_actors;
mod loops;
mod ractor_actors;
mod timely_dataflow;
mod tokio_tasks;
pub mod volley;

use clap::ValueEnum;

use crate::work::Work;
use host::Job;

/// Threads that work, for everybody but the one loop.
pub const THREADS: usize = 2;

/// Those who are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Contender {
    /// One loop over one hash map.
    Loop,
    /// Two loops over a hash map each, whose messages were dealt out beforehand: what all ratios are to.
    Floor,
    /// This engine.
    Volley,
    /// An actix actor for each conversation.
    Actix,
    /// A ractor actor for each conversation.
    Ractor,
    /// A kameo actor for each conversation.
    Kameo,
    /// A tokio task and a channel for each conversation.
    Tokio,
    /// Two threads that change the entries of one dashmap.
    Dashmap,
    /// A timely dataflow that exchanges messages by conversation.
    Timely,
}

/// Who puts messages into a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Feeding {
    /// The threads that do the work take in messages as well.
    Inside,
    /// Threads of their own do, beside those that do the work.
    Outside,
}

impl Contender {
    /// The name on the command line and in what is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Floor => "floor",
            Self::Volley => "volley",
            Self::Actix => "actix",
            Self::Ractor => "ractor",
            Self::Kameo => "kameo",
            Self::Tokio => "tokio",
            Self::Dashmap => "dashmap",
            Self::Timely => "timely",
        }
    }

    /// The ways of feeding it. Where there are two, both are tried, and the better one counts.
    pub fn feedings(self) -> &'static [Feeding] {
        match self {
            Self::Loop | Self::Floor | Self::Dashmap | Self::Timely => &[Feeding::Inside],
            Self::Volley | Self::Actix | Self::Ractor | Self::Kameo | Self::Tokio => {
                &[Feeding::Inside, Feeding::Outside]
            }
        }
    }
}

impl Feeding {
    /// The name on the command line and in what is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }
}

/// Has `contender` do the job.
pub fn run<W: Work>(contender: Contender, feeding: Feeding, job: Job<'_, W>) {
    match contender {
        Contender::Loop => loops::one(job),
        Contender::Floor => loops::two(job),
        Contender::Volley => W::in_volley(feeding, job),
        Contender::Actix => actix_actors::run(feeding, job),
        Contender::Ractor => host::run_on_tokio(feeding, job, || ractor_actors::Actors),
        Contender::Kameo => host::run_on_tokio(feeding, job, || kameo_actors::Actors),
        Contender::Tokio => host::run_on_tokio(feeding, job, || tokio_tasks::Tasks),
        Contender::Dashmap => dashmap_entries::run(job),
        Contender::Timely => timely_dataflow::run(job),
    }
}
