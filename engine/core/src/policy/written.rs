//! A policy as it is written: TOML in, every key optional, every mistake told with file, line and remedy.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use toml::Spanned;

use super::{AiLimits, Deadlines, Error, HandOff, Keyword, Policy, Responder, Text, Texts};
use crate::classify::{Intent, Score};
use crate::text::{Folded, Spellings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    brand: String,
    hand_off: Spanned<HandOff>,
    first_responder: BTreeMap<Intent, Responder>,
    ai: Ai,
    deadlines: WrittenDeadlines,
    texts: WrittenTexts,
    keyword: Vec<WrittenKeyword>,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            brand: "Our shop".to_owned(),
            hand_off: Spanned::new(0..0, HandOff::Queue),
            first_responder: BTreeMap::new(),
            ai: Ai::default(),
            deadlines: WrittenDeadlines::default(),
            texts: WrittenTexts::default(),
            keyword: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Ai {
    confidence_min: Spanned<f64>,
    deadline: Span,
    messages_max: u16,
    segments_max: u16,
    attempts_max: u16,
    shaft: bool,
}

impl Default for Ai {
    fn default() -> Self {
        Self {
            confidence_min: Spanned::new(0..0, 0.6),
            deadline: Span::secs(10),
            messages_max: 8,
            segments_max: 12,
            attempts_max: 2,
            shaft: false,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenDeadlines {
    inactive: Span,
    unattended: Span,
    human: Span,
    store: Span,
    hold: Span,
    reopen: Span,
}

impl Default for WrittenDeadlines {
    fn default() -> Self {
        Self {
            inactive: Span::hours(24),
            unattended: Span::secs(15 * 60),
            human: Span::hours(24),
            store: Span::hours(72),
            hold: Span::hours(24),
            reopen: Span::hours(24),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenTexts {
    opt_out: Spanned<String>,
    opt_in: Spanned<String>,
    help: Spanned<String>,
    hand_off: Option<Spanned<String>>,
    closeout: Option<Spanned<String>>,
}

impl Default for WrittenTexts {
    fn default() -> Self {
        let text = |text: &str| Spanned::new(0..0, text.to_owned());
        Self {
            opt_out: text(
                "{brand}: You are unsubscribed and will get no more texts. START to rejoin.",
            ),
            opt_in: text("{brand}: You are subscribed again. Reply HELP for help, STOP to end."),
            help: text(
                "{brand}: Reply with your question and we will answer. Msg & data rates may apply. STOP to end.",
            ),
            hand_off: None,
            closeout: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKeyword {
    word: Spanned<String>,
    reply: Spanned<String>,
}

/// A length of time as people write it: `10s`, `15m`, `24h`.
#[derive(Clone, Copy)]
struct Span(Duration);

impl Span {
    const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    const fn hours(hours: u64) -> Self {
        Self::secs(hours * 3600)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let written = String::deserialize(from)?;
        match humantime::parse_duration(&written) {
            Ok(span) if span >= Duration::from_secs(1) => Ok(Self(span)),
            _ => Err(serde::de::Error::custom(format!(
                "`{written}` is not a length of time of at least a second; write one like \"10s\", \"15m\" or \"24h\""
            ))),
        }
    }
}

impl Written {
    pub(super) fn read(source: &str, file: &str) -> Result<Self, Error> {
        toml::from_str(source).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(source, span.start));
            let message = error.message().trim_end().replace('\n', "; ");
            Error { file: file.to_owned(), line, message }
        })
    }

    pub(super) fn compile(self, source: &str, file: &str) -> Result<Policy, Error> {
        let place = Place { source, file };
        let texts = Texts {
            opt_out: place.text("texts.opt_out", &self.texts.opt_out, &self.brand)?,
            opt_in: place.text("texts.opt_in", &self.texts.opt_in, &self.brand)?,
            help: place.text("texts.help", &self.texts.help, &self.brand)?,
            hand_off: place.optional_text("texts.hand_off", &self.texts.hand_off, &self.brand)?,
            closeout: place.optional_text("texts.closeout", &self.texts.closeout, &self.brand)?,
        };
        if *self.hand_off.get_ref() == HandOff::Closeout && texts.closeout.is_none() {
            let remedy = "hand_off = \"closeout\" needs a text to close with; add `closeout` under [texts] (KL-34)";
            return Err(place.error(&self.hand_off, remedy));
        }
        Ok(Policy {
            version: Policy::version_of(source),
            source: Bytes::copy_from_slice(source.as_bytes()),
            first_responder: responders(&self.first_responder),
            hand_off: *self.hand_off.get_ref(),
            ai: self.ai.compile(&place)?,
            deadlines: self.deadlines.compile(),
            texts,
            keywords: keywords(&place, &self.keyword, &self.brand)?,
            brand: self.brand,
        })
    }
}

impl Ai {
    fn compile(&self, place: &Place) -> Result<AiLimits, Error> {
        let confidence = *self.confidence_min.get_ref();
        if !(0.0..=1.0).contains(&confidence) {
            let message =
                format!("ai.confidence_min is {confidence}; it is a share, from 0.0 to 1.0");
            return Err(place.error(&self.confidence_min, &message));
        }
        Ok(AiLimits {
            confidence_min: Score((confidence * f64::from(Score::ONE.0)).round() as u16),
            deadline: self.deadline.0,
            messages_max: self.messages_max,
            segments_max: self.segments_max,
            attempts_max: self.attempts_max,
            shaft: self.shaft,
        })
    }
}

impl WrittenDeadlines {
    fn compile(&self) -> Deadlines {
        Deadlines {
            inactive: self.inactive.0,
            unattended: self.unattended.0,
            human: self.human.0,
            store: self.store.0,
            hold: self.hold.0,
            reopen: self.reopen.0,
        }
    }
}

/// The brand's choice for each intent, or the default: shopping and general questions for the AI,
/// what has to do with money, goods already bought or anger for people, thanks for nobody.
fn responders(written: &BTreeMap<Intent, Responder>) -> [Responder; Intent::ALL.len()] {
    let mut responders = [Responder::Ai; Intent::ALL.len()];
    for (responder, intent) in responders.iter_mut().zip(Intent::ALL) {
        *responder = match intent {
            Intent::ProductQuestion
            | Intent::OrderStatus
            | Intent::StoreInfo
            | Intent::Other
            | Intent::Unclear => Responder::Ai,
            Intent::OrderChange
            | Intent::ReturnRefund
            | Intent::DamagedOrWrongItem
            | Intent::BillingDispute
            | Intent::HumanRequest
            | Intent::ComplaintFrustration
            | Intent::Abuse
            | Intent::AccountHelp => Responder::Human,
            Intent::Acknowledgement | Intent::Spam => Responder::Silence,
        };
        if let Some(chosen) = written.get(intent) {
            *responder = *chosen;
        }
    }
    responders
}

/// A keyword as replies are folded, so that case, accents and punctuation make no difference.
fn folded(word: &str) -> String {
    let mut folded = Folded::default();
    folded.fold(word.as_bytes(), &Spellings::default());
    String::from_utf8_lossy(folded.bytes().trim_ascii()).into_owned()
}

fn keywords(place: &Place, written: &[WrittenKeyword], brand: &str) -> Result<Vec<Keyword>, Error> {
    let mut keywords: Vec<Keyword> = Vec::new();
    for keyword in written {
        let word = folded(keyword.word.get_ref());
        if word.is_empty() {
            return Err(
                place.error(&keyword.word, "keyword.word is empty; write the word customers send")
            );
        }
        if keywords.iter().any(|other| other.word == word) {
            let message = format!(
                "the keyword `{word}` stands twice; remove one, only the first would ever answer"
            );
            return Err(place.error(&keyword.word, &message));
        }
        keywords.push(Keyword { word, reply: place.text("keyword.reply", &keyword.reply, brand)? });
    }
    Ok(keywords)
}

/// Where a mistake is to be shown.
struct Place<'a> {
    source: &'a str,
    file: &'a str,
}

impl Place<'_> {
    fn error<T>(&self, at: &Spanned<T>, message: &str) -> Error {
        let span = at.span();
        // An empty span belongs to a default: then the whole file is meant.
        let line = if span.is_empty() { 0 } else { line_of(self.source, span.start) };
        Error { file: self.file.to_owned(), line, message: message.to_owned() }
    }

    fn text(&self, key: &str, written: &Spanned<String>, brand: &str) -> Result<Text, Error> {
        let text = written.get_ref().replace("{brand}", brand);
        if text.trim().is_empty() {
            return Err(
                self.error(written, &format!("{key} is empty; write what customers are to read"))
            );
        }
        if let Some((_, rest)) = text.split_once('{') {
            let name = rest.split('}').next().unwrap_or(rest);
            let message =
                format!("{key} uses the variable {{{name}}}; the only one there is is {{brand}}");
            return Err(self.error(written, &message));
        }
        Ok(Text::new(&text))
    }

    fn optional_text(
        &self,
        key: &str,
        written: &Option<Spanned<String>>,
        brand: &str,
    ) -> Result<Option<Text>, Error> {
        written.as_ref().map(|written| self.text(key, written, brand)).transpose()
    }
}

fn line_of(source: &str, offset: usize) -> usize {
    let end = offset.min(source.len());
    source.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, shown: &str) {
        let error = Policy::parse(source, "shop.toml").expect_err("is refused");
        assert_eq!(error.to_string(), shown);
    }

    #[test]
    fn mistakes_are_told_with_line_and_remedy() {
        check(
            "\nhand_off = \"closeout\"\n",
            "shop.toml:2: hand_off = \"closeout\" needs a text to close with; add `closeout` under [texts] (KL-34)",
        );
        check(
            "[ai]\nconfidence_min = 60\n",
            "shop.toml:2: ai.confidence_min is 60; it is a share, from 0.0 to 1.0",
        );
        check(
            "[ai]\ndeadline = \"soon\"\n",
            "shop.toml:2: `soon` is not a length of time of at least a second; write one like \"10s\", \"15m\" or \"24h\"",
        );
        check(
            "[texts]\nhelp = \"Hi {name}\"\n",
            "shop.toml:2: texts.help uses the variable {name}; the only one there is is {brand}",
        );
        check(
            "[[keyword]]\nword = \"vip\"\nreply = \"a\"\n[[keyword]]\nword = \"VIP\"\nreply = \"b\"\n",
            "shop.toml:5: the keyword `vip` stands twice; remove one, only the first would ever answer",
        );
    }

    #[test]
    fn unknown_keys_and_values_are_refused_with_the_known_ones() {
        let error = Policy::parse("[ai]\nconfidense = 1\n", "shop.toml").expect_err("is refused");
        assert_eq!(error.line, 2);
        assert!(error.message.contains("confidence_min"), "{error}");
        let error = Policy::parse("[first_responder]\nrefunds = \"human\"\n", "shop.toml")
            .expect_err("is refused");
        assert!(error.message.contains("return_refund"), "{error}");
    }

    #[test]
    fn the_version_is_the_text() {
        let one = Policy::parse("brand = \"A\"", "a").unwrap();
        let two = Policy::parse("brand = \"B\"", "a").unwrap();
        assert_ne!(one.version, two.version);
        assert_eq!(one.version, Policy::parse("brand = \"A\"", "elsewhere").unwrap().version);
    }

    #[test]
    fn a_brand_chooses_who_answers_first() {
        let policy = Policy::parse("[first_responder]\norder_status = \"store\"\n", "a").unwrap();
        assert_eq!(policy.first_responder(Intent::OrderStatus), Responder::Store);
        assert_eq!(policy.first_responder(Intent::ProductQuestion), Responder::Ai);
    }
}
