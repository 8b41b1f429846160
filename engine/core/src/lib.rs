//! Volley's routing core: decides, once and for good, what happens to a customer's reply.
//!
//! Modules in reading order; each imports only what stands before it (a test enforces this):
//! `limits` `names` `time` `id` · `message` `segment` · `text` `classify`.

pub mod classify;
pub mod id;
pub mod limits;
pub mod message;
mod names;
pub mod segment;
pub mod text;
pub mod time;
