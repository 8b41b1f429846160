//! Keyword automations, as they are written.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::place::{Place, Span};
use crate::limits::{KEYWORD_STEPS_MAX, KEYWORDS_MAX};
use crate::policy::{Error, Keyword, Match, Sources};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenKeyword {
    word: Spanned<String>,
    #[serde(rename = "match", default = "whole")]
    matches: Match,
    reply: Spanned<String>,
    #[serde(default)]
    then: Vec<Spanned<String>>,
    #[serde(default = "quarter")]
    wait: Span,
    #[serde(default)]
    campaigns: BTreeSet<u32>,
    #[serde(default)]
    flows: BTreeSet<u32>,
}

fn whole() -> Match {
    Match::Whole
}

fn quarter() -> Span {
    Span::secs(15 * 60)
}

pub(super) fn keywords(place: &Place, written: &[WrittenKeyword]) -> Result<Vec<Keyword>, Error> {
    let mut keywords: Vec<Keyword> = Vec::new();
    for keyword in written {
        let compiled = keyword.compile(place)?;
        let words = compiled.phrase.words();
        if keywords.iter().any(|other| other.is_same(&compiled)) {
            let message = format!(
                "the keyword `{words}` stands twice; remove one, only the first would ever answer"
            );
            return Err(place.error(&keyword.word, message));
        }
        if keywords.len() == KEYWORDS_MAX {
            let message = format!("there are more than {KEYWORDS_MAX} keywords; remove some");
            return Err(place.error(&keyword.word, message));
        }
        keywords.push(compiled);
    }
    Ok(keywords)
}

impl WrittenKeyword {
    fn compile(&self, place: &Place) -> Result<Keyword, Error> {
        if self.then.len() > KEYWORD_STEPS_MAX {
            let message = format!(
                "keyword.then has {} steps, and more than {KEYWORD_STEPS_MAX} are no conversation \
                 any more; let the AI have it",
                self.then.len()
            );
            return Err(place.error(&self.word, message));
        }
        let named = !self.campaigns.is_empty() || !self.flows.is_empty();
        let sends = Sources {
            campaigns: self.campaigns.clone(),
            flows: self.flows.clone(),
            unprompted: false,
        };
        let then = self.then.iter().map(|text| place.text("keyword.then", text, None));
        Ok(Keyword {
            phrase: place.phrase("keyword.word", &self.word)?,
            matches: self.matches,
            reply: place.text("keyword.reply", &self.reply, None)?,
            then: then.collect::<Result<_, _>>()?,
            wait: self.wait.0,
            sends: named.then_some(sends),
        })
    }
}
