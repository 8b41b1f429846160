//! What the AI may spend, what an answer costs, and who gets the credit for an order (`KL-48`, `KL-73`,
//! `KL-75`, `G-71`, `G-72`, `G-105`).

use std::fmt;
use std::time::Duration;

use crate::names::named;

named! {
    /// What budgets are counted in.
    pub enum BudgetUnit {
        /// Messages of the AI.
        Messages = "messages",
        /// Segments of these.
        Segments = "segments",
        /// What both cost.
        Cents = "cents",
    }
}

/// Segments of the longest answer that any channel with segments takes: 1,600 units in UCS-2, of which
/// 67 are a segment.
pub const ANSWER_SEGMENTS_MAX: u32 = 24;

/// An amount in the units that budgets are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spent {
    /// Messages of the AI.
    pub messages: u32,
    /// Segments of these.
    pub segments: u32,
    /// Hundredths of a cent, so that a price for a segment is a whole number.
    pub centicents: u32,
}

impl Spent {
    /// Nothing.
    pub const NOTHING: Self = Self { messages: 0, segments: 0, centicents: 0 };

    /// The same with another part that is counted in `unit`.
    #[must_use]
    pub const fn with(self, unit: BudgetUnit, count: u32) -> Self {
        match unit {
            BudgetUnit::Messages => Self { messages: count, ..self },
            BudgetUnit::Segments => Self { segments: count, ..self },
            BudgetUnit::Cents => Self { centicents: count, ..self },
        }
    }

    /// This and `other`. An amount beyond all bounds stays there.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            messages: self.messages.saturating_add(other.messages),
            segments: self.segments.saturating_add(other.segments),
            centicents: self.centicents.saturating_add(other.centicents),
        }
    }

    /// This without `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self {
            messages: self.messages.saturating_sub(other.messages),
            segments: self.segments.saturating_sub(other.segments),
            centicents: self.centicents.saturating_sub(other.centicents),
        }
    }

    /// The part that is counted in `unit`.
    pub const fn of(self, unit: BudgetUnit) -> u32 {
        match unit {
            BudgetUnit::Messages => self.messages,
            BudgetUnit::Segments => self.segments,
            BudgetUnit::Cents => self.centicents,
        }
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { messages, segments, centicents } = self;
        let (cents, rest) = (centicents / 100, centicents % 100);
        write!(f, "{messages} messages, {segments} segments, {cents}.{rest:02} cents")
    }
}

/// What an answer of the AI costs, in hundredths of a cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// One segment.
    pub segment: u32,
    /// The answer itself, if it is sent.
    pub answer: u32,
}

impl Prices {
    /// What one answer of that many segments takes.
    pub const fn answer_of(&self, segments: u32) -> Spent {
        self.amount(1, segments)
    }

    /// What that many answers, of that many segments together, take.
    pub const fn amount(&self, messages: u32, segments: u32) -> Spent {
        let centicents = self
            .segment
            .saturating_mul(segments)
            .saturating_add(self.answer.saturating_mul(messages));
        Spent { messages, segments, centicents }
    }
}

/// One budget. What is none has no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Messages.
    pub messages: Option<u32>,
    /// Segments of these.
    pub segments: Option<u32>,
    /// Hundredths of a cent.
    pub centicents: Option<u32>,
}

impl Limits {
    /// Whether nothing is bounded.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The bound in `unit`.
    pub const fn of(&self, unit: BudgetUnit) -> Option<u32> {
        match unit {
            BudgetUnit::Messages => self.messages,
            BudgetUnit::Segments => self.segments,
            BudgetUnit::Cents => self.centicents,
        }
    }

    /// Has another bound in `unit`.
    pub fn set(&mut self, unit: BudgetUnit, bound: Option<u32>) {
        *match unit {
            BudgetUnit::Messages => &mut self.messages,
            BudgetUnit::Segments => &mut self.segments,
            BudgetUnit::Cents => &mut self.centicents,
        } = bound;
    }

    /// Whether `amount` fits, with all that is taken.
    pub fn hold(&self, amount: Spent) -> bool {
        let units = BudgetUnit::ALL.iter();
        units.copied().all(|unit| self.of(unit).is_none_or(|max| amount.of(unit) <= max))
    }

    /// Of an answer of `segments`, or of none where segments do not count, how many segments there is
    /// room for beside `taken`; none if there is no room even for the shortest.
    pub fn room(&self, taken: Spent, segments: u32, prices: &Prices) -> Option<u32> {
        if self.messages.is_some_and(|max| taken.messages >= max) {
            return None;
        }
        let by_segments = self.segments.map_or(segments, |max| max.saturating_sub(taken.segments));
        let by_cents = match self.centicents {
            None => segments,
            Some(max) => {
                let left = max.checked_sub(taken.centicents)?.checked_sub(prices.answer)?;
                left.checked_div(prices.segment).unwrap_or(segments)
            }
        };
        let room = segments.min(by_segments).min(by_cents);
        (room >= segments.min(1)).then_some(room)
    }

    /// The part of one of `partitions` equal ones; what does not divide goes to the lowest.
    #[must_use]
    pub fn share(&self, partition: u16, partitions: u16) -> Self {
        let (partition, partitions) = (u32::from(partition), u32::from(partitions.max(1)));
        let part = |max: u32| max / partitions + u32::from(partition < max % partitions);
        Self {
            messages: self.messages.map(part),
            segments: self.segments.map(part),
            centicents: self.centicents.map(part),
        }
    }
}

/// What the AI may spend: each budget holds by itself, and an answer has to fit all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// On one answer.
    pub turn: Limits,
    /// In one conversation (`KL-48`, `G-71`).
    pub conversation: Limits,
    /// On one customer within a day of the brand (`G-72`).
    pub day: Limits,
    /// On all customers within a day of the brand (`G-105`, `KL-73`).
    pub brand_day: Limits,
}

impl Budget {
    /// Whether something has to be set aside for an answer: not if only the conversation's messages and
    /// segments are bounded, which one answer at a time cannot overrun.
    pub fn sets_aside(&self) -> bool {
        let others = [self.turn, self.day, self.brand_day];
        others.iter().any(|limits| !limits.is_open()) || self.conversation.centicents.is_some()
    }
}

named! {
    /// Whose answers may get the credit for an order (`KL-75`).
    pub enum Credited {
        /// Only those of the AI.
        Ai = "ai",
        /// Whoever answered last.
        Any = "any",
    }
}

/// Which orders count as following from an answer (`KL-75`, `OT-5`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// How long after the last answer.
    pub window: Duration,
    /// Whose answer it has to be.
    pub counts: Credited,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICES: Prices = Prices { segment: 79, answer: 100 };

    #[test]
    fn an_answer_gets_what_the_tightest_bound_leaves() {
        let check = |limits: Limits, taken: (u32, u32), segments, room| {
            let taken = PRICES.amount(taken.0, taken.1);
            assert_eq!(limits.room(taken, segments, &PRICES), room, "{limits:?} {taken:?}");
        };
        let none = Limits::default();
        check(none, (9, 9), 24, Some(24));
        let messages = Limits { messages: Some(2), ..none };
        check(messages, (1, 9), 24, Some(24));
        check(messages, (2, 2), 24, None);
        let segments = Limits { segments: Some(5), ..none };
        check(segments, (1, 3), 24, Some(2));
        check(segments, (1, 5), 24, None);
        // Where segments do not count, they do not run out either.
        check(segments, (1, 5), 0, Some(0));
        // 100 for an answer, 79 for each segment: two fit into 258, one into 257.
        let cents = |max| Limits { centicents: Some(max), ..none };
        check(cents(258), (0, 0), 24, Some(2));
        check(cents(257), (0, 0), 24, Some(1));
        check(cents(178), (0, 0), 24, None);
        check(cents(99), (0, 0), 0, None);
        check(cents(100), (0, 0), 0, Some(0));
        assert_eq!(
            cents(100).room(Spent::NOTHING, 24, &Prices { segment: 0, answer: 1 }),
            Some(24)
        );
    }

    #[test]
    fn shares_are_equal_and_add_up() {
        let limits = Limits { messages: Some(10), segments: None, centicents: Some(3) };
        let shares: Vec<Limits> = (0..4).map(|partition| limits.share(partition, 4)).collect();
        let messages: Vec<_> = shares.iter().filter_map(|share| share.messages).collect();
        let cents: Vec<_> = shares.iter().filter_map(|share| share.centicents).collect();
        assert_eq!((messages, cents), (vec![3, 3, 2, 2], vec![1, 1, 1, 0]));
        assert!(shares.iter().all(|share| share.segments.is_none()));
    }
}
