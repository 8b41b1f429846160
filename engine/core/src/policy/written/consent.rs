//! Whom the brand may write to at all, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::place::Place;
use crate::id::SenderId;
use crate::limits::CONSENT_WORDS_MAX;
use crate::policy::{ConsentRules, ConsentWord, Error, Match, Scope, WordMeaning};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenConsent {
    subscribers_only: bool,
    scope: Option<Spanned<Scope>>,
    services: BTreeMap<String, Spanned<Vec<u16>>>,
    keyword: Vec<WrittenWord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWord {
    word: Spanned<String>,
    means: WordMeaning,
    #[serde(rename = "match", default = "whole")]
    matches: Match,
}

fn whole() -> Match {
    Match::Whole
}

impl WrittenConsent {
    pub(super) fn compile(&self, place: &Place) -> Result<ConsentRules, Error> {
        Ok(ConsentRules {
            subscribers_only: self.subscribers_only,
            scope: self.scope.as_ref().map(|scope| *scope.get_ref()).unwrap_or_default(),
            services: self.services(place)?,
            words: self.words(place)?,
        })
    }

    /// Services and their scope go together, and a number is part of one service.
    fn services(&self, place: &Place) -> Result<BTreeMap<SenderId, u32>, Error> {
        let by_service = self.scope.as_ref().filter(|scope| *scope.get_ref() == Scope::Service);
        match (by_service, self.services.values().next()) {
            (Some(scope), None) => {
                let message = "consent.scope is \"service\", and there are none; add \
                     [consent.services] with the numbers of each (G-28)";
                return Err(place.error(scope, message));
            }
            (None, Some(service)) => {
                let message = "consent.services changes nothing unless consent.scope is \"service\"; \
                     write that, or remove them (G-28)";
                return Err(place.error(service, message));
            }
            _ => {}
        }
        let mut services = BTreeMap::new();
        for ((name, numbers), index) in self.services.iter().zip(0..) {
            for number in numbers.get_ref() {
                if services.insert(SenderId(*number), index).is_some() {
                    let message = format!(
                        "consent.services.{name} has the number {number}, which stands there \
                         already; name each number once"
                    );
                    return Err(place.error(numbers, message));
                }
            }
        }
        Ok(services)
    }

    fn words(&self, place: &Place) -> Result<Vec<ConsentWord>, Error> {
        let mut words: Vec<ConsentWord> = Vec::new();
        for written in &self.keyword {
            let phrase = place.phrase("consent.keyword.word", &written.word)?;
            if words.iter().any(|other| other.phrase == phrase) {
                let message = format!(
                    "the compliance word `{}` stands twice; remove one, only the first would count",
                    phrase.words()
                );
                return Err(place.error(&written.word, message));
            }
            if words.len() == CONSENT_WORDS_MAX {
                let message = format!(
                    "there are more than {CONSENT_WORDS_MAX} compliance words; remove some"
                );
                return Err(place.error(&written.word, message));
            }
            words.push(ConsentWord { phrase, means: written.means, matches: written.matches });
        }
        Ok(words)
    }
}
