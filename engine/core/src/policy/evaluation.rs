//! Scores that the AI gives to a conversation beside its answer, and from where on they bring people in
//! (`RU-2..4`).

use crate::classify::Score;
use crate::names::named;

named! {
    /// What an AI's score is about.
    pub enum Evaluation {
        /// How frustrated the customer is.
        Frustration = "frustration",
        /// How far the matter goes beyond what an AI should answer.
        Complexity = "complexity",
        /// How sensitive the matter is.
        Sensitivity = "sensitivity",
        /// How much a person could sell here (`RU-7`).
        Opportunity = "opportunity",
        /// How likely fraud or another risk is.
        Risk = "risk",
    }
}

/// The thresholds of one policy; none means that the score brings nobody in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds([Option<Score>; Evaluation::ALL.len()]);

impl Thresholds {
    /// From this score on, people get the conversation.
    pub fn set(&mut self, evaluation: Evaluation, score: Score) {
        self.0[usize::from(evaluation.code())] = Some(score);
    }

    /// From where on `evaluation` brings people in.
    pub fn of(&self, evaluation: Evaluation) -> Option<Score> {
        self.0[usize::from(evaluation.code())]
    }

    /// The first of `scores` that reaches its threshold, with that threshold.
    pub fn reached(&self, scores: &[(Evaluation, Score)]) -> Option<(Evaluation, Score, Score)> {
        scores.iter().find_map(|(evaluation, score)| {
            let threshold = self.of(*evaluation).filter(|threshold| score >= threshold)?;
            Some((*evaluation, *score, threshold))
        })
    }
}
