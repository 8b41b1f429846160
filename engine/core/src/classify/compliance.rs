//! Whether a reply asks for no more messages, for more, or for help. Rules only, no statistics: what
//! decided can be read in the rule files and is named in the verdict.
//!
//! Standard: 47 CFR 64.1200(a)(10), any reply that a reasonable person would read as a wish to get
//! no more; CTIA Messaging Principles 5.1.3, trivial variance must not invalidate an opt-out. What
//! is open to doubt is held: marketing stops until a person has decided.

use super::book::Book;
use super::findings::Findings;
use super::pattern::SetId;
use super::typo::{is_doubled, is_typo};
use super::window::Window;
use super::{BuiltIn, Compliance, RuleId};
use crate::text::Folded;

/// Most words of a message that may still be a lone keyword in pieces or with a slip.
const LONE_WORDS_MAX: usize = 6;

/// The word lists that decide on a lone word.
#[derive(Debug)]
pub(super) struct Keywords {
    /// Words of politeness and the like, which say nothing of their own.
    padding: SetId,
    /// For each kind, the keywords, as bytes in order.
    words: [(Compliance, Vec<String>); 3],
    /// Those of them that are recognised with a slip of the fingers.
    slips: [(Compliance, Vec<String>); 3],
    /// Words that are spelled right, however close to a keyword.
    ordinary: Vec<String>,
    /// Other words that people disguise.
    disguised: Vec<String>,
}

impl Keywords {
    pub(super) fn new(book: &Book, padding: SetId) -> Self {
        let kinds = [Compliance::OptOut, Compliance::OptIn, Compliance::Help];
        let lists = |suffix: &str| {
            kinds.map(|kind| (kind, book.list(&format!("{}_{suffix}", kind.name())).to_vec()))
        };
        Self {
            padding,
            words: lists("alone"),
            slips: lists("slips"),
            ordinary: book.list("ordinary").to_vec(),
            disguised: book.list("disguised").to_vec(),
        }
    }

    /// Every word that is recognised under a disguise.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        let keywords = self.words.iter().chain(&self.slips);
        let keywords = keywords.flat_map(|(_, words)| words);
        keywords.chain(&self.disguised)
    }

    fn find(lists: &[(Compliance, Vec<String>)], is: impl Fn(&[u8]) -> bool) -> Option<Compliance> {
        let any = |words: &[String]| words.iter().any(|word| is(word.as_bytes()));
        let found = lists.iter().find(|(_, words)| any(words));
        found.map(|(kind, _)| *kind)
    }

    /// Reads a short message without any rule that matched as one keyword, in pieces (`st op`) or
    /// with a slip of the fingers (`stpo`).
    fn lone(&self, text: &Folded, window: &Window) -> Option<(Compliance, RuleId)> {
        let plain = text.plain_words();
        if plain == 0 || plain > LONE_WORDS_MAX {
            return None;
        }
        let mut whole = [0u8; 24];
        let mut len = 0;
        let mut own = None;
        let mut own_words = 0;
        let padding = window.covered_by(self.padding);
        for index in 0..plain {
            let word = text.word(index);
            if let Some(room) = whole.get_mut(len..len + word.len()) {
                room.copy_from_slice(word);
            }
            len += word.len();
            if padding & 1 << index == 0 {
                own = Some(word);
                own_words += 1;
            }
        }
        let is_word =
            |word: &[u8]| self.ordinary.binary_search_by(|o| o.as_bytes().cmp(word)).is_ok();
        if plain > 1
            && let Some(whole) = whole.get(..len)
            && let Some(kind) = Self::find(&self.words, |keyword| keyword == whole)
        {
            return Some((kind, BuiltIn::KeywordInPieces.id()));
        }
        let own = own.filter(|own| own_words == 1 && !is_word(own))?;
        let kind =
            Self::find(&self.slips, |keyword| is_typo(own, keyword) || is_doubled(own, keyword))?;
        Some((kind, BuiltIn::KeywordMistyped.id()))
    }
}

/// What the findings come to, with the rule that decided.
pub(super) fn decide(
    keywords: &Keywords,
    findings: &Findings,
    text: &Folded,
    window: &Window,
) -> Option<(Compliance, RuleId)> {
    let by_rule = |kind| findings.compliance(kind).map(|rule| (kind, rule));
    // A wish to get no more outranks all else that a message says.
    by_rule(Compliance::OptOut)
        .or_else(|| by_rule(Compliance::OptIn))
        .or_else(|| by_rule(Compliance::Help))
        .or_else(|| by_rule(Compliance::Hold))
        .or_else(|| keywords.lone(text, window))
}
