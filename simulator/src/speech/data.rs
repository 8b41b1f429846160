//! The data files as written, and their way into compiled topics.

use std::collections::BTreeMap;

use serde::Deserialize;
use volley_core::classify::{Detail, Intent, Signals};

use super::SAID_BYTES_MAX;
use super::grammar::{Builder, Flaw, Grammar, RuleId};
use super::kind::{Expected, Kind};
use super::style::Language;

/// Scopes of names: 0 is seen by all, 1 to 5 are the languages, 6 is what brands answer.
const ANY: usize = 0;
const ANSWERS: usize = 6;

/// A full stop and a space between two sentences.
const JOIN_BYTES: usize = 2;

/// What a hand may add: two doubled letters, a space before an emoji, a dozen curly apostrophes.
const HAND_BYTES: usize = 2 + 1 + 12 * 2;

const FILES: &[(usize, &str, &str)] = &[
    (ANY, "any.toml", include_str!("any.toml")),
    (1, "en_words.toml", include_str!("en_words.toml")),
    (1, "en_shopping.toml", include_str!("en_shopping.toml")),
    (1, "en_buying.toml", include_str!("en_buying.toml")),
    (1, "en_orders.toml", include_str!("en_orders.toml")),
    (1, "en_service.toml", include_str!("en_service.toml")),
    (1, "en_people.toml", include_str!("en_people.toml")),
    (1, "en_near_miss.toml", include_str!("en_near_miss.toml")),
    (1, "en_consent.toml", include_str!("en_consent.toml")),
    (1, "en_devices.toml", include_str!("en_devices.toml")),
    (2, "es.toml", include_str!("es.toml")),
    (3, "fr.toml", include_str!("fr.toml")),
    (4, "de.toml", include_str!("de.toml")),
    (5, "pt.toml", include_str!("pt.toml")),
    (ANSWERS, "answers.toml", include_str!("answers.toml")),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    kept: Vec<String>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    topic: Vec<WrittenTopic>,
    #[serde(default)]
    answer: Vec<WrittenAnswer>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTopic {
    kind: Kind,
    weight: u16,
    #[serde(default)]
    manner: Manner,
    mood: Option<Mood>,
    intent: Option<Intent>,
    detail: Option<Detail>,
    #[serde(default)]
    signals: Vec<Signal>,
    core: Vec<String>,
    #[serde(default)]
    story: Vec<String>,
    #[serde(default)]
    fact: Vec<String>,
    #[serde(default)]
    feel: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnswer {
    kinds: Vec<Kind>,
    core: Vec<String>,
}

/// Names of the core's signals, as far as topics need them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Signal {
    Legal,
    Malicious,
    SelfHarm,
    Sensitive,
    Threat,
    WrongPerson,
}

impl Signal {
    fn bits(self) -> Signals {
        match self {
            Self::Legal => Signals::LEGAL,
            Self::Malicious => Signals::MALICIOUS,
            Self::SelfHarm => Signals::SELF_HARM,
            Self::Sensitive => Signals::SENSITIVE,
            Self::Threat => Signals::THREAT,
            Self::WrongPerson => Signals::WRONG_PERSON,
        }
    }
}

/// How much of its own a text of a topic may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Manner {
    /// Nobody's hand: a keyword or a device. Not a byte is changed.
    Verbatim,
    /// One thing, said in somebody's own hand.
    Short,
    /// With facts and feelings, but neither greeting nor thanks.
    Blunt,
    /// With a greeting, facts, feelings and thanks, as it comes.
    #[default]
    Talk,
}

/// Which emoji fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mood {
    Glad,
    Plain,
    Cross,
    Sad,
}

/// One subject in one language.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) language: Language,
    pub(super) expected: Expected,
    pub(super) manner: Manner,
    pub(super) mood: Option<Mood>,
    pub(super) mixes: bool,
    pub(super) core: RuleId,
    pub(super) story: Option<RuleId>,
    pub(super) fact: Option<RuleId>,
    pub(super) feel: Option<RuleId>,
}

/// What a language puts around the matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) hi: RuleId,
    pub(super) bye: RuleId,
    pub(super) also: RuleId,
}

/// Everything compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) grammar: Grammar,
    pub(super) topics: Vec<Topic>,
    /// By kind and language: topics, repeated by weight.
    pub(super) choices: Vec<[Vec<u16>; 5]>,
    /// By language.
    pub(super) frames: [Frame; 5],
    /// By mood.
    pub(super) emoji: [RuleId; 4],
    /// By kind.
    pub(super) answers: Vec<RuleId>,
}

impl Compiled {
    /// Refuses a topic whose longest text, likely or not, would be beyond the bound.
    fn bounded(self) -> Result<Self, Flaw> {
        let longest = |rule: RuleId| self.grammar.longest(rule);
        let emoji = self.emoji.map(longest).into_iter().max().unwrap_or(0);
        for topic in &self.topics {
            let frame = self.frames[topic.language as usize];
            let around = match topic.manner {
                Manner::Talk => longest(frame.hi) + JOIN_BYTES + longest(frame.bye),
                _ => 0,
            };
            let own = [topic.story, Some(topic.core), topic.fact, topic.feel];
            let own = own.into_iter().flatten();
            let own: usize = own.map(|rule| JOIN_BYTES + longest(rule)).sum();
            let bytes = around + own + emoji + HAND_BYTES;
            if bytes > SAID_BYTES_MAX {
                return Err(Flaw(format!("{:?} may have {bytes} bytes", topic.expected)));
            }
        }
        let frames = self.frames.iter();
        let around =
            frames.map(|frame| longest(frame.hi) + longest(frame.also) + longest(frame.bye));
        let mixing = self.topics.iter().filter(|topic| topic.mixes);
        let half = mixing.map(|topic| longest(topic.core)).max().unwrap_or(0);
        let mixed = around.max().unwrap_or(0) + JOIN_BYTES + 2 * half + emoji + HAND_BYTES;
        match mixed > SAID_BYTES_MAX {
            true => Err(Flaw(format!("a mixed text may have {mixed} bytes"))),
            false => Ok(self),
        }
    }
}

/// Compiles the files that ship with the simulator.
pub(super) fn compile() -> Result<Compiled, Flaw> {
    let mut loader = Loader::default();
    for (scope, name, text) in FILES {
        loader.file(*scope, name, text)?;
    }
    loader.finish()
}

#[derive(Default)]
struct Loader {
    builder: Builder,
    topics: Vec<Topic>,
    /// The scope, kind and weight of each topic.
    places: Vec<(usize, Kind, u16)>,
    answers: BTreeMap<Kind, RuleId>,
}

impl Loader {
    fn file(&mut self, scope: usize, name: &str, text: &str) -> Result<(), Flaw> {
        let file: File = toml::from_str(text).map_err(|error| Flaw(format!("{name}: {error}")))?;
        for (word, alternatives) in &file.words {
            let kept = file.kept.contains(word);
            self.builder.name(scope, word, kept, alternatives, name)?;
        }
        if let Some(word) = file.kept.iter().find(|word| !file.words.contains_key(*word)) {
            return Err(Flaw(format!("{name}: {word} is kept but not written")));
        }
        for topic in &file.topic {
            self.topic(scope, name, topic)?;
        }
        for answer in &file.answer {
            let place = format!("{name}: answer {}", answer.kinds[0].name());
            let rule = self.builder.rule(scope, &answer.core, place)?;
            self.answers.extend(answer.kinds.iter().map(|kind| (*kind, rule)));
        }
        Ok(())
    }

    fn topic(&mut self, scope: usize, file: &str, from: &WrittenTopic) -> Result<(), Flaw> {
        let kind = from.kind;
        let mut rule = |part: &str, alternatives: &[String]| {
            let place = format!("{file}: {} {part}", kind.name());
            self.builder.rule(scope, alternatives, place)
        };
        let core = rule("core", &from.core)?;
        let mut optional = |part, alternatives: &[String]| match alternatives.is_empty() {
            true => Ok(None),
            false => rule(part, alternatives).map(Some),
        };
        let story = optional("story", &from.story)?;
        let fact = optional("fact", &from.fact)?;
        let feel = optional("feel", &from.feel)?;
        let mut expected = kind.expected();
        expected.intent = from.intent.or(expected.intent);
        expected.detail = from.detail.unwrap_or(expected.detail);
        for signal in &from.signals {
            expected = expected.with(signal.bits());
        }
        self.places.push((scope, kind, from.weight));
        let language = Language::ALL.get(scope.wrapping_sub(1)).copied();
        self.topics.push(Topic {
            language: language.unwrap_or_default(),
            expected,
            manner: from.manner,
            mood: from.mood,
            mixes: kind.mixes(),
            core,
            story,
            fact,
            feel,
        });
        Ok(())
    }

    fn finish(self) -> Result<Compiled, Flaw> {
        let find = |scope: usize, name: &str| {
            self.builder
                .find(scope, name)
                .ok_or_else(|| Flaw(format!("scope {scope} has no {name}")))
        };
        let frame = |language: Language| {
            let scope = language as usize + 1;
            Ok(Frame {
                hi: find(scope, "hi")?,
                bye: find(scope, "bye")?,
                also: find(scope, "also")?,
            })
        };
        let [en, es, fr, de, pt] = Language::ALL.map(frame);
        let emoji = [
            find(ANY, "emoji_glad")?,
            find(ANY, "emoji_plain")?,
            find(ANY, "emoji_cross")?,
            find(ANY, "emoji_sad")?,
        ];
        let mut answers = Vec::new();
        let mut choices = Vec::new();
        for kind in Kind::ALL {
            let missing = || Flaw(format!("no answer to {}", kind.name()));
            answers.push(*self.answers.get(kind).ok_or_else(missing)?);
            choices.push(Language::ALL.map(|language| self.choices(*kind, language)));
        }
        let frames = [en?, es?, fr?, de?, pt?];
        let compiled = Compiled {
            grammar: self.builder.build()?,
            topics: self.topics,
            choices,
            frames,
            emoji,
            answers,
        };
        compiled.bounded()
    }

    /// Topics of a kind in a language, repeated by weight; those of English where it has none.
    fn choices(&self, kind: Kind, language: Language) -> Vec<u16> {
        let own = language as usize + 1;
        let has = self.places.iter().any(|(s, k, _)| (*s, *k) == (own, kind));
        let own = if has { own } else { 1 };
        let mut all = Vec::new();
        for (at, (scope, of, weight)) in self.places.iter().enumerate() {
            if *of == kind && (*scope == own || *scope == ANY) {
                all.extend(std::iter::repeat_n(at as u16, usize::from(*weight)));
            }
        }
        all
    }
}
