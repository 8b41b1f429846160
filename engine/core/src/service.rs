//! What a conversation asks of the people who answer it: how urgent it is, what they must know, and
//! when they work. A policy says it, an offer carries it, the desk acts on it.

pub mod hours;

use crate::names::named;

named! {
    /// How urgent a conversation is (`G-39`). Higher values are served first.
    #[derive(Default)]
    pub enum Priority {
        /// After everything else.
        Low = "low",
        /// As most are.
        #[default]
        Normal = "normal",
        /// Before most.
        High = "high",
        /// Before everything else.
        Urgent = "urgent",
    }
}

named! {
    /// Which of several agents with room gets a conversation (`G-41`).
    #[derive(Default)]
    pub enum Strategy {
        /// Who has the fewest conversations; of several, the lowest number.
        #[default]
        LeastLoaded = "least_loaded",
        /// Who was given one the longest ago; of several, the lowest number.
        RoundRobin = "round_robin",
    }
}

named! {
    /// What a person who acts may be (`G-97`). What each may do is the policy's business.
    #[derive(Default)]
    pub enum Role {
        /// Answers customers.
        #[default]
        Agent = "agent",
        /// Reads only (`OT-44`).
        Viewer = "viewer",
        /// Leads agents.
        Lead = "lead",
        /// Changes policies.
        Admin = "admin",
    }
}

/// A set of skills (`G-38`), each a number below [`Skills::MAX`]. Which number stands for which
/// language or topic is the policy's business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skills(u64);

impl Skills {
    /// Skills there can be.
    pub const MAX: u8 = 64;

    /// None.
    pub const NONE: Self = Self(0);

    /// One skill; none at all if there is no skill of that number.
    pub const fn one(skill: u8) -> Option<Self> {
        if skill < Self::MAX { Some(Self(1 << skill)) } else { None }
    }

    /// The first `count` skills.
    pub const fn first(count: u8) -> Self {
        if count < Self::MAX { Self((1 << count) - 1) } else { Self(u64::MAX) }
    }

    /// One bit for each, as in journals.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Those of [`Skills::bits`].
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// These and `others`.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether all of `needed` are among these.
    pub const fn cover(self, needed: Self) -> bool {
        self.0 & needed.0 == needed.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skills_cover_what_is_part_of_them() {
        let (french, refunds) = (Skills::one(0).unwrap(), Skills::one(63).unwrap());
        assert!(french.and(refunds).cover(french));
        assert!(!french.cover(french.and(refunds)));
        assert!(Skills::NONE.cover(Skills::NONE));
        assert_eq!(Skills::one(64), None);
        assert_eq!(Skills::first(1), french);
        assert!(Skills::first(64).cover(refunds) && !Skills::first(63).cover(refunds));
    }

    #[test]
    fn urgent_is_more_than_low() {
        assert!(Priority::Urgent > Priority::High && Priority::Normal > Priority::Low);
    }
}
