//! Words of the brand: keyword automations, words of consent, words of the audience's gates.

use super::{Check, FindingKind, Message, machine};
use crate::classify::{Compliance, Signals, Verdict};
use crate::ladder::counterfactual::sources;
use crate::message::Source;
use crate::policy::{Keyword, Match, Phrase};

pub(super) fn check(check: &mut Check) {
    consent_words(check);
    keywords(check);
    required_words(check);
    excluded_words(check);
}

/// What stands above all rules of a brand takes some words for itself (`KL-26`).
fn taken_before(verdict: &Verdict) -> Option<&'static str> {
    match (verdict.compliance, verdict.noise) {
        (Compliance::OptOut, _) => Some("an opt-out"),
        // YES opts in only those who are out; all others may have another answer to it.
        (Compliance::OptIn, _) if verdict.signals.has(Signals::ALSO_AN_ANSWER) => None,
        (Compliance::OptIn, _) => Some("an opt-in"),
        (Compliance::Help, _) => Some("a request for HELP"),
        (Compliance::Hold, _) => Some("perhaps an opt-out, which a person decides"),
        (Compliance::None, Some(_)) => Some("noise, which nobody answers"),
        (Compliance::None, None) => None,
    }
}

/// Words of consent that mean something already, whatever the brand says (`KL-18`).
fn consent_words(check: &mut Check) {
    for (index, word) in check.policy.consent.words.iter().enumerate() {
        let message = check.says(word.phrase.words());
        let verdict = check.bench.decide(&message).verdict;
        if verdict.rule.brand_word().map(usize::from) != Some(index) {
            let (words, means) = (word.phrase.words(), word.means);
            let taken = taken_before(&verdict).unwrap_or("something else");
            let text = format!(
                "`{words}` never means {means}: by itself it is {taken} already; remove it, or \
                 choose other words"
            );
            check.find(FindingKind::NeverFires, "consent.keyword", text, message);
        }
    }
}

fn keywords(check: &mut Check) {
    let policy = check.policy;
    for (index, later) in policy.keywords.iter().enumerate() {
        let is_taken = keyword_is_taken(check, later);
        for earlier in &policy.keywords[..index] {
            if !is_taken {
                pair(check, earlier, later);
            }
        }
    }
}

fn keyword_is_taken(check: &mut Check, keyword: &Keyword) -> bool {
    let words = keyword.phrase.words();
    let source = answered(check, |source| keyword.answers(source));
    let message = check.says(words).answering(source.unwrap_or_default());
    let verdict = check.bench.decide(&message).verdict;
    let Some(taken) = taken_before(&verdict) else { return false };
    let text = format!("`{words}` is {taken}, before any rule is asked; choose other words");
    check.find(FindingKind::NeverFires, "keyword", text, message);
    true
}

/// A send in answer to which something counts.
fn answered(check: &Check, counts: impl Fn(Source) -> bool) -> Option<Source> {
    sources(check.policy).into_iter().find(|source| counts(*source))
}

/// Rules that want the same message; an exception that stands before the rule is none of those.
fn pair(check: &mut Check, earlier: &Keyword, later: &Keyword) {
    let (first, second) = (earlier.phrase.words(), later.phrase.words());
    let both = answered(check, |source| earlier.answers(source) && later.answers(source));
    let (Some(both), Match::Anywhere) = (both, earlier.matches) else { return };
    let alone = answered(check, |source| !earlier.answers(source) && later.answers(source));
    let is_within = later.phrase.contains(&earlier.phrase);
    if is_within && alone.is_none() {
        let text = format!(
            "`{second}` can never fire: `{first}` stands before it and is in every such message; put \
             `{second}` first"
        );
        let message = check.says(second).answering(both);
        check.find(FindingKind::NeverFires, "keyword", text, message);
    } else if is_within
        || (later.matches == Match::Anywhere && !earlier.phrase.contains(&later.phrase))
    {
        let text = format!(
            "`{first}` and `{second}` match one message, and `{first}` answers; put the more \
             important one first"
        );
        let words = if is_within { second.to_owned() } else { format!("{first} {second}") };
        let message = check.says(&words).answering(both);
        check.find(FindingKind::Conflict, "keyword", text, message);
    }
}

/// Words that are to let the AI in and cannot.
fn required_words(check: &mut Check) {
    const KEY: &str = "audience.required_keywords";
    let policy = check.policy;
    for phrase in &policy.audience.required {
        let message = check.says(phrase.words());
        let words = phrase.words();
        let excluded = policy.audience.excluded.iter().find(|excluded| phrase.contains(excluded));
        if let Some(taken) = taken_before(&check.bench.decide(&message).verdict) {
            let text =
                format!("`{words}` is {taken}, before any rule is asked; choose other words");
            check.find(FindingKind::NeverFires, KEY, text, message);
        } else if let Some(excluded) = excluded {
            let text = format!(
                "`{words}` lets nobody in, since `{}` in it is excluded and exclusion wins; remove one \
                 of the two (KL-70)",
                excluded.words()
            );
            let message = within(check, words);
            check.find(FindingKind::NeverFires, KEY, text, message);
        } else {
            answered_by_keyword(check, KEY, phrase, message);
        }
    }
}

/// Words that are to keep the AI out, and never get a say.
fn excluded_words(check: &mut Check) {
    const KEY: &str = "audience.excluded_keywords";
    let excluded = &check.policy.audience.excluded;
    for (index, phrase) in excluded.iter().enumerate() {
        let message = check.says(phrase.words());
        let mut others = excluded.iter().enumerate().filter(|(other, _)| *other != index);
        match others.find(|(_, other)| phrase.contains(other)) {
            Some((_, other)) => {
                let text = format!(
                    "`{}` adds nothing: `{}` in it is excluded already; remove it",
                    phrase.words(),
                    other.words()
                );
                let message = within(check, phrase.words());
                check.find(FindingKind::NeverFires, KEY, text, message);
            }
            None => answered_by_keyword(check, KEY, phrase, message),
        }
    }
}

/// A message for the AI with a phrase in it: gates look at no other.
fn within(check: &Check, words: &str) -> Message {
    check.says(&format!("{} {words}", machine::for_ai(check)))
}

/// Words that a gate waits for and that an automation answers before.
fn answered_by_keyword(check: &mut Check, key: &str, phrase: &Phrase, message: Message) {
    let words = phrase.words();
    let folded = format!(" {words} ");
    let keywords = check.policy.keywords.iter();
    let answering = keywords.filter(|keyword| keyword.is_in(folded.as_bytes()));
    let Some(keyword) = answering.min_by_key(|keyword| keyword.matches.code()) else { return };
    let source = answered(check, |source| keyword.answers(source)).unwrap_or_default();
    let text = format!(
        "`{words}` is answered by a keyword automation and never gets to this gate; remove one of \
         the two"
    );
    check.find(FindingKind::Overruled, key, text, message.answering(source));
}
