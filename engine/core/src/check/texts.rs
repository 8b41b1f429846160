//! Texts that are never said, and what happens without a word.

use super::{Check, FindingKind, samples};
use crate::classify::Intent;
use crate::message::Language;
use crate::policy::{HandOff, Responder, Text, Texts};
use crate::reason::Reason;

pub(super) fn check(check: &mut Check) {
    never_said(check, None);
    let languages: Vec<_> = check.policy.languages().collect();
    languages.into_iter().for_each(|language| never_said(check, Some(language)));
    gaps(check);
}

/// A name of a text, and where it is among the brand's.
type Said = (&'static str, fn(&Texts) -> Option<&Text>);

const ALL: [Said; 7] = [
    ("opt_out", |texts| Some(&texts.opt_out)),
    ("opt_in", |texts| Some(&texts.opt_in)),
    ("help", |texts| Some(&texts.help)),
    ("hand_off", |texts| texts.hand_off.as_ref()),
    ("hand_off_outside_hours", |texts| texts.hand_off_outside_hours.as_ref()),
    ("closeout", |texts| texts.closeout.as_ref()),
    ("wait", |texts| texts.wait.as_ref()),
];

/// Texts that came up in no conversation. Those that a language does not translate are not its own.
fn never_said(check: &mut Check, language: Option<Language>) {
    let policy = check.policy;
    let texts = language.map_or(&policy.texts, |language| policy.texts_in(Some(language)));
    for (name, of) in ALL {
        let Some(text) = of(texts) else { continue };
        let is_own = language.is_none() || of(&policy.texts) != Some(text);
        if !is_own || is_said(check, text) {
            continue;
        }
        let key = match language {
            Some(language) => format!("texts.{language}.{name}"),
            None => format!("texts.{name}"),
        };
        let found = format!(
            "{key} is never said under this policy; remove it, or change what keeps it from being said"
        );
        let message = check.says(samples::of_reason(Reason::WantsPerson));
        check.find(FindingKind::NeverFires, &key, found, message);
    }
}

/// Whether a text was sent to anybody; when people work next stands in some of them.
fn is_said(check: &Check, text: &Text) -> bool {
    let template = String::from_utf8_lossy(&text.bytes);
    let (before, after) = template.split_once(Text::OPENS).unwrap_or((&template, ""));
    let fits = |said: &&[u8]| {
        let said = String::from_utf8_lossy(said);
        let is_whole = said == template;
        is_whole
            || (before.len() < template.len() && said.starts_with(before) && said.ends_with(after))
    };
    check.reached.texts.iter().map(|said| &said[..]).any(|said| fits(&said))
}

/// What happens without a word or a way.
fn gaps(check: &mut Check) {
    let policy = check.policy;
    let outside = policy.hand_off_outside_hours.unwrap_or(policy.hand_off);
    let said = policy.texts.hand_off_outside_hours.is_some();
    if let (Some(closed), HandOff::Queue, false) = (check.moments.closed, outside, said) {
        let text = "nobody works outside [hours], and customers who wait then are not told until when; add \
             texts.hand_off_outside_hours (KL-86)";
        let mut message = check.says(samples::of_reason(Reason::WantsPerson));
        message.at = closed;
        let key = "texts.hand_off_outside_hours";
        check.find(FindingKind::Gap, key, text.to_owned(), message);
    }
    if policy.first_responder(Intent::Unclear) == Responder::Silence {
        let text = "what is not understood gets no answer at all, with every intent below its score_min; \
             write first_responder.unclear = \"human\" or \"ai\" (OT-40)";
        let message = check.says(samples::of_intent(Intent::Unclear));
        check.find(FindingKind::Gap, "first_responder.unclear", text.to_owned(), message);
    }
}
