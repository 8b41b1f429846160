//! Functional AI: pausing, resuming, scores.
