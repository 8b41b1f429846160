//! What users of such systems expect beyond the five: what a router is not credible without.

mod answers;
mod inbound;
mod ownership;
mod policies;
mod routing;
mod simulation;

/// A question that the AI answers first.
const QUESTION: &str = "do you have this jacket in blue?";
/// A wish that people see to.
const REFUND: &str = "I want a refund";
