//! Whether a reply asks for no more messages, for more, or for help. Rules only, no statistics: what
//! decided can be read in the rule files and is named in the verdict.
//!
//! Standard: 47 CFR 64.1200(a)(10), any reply that a reasonable person would read as a wish to get
//! no more; CTIA Messaging Principles 5.1.3, trivial variance must not invalidate an opt-out. What
//! is open to doubt is held: marketing stops until a person has decided.

use super::book::Book;
use super::findings::Findings;
use super::pattern::SetId;
use super::rule::BuiltIn;
use super::typo::{is_doubled, is_typo};
use super::window::View;
use super::{Compliance, RuleId};
use crate::text::{Folded, Spellings};

/// Most words of a message that may still be a lone keyword in pieces or with a slip.
const LONE_WORDS_MAX: usize = 6;

/// Longest keyword in pieces, in bytes.
const PIECES_BYTES_MAX: usize = 13;

/// The word lists that decide on a lone word.
#[derive(Clone, Debug)]
pub(super) struct Keywords {
    /// Words of politeness and the like, which say nothing of their own.
    padding: SetId,
    /// The keywords in the order of their bytes, each with what it means.
    words: Vec<(Vec<u8>, Compliance)>,
    /// Those that are recognised with a slip of the fingers, opt-out first.
    slips: Vec<(Vec<u8>, Compliance)>,
    /// Words that are spelled right, however close to a keyword, in the order of their bytes.
    ordinary: Vec<String>,
}

impl Keywords {
    pub(super) fn new(book: &Book, padding: SetId) -> Self {
        let lists = |suffix: &str| {
            let kinds = [Compliance::OptOut, Compliance::OptIn, Compliance::Help];
            let listed = |kind: Compliance| {
                let words = book.list(&format!("{}_{suffix}", kind.name()));
                words.iter().map(move |word| (word.clone().into_bytes(), kind))
            };
            kinds.into_iter().flat_map(listed).collect::<Vec<_>>()
        };
        let mut words = lists("alone");
        words.sort_by(|a, b| a.0.cmp(&b.0));
        Self { padding, words, slips: lists("slips"), ordinary: book.list("ordinary").to_vec() }
    }

    /// Every word that is recognised under a disguise: the keywords, and what `book` names besides.
    pub(super) fn spellings(&self, book: &Book) -> Spellings {
        let keywords = self.words.iter().chain(&self.slips).map(|(word, _)| &word[..]);
        let others = book.list("disguised").iter().map(String::as_bytes);
        Spellings::new(keywords.chain(others))
    }

    /// What `word` means, if it is a keyword.
    fn meaning(&self, word: &[u8]) -> Option<Compliance> {
        let found = self.words.binary_search_by(|(known, _)| (**known).cmp(word));
        found.ok().map(|at| self.words[at].1)
    }

    fn is_ordinary(&self, word: &[u8]) -> bool {
        let found = self.ordinary.binary_search_by(|known| known.as_bytes().cmp(word));
        found.is_ok()
    }

    /// Reads a short message that no rule knows as one keyword, in pieces (`st op`) or with a slip of
    /// the fingers (`stpo`). `unknown` are the words that no rule speaks of.
    fn lone(&self, text: &Folded, window: View<'_>, unknown: u64) -> Option<(Compliance, RuleId)> {
        let plain = text.plain_words();
        if plain == 0 || plain > LONE_WORDS_MAX {
            return None;
        }
        if plain > 1
            && let Some(kind) = self.in_pieces(text, plain)
        {
            return Some((kind, BuiltIn::KeywordInPieces.id()));
        }
        let own = ((1 << plain) - 1) & !window.covered_by(self.padding);
        if own.count_ones() != 1 || own & unknown == 0 {
            return None;
        }
        let own = text.word(own.trailing_zeros() as usize);
        if self.is_ordinary(own) || self.meaning(own).is_some() {
            return None;
        }
        let meant =
            |(keyword, _): &&(Vec<u8>, _)| is_typo(own, keyword) || is_doubled(own, keyword);
        let (_, kind) = self.slips.iter().find(meant)?;
        Some((*kind, BuiltIn::KeywordMistyped.id()))
    }

    /// The keyword that the words make when they are put together.
    fn in_pieces(&self, text: &Folded, plain: usize) -> Option<Compliance> {
        let mut whole = [0u8; PIECES_BYTES_MAX];
        let mut len = 0;
        if text.bytes().len() > PIECES_BYTES_MAX + LONE_WORDS_MAX {
            return None;
        }
        for index in 0..plain {
            let word = text.word(index);
            whole.get_mut(len..len + word.len())?.copy_from_slice(word);
            len += word.len();
        }
        self.meaning(&whole[..len])
    }
}

/// What the findings come to, with the rule that decided. `unknown` are the words that no rule speaks
/// of.
pub(super) fn decide(
    keywords: &Keywords,
    findings: &Findings,
    text: &Folded,
    window: View<'_>,
    unknown: u64,
) -> Option<(Compliance, RuleId)> {
    let by_rule = |kind| findings.compliance(kind).map(|rule| (kind, rule));
    // A wish to get no more outranks all else that a message says.
    by_rule(Compliance::OptOut)
        .or_else(|| by_rule(Compliance::OptIn))
        .or_else(|| by_rule(Compliance::Help))
        .or_else(|| by_rule(Compliance::Hold))
        .or_else(|| keywords.lone(text, window, unknown))
}
