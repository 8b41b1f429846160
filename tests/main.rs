//! Acceptance tests in one binary, in reading order.

#![allow(clippy::unwrap_used, reason = "in a test an unwrap that fails is the failure")]

mod support;

/// The house rules: import order, headers, lengths, bans.
mod tidy;
/// A person's replies and what is done about them, as tables.
mod conversation;
/// How well intents are read, and how models are made.
mod intents;
/// The steady state allocates nothing.
mod allocations;
/// Two machines that answer each other.
mod loops;
/// The desk and the engine, each told what the other answers.
mod desk;
/// The bytes of the journal: what was written is read, what was damaged is noticed.
mod journal;
/// Threads: bounded inboxes, an orderly end, the same decisions as without threads.
mod runtime;
/// The same seed twice; a journal replayed; every reply decided once.
mod determinism;
/// The command line: results, bad input, exit codes.
mod command_line;
/// The Arrow files, read by somebody else's reader.
mod arrow_files;
/// What a policy says is what happens.
mod policy;
/// What the AI may spend.
mod money;
/// The figures of a run about answers and money, counted a second time.
mod figures;
/// The figures about what became of conversations, likewise.
mod outcomes;
/// What a run left: tables, figures, and its journal lived through again.
mod ran;
/// Whom a brand may write to, by which way, in which language.
mod consent;
/// Whom the AI may talk to.
mod audience;
/// How answers travel: windows, lengths, delays, segments.
mod channels;
/// Decisions that explain themselves.
mod explain;
/// What a policy contradicts itself in, shown.
mod checker;
/// How many of the rows in scope have a test that carries their name.
mod coverage;
/// OneText: AI first, people next, the store last.
mod onetext;
/// Klaviyo Customer Agent on SMS: who is answered, and who is not.
mod klaviyo;
/// TxtCart Conversations: escalation, override, silence.
mod txtcart;
/// Functional AI: pausing, resuming, scores.
mod functional_ai;
/// Aissistant: tags, suspension, inboxes.
mod aissistant;
/// What users of such systems expect beyond the five.
mod gaps;
/// People and their work: who is given what, when, and why.
mod people;
