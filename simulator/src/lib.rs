//! Volley's simulator: the router itself, fed with synthetic or recorded replies, under a virtual clock or against the
//! real one.
//!
//! `scenario` says what is simulated, `world` is everything around the engine, `runner` feeds one to
//! the other, `measure` and `summary` say what came of it. No rule of routing is written here: the
//! simulator is the router.

pub mod book;
pub mod commands;
pub mod disk;
pub mod error;
pub mod event;
pub mod expect;
pub mod interrupt;
pub mod measure;
pub mod output;
pub mod recorded;
pub mod report;
pub mod speech;
pub mod progress;
pub mod rng;
pub mod runner;
pub mod scenario;
pub mod slab;
pub mod summary;
pub mod training;
pub mod world;
pub mod json_lines;
