//! Volley's routing core: decides, once and for good, what happens to a customer's reply to a marketing message.
//!
//! # One reply, one direction
//!
//! ```text
//! reply ▶ runtime.submit ▶ inbox ▶ worker.turn: stamp ▶ append to journal ▶ apply ▶ hold
//!                                                └ sync once per turn ▶ release effects ▶ world
//! ```
//!
//! What the world answers (an AI's result, an agent's click, a deadline) enters again at the front.
//!
//! # What a part does not know
//!
//! * Up to and including [`worker`], nothing reads a clock, a random source, a socket or, but for
//!   [`journal::storage`], a file. Time is an argument; the next deadline is a result.
//! * Applying a record cannot fail, and depends on nothing but the records before it.
//! * Nothing leaves before the record that caused it is as durable as the journal promises.
//! * A shard knows nothing of other shards, nor of who carries its effects out.
//!
//! Modules in reading order; each imports only what stands before it, and a test enforces this.

// The order of the flow, not of the alphabet: this list is the table of contents.
pub mod limits;
mod names;
pub mod planted;
pub mod hash;
pub mod time;
pub mod id;
pub mod table;
pub mod message;
pub mod segment;
pub mod text;
pub mod classify;
pub mod reason;
pub mod service;
pub mod policy;
pub mod conversation;
pub mod contact;
pub mod decision;
pub mod input;
pub mod stamper;
pub mod effect;
pub mod budget;
pub mod gate;
pub mod ladder;
pub mod transition;
pub mod timer;
pub mod desk;
pub mod record;
pub mod shard;
pub mod audit;
pub mod journal;
pub mod outbox;
pub mod worker;
pub mod check;
pub mod clock;
pub mod runtime;
pub mod export;
