//! The rule book: sets of words and the rules over them, read from TOML and compiled.
//!
//! Word lists are policy: the defaults ship with Volley, a brand may add to them, and nothing may
//! be taken away, since some of them are the law's.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;

use super::pattern::{ITEMS_MAX, Item, SetId};
use super::rule::PATTERNS_MAX;
use super::vocabulary::{EntryId, Lexicon, Vocabulary};
use super::{Compliance, Detail, Intent, Noise, Signals};

/// What a rule comes to when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The words it covers are not about messages: compliance rules do not see them.
    Guard,
    /// A matter of compliance.
    Compliance(Compliance),
    /// Evidence for noise.
    Noise(Noise),
    /// Evidence for an intent.
    Intent(Intent),
    /// Its signals and nothing else.
    Signal,
}

impl Outcome {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "guard" => Some(Self::Guard),
            "signal" => Some(Self::Signal),
            "noise_other" => Some(Self::Noise(Noise::Other)),
            "other" => Some(Self::Intent(Intent::Other)),
            _ => Compliance::from_name(name)
                .map(Self::Compliance)
                .or(Noise::from_name(name).map(Self::Noise))
                .or(Intent::from_name(name).map(Self::Intent)),
        }
    }

    /// The name in rule files and explanations.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Compliance(compliance) => compliance.name(),
            Self::Noise(Noise::Other) => "noise_other",
            Self::Noise(noise) => noise.name(),
            Self::Intent(intent) => intent.name(),
            Self::Signal => "signal",
        }
    }
}

/// A rule file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BookText {
    /// Name of a set to its words and phrases, parted by commas; `<name>` takes in another set.
    #[serde(default)]
    sets: BTreeMap<String, String>,
    #[serde(default)]
    rule: Vec<RuleText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    /// What the customer says, in words for people.
    says: String,
    is: String,
    /// Evidence for noise or an intent.
    #[serde(default)]
    weight: u16,
    #[serde(default)]
    detail: Detail,
    #[serde(default)]
    signals: Vec<String>,
    /// The rule holds only if each of these occurs in the message.
    #[serde(default)]
    with: Vec<String>,
    /// The rule does not hold if any of these occurs.
    #[serde(default)]
    unless: Vec<String>,
    /// Guards do not hide words from it.
    #[serde(default)]
    immune: bool,
    /// It looks at the message as a whole, whatever its sentences.
    #[serde(default)]
    whole: bool,
    /// The patterns, one a line, any of which is enough. A line that is set in goes on with the one
    /// before.
    any: String,
}

/// One pattern of a rule, compiled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) outcome: Outcome,
    pub(super) weight: u16,
    pub(super) detail: Detail,
    pub(super) signals: Signals,
    pub(super) immune: bool,
    pub(super) whole: bool,
    items: (u32, u8),
    needs: (u32, u8),
    with: (u32, u8),
    unless: (u32, u8),
    says: u16,
}

/// All rules and words of one classifier.
#[derive(Clone, Debug)]
pub(super) struct Book {
    vocabulary: Vocabulary,
    rules: Vec<Rule>,
    items: Vec<Item>,
    conditions: Vec<SetId>,
    /// For each entry of the vocabulary, what hangs on it.
    anchors: Vec<Anchor>,
    anchored: Vec<u16>,
    /// The sets that rules need, besides those they hang on.
    needs: Vec<SetId>,
    /// For people: what each rule says, and each pattern as written.
    says: Vec<String>,
    written: Vec<String>,
    lists: BTreeMap<String, Vec<String>>,
    /// Where the rules of each file end.
    ends: Vec<usize>,
}

impl Book {
    /// Compiles the files, each given with a name for errors. Sets of one name are joined. Gives the
    /// set that `wanted` stands for, too.
    pub(super) fn compile(
        files: &[(&str, &str)],
        wanted: &str,
    ) -> Result<(Self, SetId), BookError> {
        let mut texts = Vec::new();
        let mut lexicon = Lexicon::default();
        for (name, text) in files {
            let text: BookText =
                toml::from_str(text).map_err(|error| BookError::new(name, error.to_string()))?;
            for (set, words) in &text.sets {
                lexicon.add(set, words).map_err(|what| BookError::new(name, what))?;
            }
            texts.push((*name, text.rule));
        }
        let mut compiler = Compiler { lexicon, book: Parts::default() };
        for (name, rules) in &texts {
            for rule in rules {
                compiler
                    .rule(rule)
                    .map_err(|what| BookError::new(name, format!("{}: {what}", rule.says)))?;
            }
            compiler.book.ends.push(compiler.book.rules.len());
        }
        let in_sets = |what| BookError::new("sets", what);
        let wanted = compiler.lexicon.set(wanted).map_err(in_sets)?;
        let book = compiler.finish().map_err(in_sets)?;
        Ok((book, wanted))
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules of the file at `index`, as positions in the list of all.
    pub(super) fn rules_of(&self, index: usize) -> Range<usize> {
        index.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[index]
    }

    pub(super) fn items(&self, rule: &Rule) -> &[Item] {
        slice(&self.items, rule.items)
    }

    /// The sets that must occur, and those that must not.
    pub(super) fn conditions(&self, rule: &Rule) -> (&[SetId], &[SetId]) {
        (slice(&self.conditions, rule.with), slice(&self.conditions, rule.unless))
    }

    /// What hangs on `entry`.
    #[inline]
    pub(super) fn anchor(&self, entry: EntryId) -> &Anchor {
        &self.anchors[usize::from(entry.0)]
    }

    /// The rules that hang on an entry and look at the message as a whole, past all guards.
    pub(super) fn first_at(&self, anchor: &Anchor) -> &[u16] {
        &self.anchored[anchor.from as usize..anchor.guards as usize]
    }

    /// The guards that hang on an entry.
    pub(super) fn guards_at(&self, anchor: &Anchor) -> &[u16] {
        &self.anchored[anchor.guards as usize..anchor.others as usize]
    }

    /// The other rules that hang on an entry.
    pub(super) fn others_at(&self, anchor: &Anchor) -> &[u16] {
        &self.anchored[anchor.others as usize..anchor.to as usize]
    }

    /// The sets that a text must have for the rule to match, besides the one it hangs on.
    #[inline]
    pub(super) fn needs(&self, rule: &Rule) -> &[SetId] {
        slice(&self.needs, rule.needs)
    }

    /// What the rule says, for people.
    pub(super) fn says(&self, rule: &Rule) -> &str {
        &self.says[usize::from(rule.says)]
    }

    /// The pattern at `index` as it was written.
    pub(super) fn written(&self, index: usize) -> &str {
        &self.written[index]
    }

    /// The members of the set `name` in folded form, sorted, for look-ups outside patterns. Empty if
    /// there is no such set.
    pub(super) fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }
}

fn slice<T>(all: &[T], (from, len): (u32, u8)) -> &[T] {
    &all[from as usize..from as usize + usize::from(len)]
}

/// A word list or rule that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookError {
    place: String,
    what: String,
}

impl BookError {
    fn new(place: &str, what: String) -> Self {
        Self { place: place.to_owned(), what }
    }
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl std::error::Error for BookError {}

#[derive(Default)]
struct Parts {
    rules: Vec<Rule>,
    items: Vec<Item>,
    conditions: Vec<SetId>,
    says: Vec<String>,
    written: Vec<String>,
    ends: Vec<usize>,
}

/// The patterns of a rule: lines, each with those below it that are set in.
fn lines(text: &str) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match patterns.last_mut() {
            Some(last) if line.starts_with(' ') => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => patterns.push(line.trim().to_owned()),
        }
    }
    patterns
}

/// Splits a pattern at the spaces that are not within brackets.
fn parts(pattern: &str) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let mut rest = pattern.trim();
    while !rest.is_empty() {
        let open = rest.find('(');
        let space = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let end = match open {
            Some(open) if open < space => {
                let close = rest.find(')').ok_or("a bracket is left open")?;
                let after = rest[close..].find(char::is_whitespace);
                after.map_or(rest.len(), |after| close + after)
            }
            _ => space,
        };
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Ok(parts)
}

struct Compiler {
    lexicon: Lexicon,
    book: Parts,
}

impl Compiler {
    fn rule(&mut self, text: &RuleText) -> Result<(), String> {
        let outcome = Outcome::from_name(&text.is)
            .filter(|outcome| *outcome != Outcome::Compliance(Compliance::None))
            .ok_or_else(|| format!("`{}` is no outcome", text.is))?;
        let mut signals = Signals::default();
        for name in &text.signals {
            let signal = Signals::from_name(name);
            signals = signals.with(signal.ok_or_else(|| format!("`{name}` is no signal"))?);
        }
        let with = self.conditions(&text.with)?;
        let unless = self.conditions(&text.unless)?;
        self.book.says.push(text.says.clone());
        let says = u16::try_from(self.book.says.len() - 1).map_err(|_| "too many rules")?;
        for pattern in lines(&text.any) {
            let items = self.pattern(&pattern).map_err(|what| format!("`{pattern}`: {what}"))?;
            self.book.written.push(pattern);
            self.book.rules.push(Rule {
                outcome,
                weight: text.weight,
                detail: text.detail,
                signals,
                immune: text.immune,
                whole: text.whole,
                items,
                needs: (0, 0),
                with,
                unless,
                says,
            });
        }
        Ok(())
    }

    fn conditions(&mut self, words: &[String]) -> Result<(u32, u8), String> {
        let from = self.book.conditions.len() as u32;
        for word in words {
            let set = self.lexicon.set(word)?;
            self.book.conditions.push(set);
        }
        Ok((from, words.len() as u8))
    }

    fn pattern(&mut self, text: &str) -> Result<(u32, u8), String> {
        let from = self.book.items.len();
        let mut consumed = false;
        let mut needs = false;
        for part in parts(text)? {
            let item = self.item(part, consumed)?;
            consumed |= !matches!(
                item,
                Item::SentenceStart | Item::MessageStart | Item::NotBefore(_) | Item::NotEarlier(_)
            );
            needs |= needed(&item).is_some_and(|set| self.lexicon.is_listed(set));
            self.book.items.push(item);
        }
        let len = self.book.items.len() - from;
        if !needs {
            return Err("no word of a list that must be there".to_owned());
        }
        if len > ITEMS_MAX {
            return Err(format!("more than {ITEMS_MAX} items"));
        }
        Ok((from as u32, len as u8))
    }

    fn item(&mut self, part: &str, consumed: bool) -> Result<Item, String> {
        match part {
            "^" => return Ok(Item::SentenceStart),
            "$" => return Ok(Item::SentenceEnd),
            "^^" => return Ok(Item::MessageStart),
            "$$" => return Ok(Item::MessageEnd),
            "_" => return Ok(Item::Any),
            "..." => return Ok(Item::Later),
            _ => {}
        }
        if let Some(words) = part.strip_prefix("..") {
            let words = words.parse().map_err(|_| format!("`{part}` needs a number"))?;
            return Ok(Item::Gap(words));
        }
        if let Some(set) = part.strip_prefix("!!") {
            let set = self.lexicon.set(set)?;
            return Ok(if consumed { Item::NotLater(set) } else { Item::NotEarlier(set) });
        }
        if let Some(set) = part.strip_prefix('!') {
            let set = self.lexicon.set(set)?;
            return Ok(if consumed { Item::NotNext(set) } else { Item::NotBefore(set) });
        }
        if let Some(set) = part.strip_suffix('?') {
            return Ok(Item::Maybe(self.lexicon.set(set)?));
        }
        let or_end = |part: &str| {
            let words = part.strip_suffix(')')?.trim_end().strip_suffix('$')?;
            words.trim_end().strip_suffix('|').map(str::to_owned)
        };
        if let Some(words) = or_end(part) {
            let set = self.lexicon.set(&format!("{words})"))?;
            return Ok(Item::OneOrEnd(set));
        }
        match part.strip_suffix('*') {
            Some(set) => Ok(Item::Many(self.lexicon.set(set)?)),
            None => Ok(Item::One(self.lexicon.set(part)?)),
        }
    }

    fn finish(mut self) -> Result<Book, String> {
        let Parts { rules, items, conditions, says, written, ends } = self.book;
        if rules.len() > PATTERNS_MAX {
            return Err(format!("more than {PATTERNS_MAX} patterns"));
        }
        let lists = self.lexicon.lists()?;
        let vocabulary = self.lexicon.finish()?;
        let mut book = Book {
            anchors: Vec::new(),
            anchored: Vec::with_capacity(rules.len()),
            needs: Vec::new(),
            vocabulary,
            rules,
            items,
            conditions,
            says,
            written,
            lists,
            ends,
        };
        book.drop_anchors();
        Ok(book)
    }
}

/// What hangs on an entry of the vocabulary.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Anchor {
    from: u32,
    guards: u32,
    others: u32,
    to: u32,
}

impl Anchor {
    /// How many rules hang there.
    #[inline]
    pub(super) fn len(&self) -> usize {
        (self.to - self.from) as usize
    }
}

/// The set that an item must find for its pattern to match.
fn needed(item: &Item) -> Option<SetId> {
    match item {
        Item::One(set) => Some(*set),
        _ => None,
    }
}

impl Book {
    /// Ties each rule to the words of the one set it needs that is likely the rarest in texts, so
    /// that most texts never look at it, and notes what else it needs.
    fn drop_anchors(&mut self) {
        let entries = self.vocabulary.phrases().len() + 1;
        let mut hung: Vec<[Vec<u16>; 3]> = vec![Default::default(); entries];
        for index in 0..self.rules.len() {
            let rule = self.rules[index];
            let mut needs: Vec<SetId> = self.items(&rule).iter().filter_map(needed).collect();
            needs.extend(self.conditions(&rule).0);
            needs.sort_by_key(|set| (self.vocabulary.commonness(*set), *set));
            needs.dedup();
            for entry in self.vocabulary.entries_of(needs[0]) {
                let nth = match rule.outcome {
                    Outcome::Compliance(_) if rule.whole && rule.immune => 0,
                    Outcome::Guard => 1,
                    _ => 2,
                };
                hung[usize::from(entry.0)][nth].push(index as u16);
            }
            self.rules[index].needs = (self.needs.len() as u32, needs.len() as u8 - 1);
            self.needs.extend_from_slice(&needs[1..]);
        }
        for [first, guards, others] in hung {
            let mut hang = |rules: Vec<u16>| {
                let from = self.anchored.len() as u32;
                self.anchored.extend(rules);
                from
            };
            let (from, guards, others) = (hang(first), hang(guards), hang(others));
            let to = self.anchored.len() as u32;
            self.anchors.push(Anchor { from, guards, others, to });
        }
    }
}
