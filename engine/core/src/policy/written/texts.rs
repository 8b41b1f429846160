//! What the brand says, as it is written: texts, their translations, and what stands for what in them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::place::Place;
use crate::message::Language;
use crate::policy::{Error, Text, Texts};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenTexts {
    opt_out: Spanned<String>,
    opt_in: Spanned<String>,
    help: Spanned<String>,
    hand_off: Option<Spanned<String>>,
    hand_off_outside_hours: Option<Spanned<String>>,
    closeout: Option<Spanned<String>>,
    wait: Option<Spanned<String>>,
    en: Option<WrittenTranslation>,
    es: Option<WrittenTranslation>,
    fr: Option<WrittenTranslation>,
    de: Option<WrittenTranslation>,
    pt: Option<WrittenTranslation>,
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
                "{brand}: Reply with your question and we will answer. Msg & data rates may \
                    apply. STOP to end.",
            ),
            hand_off: None,
            hand_off_outside_hours: None,
            closeout: None,
            wait: None,
            en: None,
            es: None,
            fr: None,
            de: None,
            pt: None,
        }
    }
}

/// The texts in another language. What is left out is said as in `[texts]`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenTranslation {
    opt_out: Option<Spanned<String>>,
    opt_in: Option<Spanned<String>>,
    help: Option<Spanned<String>>,
    hand_off: Option<Spanned<String>>,
    hand_off_outside_hours: Option<Spanned<String>>,
    closeout: Option<Spanned<String>>,
    wait: Option<Spanned<String>>,
}

impl WrittenTexts {
    pub(super) fn compile(&self, place: &Place, has_hours: bool) -> Result<Texts, Error> {
        if let (Some(text), false) = (&self.hand_off_outside_hours, has_hours) {
            let message = "texts.hand_off_outside_hours is never sent without [hours]; add them, \
                 or remove it";
            return Err(place.error(text, message));
        }
        Ok(Texts {
            opt_out: place.text("texts.opt_out", &self.opt_out, None)?,
            opt_in: place.text("texts.opt_in", &self.opt_in, None)?,
            help: place.text("texts.help", &self.help, None)?,
            hand_off: place.optional_text("texts.hand_off", &self.hand_off, None)?,
            hand_off_outside_hours: place.optional_text(
                "texts.hand_off_outside_hours",
                &self.hand_off_outside_hours,
                Some(Text::OPENS),
            )?,
            closeout: place.optional_text("texts.closeout", &self.closeout, None)?,
            wait: place.optional_text("texts.wait", &self.wait, None)?,
        })
    }

    /// The texts in each language that any is written in.
    pub(super) fn translations(
        &self,
        place: &Place,
        texts: &Texts,
    ) -> Result<BTreeMap<Language, Texts>, Error> {
        let written = Language::ALL.iter().filter_map(|language| {
            let translation = self.translation(*language).as_ref()?;
            Some(translation.compile(place, *language, texts).map(|texts| (*language, texts)))
        });
        written.collect()
    }

    fn translation(&self, language: Language) -> &Option<WrittenTranslation> {
        match language {
            Language::English => &self.en,
            Language::Spanish => &self.es,
            Language::French => &self.fr,
            Language::German => &self.de,
            Language::Portuguese => &self.pt,
        }
    }
}

impl WrittenTranslation {
    /// An optional text can be translated only if it is said at all: whether it is, is no matter of
    /// language.
    fn compile(&self, place: &Place, language: Language, texts: &Texts) -> Result<Texts, Error> {
        let always = |name: &str, written: &Option<Spanned<String>>, otherwise: &Text| {
            let key = format!("texts.{language}.{name}");
            let text = place.optional_text(&key, written, None)?;
            Ok::<_, Error>(text.unwrap_or_else(|| otherwise.clone()))
        };
        let perhaps = |name: &str, written: &Option<Spanned<String>>, otherwise: &Option<Text>| {
            let key = format!("texts.{language}.{name}");
            let also = (name == "hand_off_outside_hours").then_some(Text::OPENS);
            let text = place.optional_text(&key, written, also)?;
            match (written, otherwise) {
                (Some(written), None) => Err(place.error(
                    written,
                    format!("{key} translates a text that is not there; add texts.{name}"),
                )),
                _ => Ok(text.or_else(|| otherwise.clone())),
            }
        };
        Ok(Texts {
            opt_out: always("opt_out", &self.opt_out, &texts.opt_out)?,
            opt_in: always("opt_in", &self.opt_in, &texts.opt_in)?,
            help: always("help", &self.help, &texts.help)?,
            hand_off: perhaps("hand_off", &self.hand_off, &texts.hand_off)?,
            hand_off_outside_hours: perhaps(
                "hand_off_outside_hours",
                &self.hand_off_outside_hours,
                &texts.hand_off_outside_hours,
            )?,
            closeout: perhaps("closeout", &self.closeout, &texts.closeout)?,
            wait: perhaps("wait", &self.wait, &texts.wait)?,
        })
    }
}

/// What may stand in texts between braces: the brand's name, and what the brand has written.
pub(super) fn variables(
    place: &Place,
    brand: &str,
    written: &BTreeMap<String, Spanned<String>>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut variables = BTreeMap::from([("brand".to_owned(), brand.to_owned())]);
    for (name, value) in written {
        let is_word = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if name.is_empty() || !name.bytes().all(is_word) {
            let message = format!(
                "the variable `{name}` is not made of small letters, digits and `_`; name it so"
            );
            return Err(place.error(value, message));
        }
        if name == "brand" || format!("{{{name}}}") == Text::OPENS {
            let message = format!("the variable `{name}` is there already; name yours otherwise");
            return Err(place.error(value, message));
        }
        if value.get_ref().contains(['{', '}']) {
            let message = format!(
                "variables.{name} has braces in it; what stands for something else is not \
                 looked into again, so write it out"
            );
            return Err(place.error(value, message));
        }
        variables.insert(name.clone(), value.get_ref().clone());
    }
    Ok(variables)
}
