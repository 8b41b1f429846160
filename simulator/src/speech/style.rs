//! How customers write: languages and habits of the hand, as shares that a scenario may set.

use serde::{Deserialize, Serialize};

use super::dice::{Dice, mixed};

/// A share in steps of 0.0001, written as a fraction. An integer inside, so that machines agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(u16);

impl Share {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Everybody.
    pub const ALL: Self = Self(10_000);

    /// The share of that many in a hundred.
    pub const fn percent(percent: u16) -> Self {
        assert!(percent <= 100, "a share is at most the whole");
        Self(percent * 100)
    }

    /// Whether the lower sixteen bits of `draw` fall within the share.
    fn takes(self, draw: u64) -> bool {
        Self::place(draw) < self.0
    }

    /// Where the lower sixteen bits of `draw` fall among the steps.
    fn place(draw: u64) -> u16 {
        (((draw & 0xffff) * 10_000) >> 16) as u16
    }
}

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(share: f64) -> Result<Self, String> {
        match (0.0..=1.0).contains(&share) {
            true => Ok(Self((share * 10_000.0).round() as u16)),
            false => Err(format!("a share is between 0 and 1, not {share}")),
        }
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> Self {
        Self::from(share.0) / 10_000.0
    }
}

/// A language that customers write in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, of the United States.
    #[default]
    En,
    /// Spanish, of the United States and Mexico.
    Es,
    /// French, of Canada.
    Fr,
    /// German.
    De,
    /// Portuguese, of Brazil.
    Pt,
}

impl Language {
    /// Every language, in the order of declaration.
    pub const ALL: [Self; 5] = [Self::En, Self::Es, Self::Fr, Self::De, Self::Pt];
}

/// Shares of the languages; English is what remains.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Languages {
    /// Spanish; by default 0.08.
    pub es: Share,
    /// French; by default 0.03.
    pub fr: Share,
    /// German; by default 0.01.
    pub de: Share,
    /// Portuguese; by default 0.02.
    pub pt: Share,
}

impl Default for Languages {
    fn default() -> Self {
        Self {
            es: Share::percent(8),
            fr: Share::percent(3),
            de: Share::percent(1),
            pt: Share::percent(2),
        }
    }
}

impl Languages {
    /// Everybody writes one language.
    pub fn only(language: Language) -> Self {
        let share = |other| match language == other {
            true => Share::ALL,
            false => Share::NONE,
        };
        Self {
            es: share(Language::Es),
            fr: share(Language::Fr),
            de: share(Language::De),
            pt: share(Language::Pt),
        }
    }

    fn draw(&self, draw: u64) -> Language {
        let rows = [
            (self.es, Language::Es),
            (self.fr, Language::Fr),
            (self.de, Language::De),
            (self.pt, Language::Pt),
        ];
        let mut at = Share::place(draw);
        for (share, language) in rows {
            match at.checked_sub(share.0) {
                Some(rest) => at = rest,
                None => return language,
            }
        }
        Language::En
    }
}

/// How customers write. Keywords and texts of devices are never touched by it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Style {
    /// Who writes which language.
    pub languages: Languages,
    /// Texts with a slip of the finger; by default 0.10.
    pub typos: Share,
    /// Texts that end in an emoji; by default 0.10.
    pub emoji: Share,
    /// Texts ALL IN CAPITALS; by default 0.03. Cross ones shout three times as often.
    pub shouting: Share,
    /// Writers who use no capitals at all; by default 0.32.
    pub lowercase: Share,
    /// Writers who leave out most punctuation and apostrophes; by default 0.25.
    pub unpunctuated: Share,
    /// Writers who end a statement with a full stop; by default 0.30.
    pub full_stops: Share,
    /// Writers whose keyboard curls apostrophes, which makes a text UCS-2; by default 0.30.
    pub curly: Share,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            languages: Languages::default(),
            typos: Share::percent(10),
            emoji: Share::percent(10),
            shouting: Share::percent(3),
            lowercase: Share::percent(32),
            unpunctuated: Share::percent(25),
            full_stops: Share::percent(30),
            curly: Share::percent(30),
        }
    }
}

impl Style {
    /// The same hand in one language.
    pub fn only(language: Language) -> Self {
        Self { languages: Languages::only(language), ..Self::default() }
    }

    /// The language of the customer whom `salt` names.
    pub(super) fn language(&self, salt: u64) -> Language {
        self.languages.draw(mixed(salt, 0x6c61_6e67))
    }

    /// The hand that writes one text: habits belong to the customer, slips and moods to the text.
    pub(super) fn hand(&self, salt: u64, cross: bool, dice: &mut Dice) -> Hand {
        let habit = mixed(salt, 0x6861_6e64);
        let text = dice.word();
        let shout = self.shouting.takes(text >> 32)
            || cross && (self.shouting.takes(text >> 48) || self.shouting.takes(dice.word()));
        Hand {
            lowercase: self.lowercase.takes(habit),
            unpunctuated: self.unpunctuated.takes(habit >> 16),
            full_stops: self.full_stops.takes(habit >> 32),
            curly: self.curly.takes(habit >> 48),
            typo: self.typos.takes(text),
            emoji: self.emoji.takes(text >> 16),
            shout,
        }
    }
}

/// What one text looks like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    pub(super) lowercase: bool,
    pub(super) unpunctuated: bool,
    pub(super) full_stops: bool,
    pub(super) curly: bool,
    pub(super) typo: bool,
    pub(super) emoji: bool,
    pub(super) shout: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_fraction_in_files() {
        let style: Style = toml::from_str("typos = 0.5\n[languages]\nes = 0.25").unwrap();
        assert_eq!(style.typos, Share(5_000));
        assert_eq!(style.languages.es, Share(2_500));
        assert_eq!(style.emoji, Style::default().emoji);
        let refused = toml::from_str::<Style>("typos = 1.5").unwrap_err();
        assert!(refused.to_string().contains("between 0 and 1"), "{refused}");
        assert!(toml::from_str::<Style>("typo = 0.5").is_err());
    }

    #[test]
    fn none_and_all_are_exact() {
        for draw in 0..=0xffff {
            assert!(!Share::NONE.takes(draw));
            assert!(Share::ALL.takes(draw));
        }
    }

    #[test]
    fn habits_belong_to_the_customer() {
        let style = Style::default();
        let (mut lowercase, mut typos) = (0, 0);
        for salt in 0..200 {
            let hand = |seed| style.hand(salt, false, &mut Dice::new(seed));
            for seed in 0..50 {
                assert_eq!(hand(seed).lowercase, hand(50).lowercase);
                assert_eq!(hand(seed).unpunctuated, hand(50).unpunctuated);
                assert_eq!(hand(seed).full_stops, hand(50).full_stops);
                assert_eq!(hand(seed).curly, hand(50).curly);
                typos += i32::from(hand(seed).typo);
            }
            lowercase += i32::from(hand(50).lowercase);
        }
        assert!((40..90).contains(&lowercase), "{lowercase} of 200");
        assert!((600..1_400).contains(&typos), "{typos} of 10,000");
    }
}
