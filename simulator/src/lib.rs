//! Volley's simulator: the router itself, fed with synthetic or recorded replies, under a virtual clock or at full
//! speed.

pub mod commands;
pub mod speech;
