//! Whom a brand may write to at all: how far an opt-out reaches, whether only subscribers are answered, and
//! the compliance words that the brand adds to those of the law (`G-25`, `G-28`, `G-31`, `KL-18`).

use std::collections::BTreeMap;

use super::Match;
use super::phrase::Phrase;
use crate::classify::{Compliance, RuleId, Verdict};
use crate::id::SenderId;
use crate::names::named;

named! {
    /// How much of a brand an opt-out closes (`G-28`).
    #[derive(Default)]
    pub enum Scope {
        /// All of its numbers.
        #[default]
        Brand = "brand",
        /// The numbers of the service that was written to.
        Service = "service",
        /// The one number that was written to.
        Number = "number",
    }
}

named! {
    /// What a compliance word of a brand means.
    pub enum WordMeaning {
        /// No more messages.
        OptOut = "opt_out",
        /// Messages again.
        OptIn = "opt_in",
        /// HELP.
        Help = "help",
    }
}

/// A compliance word that a brand adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentWord {
    /// A word, or several in a row.
    pub phrase: Phrase,
    /// What it means.
    pub means: WordMeaning,
    /// How it is looked for (`G-25`).
    pub matches: Match,
}

/// The rules of one policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentRules {
    /// Whether those who never agreed to be written to are read and not answered (`G-31`).
    pub subscribers_only: bool,
    /// How far an opt-out reaches.
    pub scope: Scope,
    /// The service of each number that is part of one.
    pub services: BTreeMap<SenderId, u32>,
    /// The brand's own words, in order.
    pub words: Vec<ConsentWord>,
}

impl ConsentRules {
    /// Whether what a person says to `one` of the brand's numbers counts for `other` too. Numbers that
    /// are part of no service are together.
    pub fn reaches(&self, one: SenderId, other: SenderId) -> bool {
        match self.scope {
            Scope::Brand => true,
            Scope::Service => self.services.get(&one) == self.services.get(&other),
            Scope::Number => one == other,
        }
    }

    /// Reads the brand's words in a folded message. They add to what the law and the carriers make of it
    /// and take nothing away: a STOP remains one, whatever a brand says (`KL-18`).
    pub fn read(&self, folded: &[u8], verdict: &mut Verdict) {
        for (index, word) in self.words.iter().enumerate() {
            if word.is_in(folded, verdict) {
                let compliance = word.means.compliance();
                let rule = RuleId::of_brand(index as u8);
                *verdict = Verdict { compliance, noise: None, rule, ..*verdict };
                return;
            }
        }
    }
}

impl WordMeaning {
    const fn compliance(self) -> Compliance {
        match self {
            Self::OptOut => Compliance::OptOut,
            Self::OptIn => Compliance::OptIn,
            Self::Help => Compliance::Help,
        }
    }
}

impl ConsentWord {
    /// Whether the word counts in a message of which the rules of all brands have made `verdict`. Text
    /// that no person wrote has no words of consent in it, unless it is the word and nothing else.
    fn is_in(&self, folded: &[u8], verdict: &Verdict) -> bool {
        let is_free = match self.means {
            WordMeaning::OptOut => verdict.compliance != Compliance::OptOut,
            WordMeaning::OptIn | WordMeaning::Help => verdict.compliance == Compliance::None,
        };
        let found = match self.matches {
            Match::Whole => self.phrase.is_whole(folded),
            Match::Anywhere => verdict.noise.is_none() && self.phrase.stands_in(folded),
        };
        is_free && found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Noise;

    fn rules(word: &str, means: WordMeaning, matches: Match) -> ConsentRules {
        let phrase = Phrase::new(word).unwrap();
        let words = vec![ConsentWord { phrase, means, matches }];
        ConsentRules { words, ..ConsentRules::default() }
    }

    #[test]
    fn a_brand_adds_words_and_takes_none_away() {
        let check = |rules: &ConsentRules, compliance, noise, read| {
            let mut verdict = Verdict { compliance, noise, ..Verdict::default() };
            rules.read(b" no more deals ", &mut verdict);
            assert_eq!(verdict.compliance, read);
        };
        use Compliance::{Help, Hold, None as Nothing, OptIn, OptOut};
        let out = rules("more deals", WordMeaning::OptOut, Match::Anywhere);
        check(&out, Nothing, None, OptOut);
        check(&out, Hold, None, OptOut);
        check(&out, Help, None, OptOut);
        check(&out, Nothing, Some(Noise::Reaction), Nothing);
        let whole = rules("more deals", WordMeaning::OptOut, Match::Whole);
        check(&whole, Nothing, None, Nothing);
        let whole = rules("no more deals", WordMeaning::OptOut, Match::Whole);
        check(&whole, Nothing, Some(Noise::Other), OptOut);
        let back = rules("deals", WordMeaning::OptIn, Match::Anywhere);
        check(&back, Nothing, None, OptIn);
        check(&back, OptOut, None, OptOut);
        check(&back, Hold, None, Hold);
    }

    #[test]
    fn a_word_is_named_in_the_verdict() {
        let rules = rules("deals", WordMeaning::Help, Match::Anywhere);
        let mut verdict = Verdict::default();
        rules.read(b" deals ", &mut verdict);
        assert_eq!(verdict.rule.brand_word(), Some(0));
    }

    #[test]
    fn an_opt_out_reaches_as_far_as_the_scope() {
        let check = |scope, reached: [bool; 3]| {
            let services = [(1, 0), (2, 0), (3, 1)].map(|(number, of)| (SenderId(number), of));
            let services = BTreeMap::from(services);
            let rules = ConsentRules { scope, services, ..ConsentRules::default() };
            let reaches = [2, 3, 9].map(|other| rules.reaches(SenderId(1), SenderId(other)));
            assert_eq!(reaches, reached, "{scope}");
            assert!(rules.reaches(SenderId(8), SenderId(9)) || scope == Scope::Number);
        };
        check(Scope::Brand, [true, true, true]);
        check(Scope::Service, [true, false, false]);
        check(Scope::Number, [false, false, false]);
    }
}
