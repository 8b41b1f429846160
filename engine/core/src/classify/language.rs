//! The language of a text, as far as a rule of one language has decided about it (`OT-34`).

use std::ops::Range;

use super::Classifier;
use super::book::Book;
use super::rule::{BUILT_IN_RULES, RuleId};
use crate::message::Language;

/// The rule files of one language. The others have words of several: STOP is understood everywhere.
const FILES: [(&str, Language); 4] = [
    ("spanish.toml", Language::Spanish),
    ("french.toml", Language::French),
    ("german.toml", Language::German),
    ("portuguese.toml", Language::Portuguese),
];

/// The rules of each of these files, as positions in the list of all.
pub(super) type Rules = [Range<usize>; FILES.len()];

pub(super) fn rules(book: &Book, files: &[(&str, &str)]) -> Rules {
    FILES.map(|(file, _)| {
        let index = files.iter().position(|(name, _)| *name == file);
        index.map_or(0..0, |index| book.rules_of(index))
    })
}

impl Classifier {
    /// The language of a text that `rule` decided about, if the rule is of one language alone.
    pub fn language(&self, rule: RuleId) -> Option<Language> {
        let index = usize::from(rule.0.checked_sub(BUILT_IN_RULES)?);
        let spoken = FILES.iter().zip(&self.languages).find(|(_, rules)| rules.contains(&index));
        spoken.map(|((_, language), _)| *language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Scratch;

    #[test]
    fn a_rule_of_one_language_tells_the_language() {
        let (classifier, mut scratch) = (Classifier::standard(), Scratch::default());
        let mut check = |text: &str, language| {
            let verdict = classifier.classify(text.as_bytes(), &mut scratch);
            assert_eq!(classifier.language(verdict.rule), language, "{text}: {verdict:?}");
        };
        check("no me manden mas mensajes", Some(Language::Spanish));
        check("ne m'envoyez plus de messages", Some(Language::French));
        check("bitte keine nachrichten mehr", Some(Language::German));
        check("não quero mais receber mensagens", Some(Language::Portuguese));
        check("STOP", None);
        check("please take me off this list", None);
        check("where is my order", None);
    }
}
