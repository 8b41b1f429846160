//! The words that rules speak of, and one automaton that finds them all in one pass.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::{Anchored, MatchKind, PatternID, StartKind, dfa};

use super::pattern::SetId;
use crate::text::{Folded, Spellings};

/// Sets whose members are told by their form, not listed.
const FORMS: [&str; 6] = ["number", "mixed", "capitals", "unknown", "name", "ing"];

/// The sets that a word belongs to by its form.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// Of digits only.
    pub(super) number: Vec<SetId>,
    /// Of letters and digits.
    pub(super) mixed: Vec<SetId>,
    /// In capitals.
    pub(super) capitals: Vec<SetId>,
    /// In no set.
    pub(super) unknown: Vec<SetId>,
    /// In no set, with a capital that does not begin a sentence: a name, as a rule.
    pub(super) name: Vec<SetId>,
    /// Ending in -ing.
    pub(super) ing: Vec<SetId>,
}

/// A word or phrase, with the sets it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) words: u32,
    pub(super) sets: &'a [SetId],
}

/// All words and phrases, compiled.
#[derive(Debug)]
pub(super) struct Vocabulary {
    automaton: dfa::DFA,
    word_start: StateID,
    entries: Vec<(u32, u32, u32)>,
    lists: Vec<SetId>,
    forms: Forms,
    commonness: Vec<u64>,
}

impl Vocabulary {
    pub(super) fn automaton(&self) -> &dfa::DFA {
        &self.automaton
    }

    /// The state of the automaton after the space before a word.
    pub(super) fn word_start(&self) -> StateID {
        self.word_start
    }

    pub(super) fn sets_len(&self) -> usize {
        self.commonness.len()
    }

    pub(super) fn forms(&self) -> &Forms {
        &self.forms
    }

    #[inline]
    pub(super) fn entry(&self, pattern: PatternID) -> Entry<'_> {
        let (words, from, to) = self.entries[pattern.as_usize()];
        Entry { words, sets: &self.lists[from as usize..to as usize] }
    }

    /// How often the words of a set come in texts, roughly: short words are common.
    pub(super) fn commonness(&self, set: SetId) -> u64 {
        self.commonness[usize::from(set)]
    }
}

/// The sets as they are collected, before they are compiled.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    named: BTreeMap<String, String>,
    /// Sets in use, by how patterns write them.
    ids: BTreeMap<String, SetId>,
    members: Vec<BTreeSet<String>>,
    folded: Folded,
}

impl Lexicon {
    /// Adds `words`, parted by commas, to the set `name`.
    pub(super) fn add(&mut self, name: &str, words: &str) -> Result<(), String> {
        if FORMS.contains(&name) {
            return Err(format!("`{name}` is a set of words of a certain form, not a list"));
        }
        let set = self.named.entry(name.to_owned()).or_default();
        set.push(',');
        set.push_str(words);
        Ok(())
    }

    /// The set that `text` speaks of: `word`, `<set>` or `(a|b|<c>)`.
    pub(super) fn set(&mut self, text: &str) -> Result<SetId, String> {
        if let Some(id) = self.ids.get(text) {
            return Ok(*id);
        }
        let alternatives = text
            .strip_prefix('(')
            .map(|inner| inner.strip_suffix(')').ok_or("a bracket is left open"))
            .transpose()?
            .unwrap_or(text);
        let mut members = BTreeSet::new();
        for alternative in alternatives.split('|') {
            self.collect(alternative, &mut members, 0)?;
        }
        if members.is_empty() {
            return Err(format!("`{text}` has no words"));
        }
        let id = SetId::try_from(self.members.len()).map_err(|_| "too many sets".to_owned())?;
        self.members.push(members);
        self.ids.insert(text.to_owned(), id);
        Ok(id)
    }

    /// Adds what `text`, a word, a phrase or `<set>`, stands for.
    fn collect(
        &mut self,
        text: &str,
        members: &mut BTreeSet<String>,
        depth: u32,
    ) -> Result<(), String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        let Some(name) = text.strip_prefix('<').and_then(|name| name.strip_suffix('>')) else {
            self.folded.fold(text.as_bytes(), &Spellings::default());
            let folded = String::from_utf8_lossy(self.folded.bytes());
            let folded = folded.trim();
            if folded.is_empty() {
                return Err(format!("`{text}` folds to nothing"));
            }
            members.insert(folded.to_owned());
            return Ok(());
        };
        if FORMS.contains(&name) {
            members.insert(format!("<{name}>"));
            return Ok(());
        }
        if depth > 8 {
            return Err(format!("`<{name}>` contains itself"));
        }
        let words = self.named.get(name).cloned();
        let words = words.ok_or_else(|| format!("there is no set `<{name}>`"))?;
        for word in words.split(',') {
            self.collect(word, members, depth + 1)?;
        }
        Ok(())
    }

    /// The members of every named set in folded form, sorted.
    pub(super) fn lists(&mut self) -> Result<BTreeMap<String, Vec<String>>, String> {
        let names: Vec<String> = self.named.keys().cloned().collect();
        let mut lists = BTreeMap::new();
        for name in names {
            let mut members = BTreeSet::new();
            self.collect(&format!("<{name}>"), &mut members, 0)?;
            lists.insert(name, members.into_iter().collect());
        }
        Ok(lists)
    }

    pub(super) fn finish(self) -> Result<Vocabulary, String> {
        let mut sets_of: BTreeMap<&str, Vec<SetId>> = BTreeMap::new();
        let mut commonness = Vec::with_capacity(self.members.len());
        for (id, members) in self.members.iter().enumerate() {
            for member in members {
                sets_of.entry(member).or_default().push(id as SetId);
            }
            commonness.push(members.iter().map(|member| common(member)).sum());
        }
        let mut forms = Forms::default();
        let [number, mixed, capitals, unknown, name, ing] =
            FORMS.map(|form| sets_of.remove(format!("<{form}>").as_str()).unwrap_or_default());
        forms.number = number;
        forms.mixed = mixed;
        forms.capitals = capitals;
        forms.unknown = unknown;
        forms.name = name;
        forms.ing = ing;
        let patterns: Vec<String> = sets_of.keys().map(|word| format!(" {word} ")).collect();
        let mut entries = Vec::with_capacity(patterns.len());
        let mut lists = Vec::new();
        for (word, sets) in &sets_of {
            let from = lists.len() as u32;
            lists.extend_from_slice(sets);
            let words = word.split(' ').count() as u32;
            entries.push((words, from, lists.len() as u32));
        }
        let automaton = dfa::Builder::new()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .prefilter(false)
            .build(&patterns)
            .map_err(|error| error.to_string())?;
        let start = automaton.start_state(Anchored::No).map_err(|error| error.to_string())?;
        Ok(Vocabulary {
            word_start: automaton.next_state(Anchored::No, start, b' '),
            automaton,
            entries,
            lists,
            forms,
            commonness,
        })
    }
}

/// How common a word is likely to be, from its length alone; phrases and forms are rare.
fn common(member: &str) -> u64 {
    match member.len() {
        _ if member.contains(' ') || member.starts_with('<') => 1,
        len => 256 >> (2 * len.min(4)),
    }
}
