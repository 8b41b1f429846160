//! The words that rules speak of, and how they are found: each word of a text by its first letters in
//! a hash table, phrases as chains of words.
//!
//! A word that no rule speaks of costs one look-up. The tables of the standard rules take a few hundred
//! kilobytes, where one automaton over all words and phrases would take several megabytes.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::SetId;
use crate::hash::stable_hash_bytes;
use crate::text::{Folded, Spellings, Word};

/// Sets whose members are told by their form, not listed.
pub(super) const FORMS: [&str; 6] = ["number", "mixed", "capitals", "unknown", "name", "ing"];

/// The form of words of digits only, and so on: positions in [`FORMS`].
pub(super) mod form {
    pub(crate) const NUMBER: usize = 0;
    pub(crate) const MIXED: usize = 1;
    pub(crate) const CAPITALS: usize = 2;
    pub(crate) const UNKNOWN: usize = 3;
    pub(crate) const NAME: usize = 4;
    pub(crate) const ING: usize = 5;
}

/// A word or phrase that belongs to sets; zero is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryId(pub(super) u16);

/// What is known about a node: a word by itself, or the beginning of a phrase.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NodeInfo {
    /// The entry that it is, if it is one.
    pub(super) entry: EntryId,
    /// It is the beginning of longer phrases.
    pub(super) goes_on: bool,
}

/// All words and phrases, compiled.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    words: Table,
    /// From a node and the word after it to the longer node.
    chains: Table,
    nodes: Vec<NodeInfo>,
    /// For each entry, one bit for each set.
    sets_of: Vec<u64>,
    row: usize,
    /// For each set, one bit for each form that belongs to it.
    forms_of: Vec<u8>,
    sets_of_forms: Vec<u64>,
    /// For each set, how often its words come in texts, in no unit.
    commonness: Vec<u64>,
    phrases: Vec<String>,
    /// Every single word, by node.
    spellings: Vec<Box<[u8]>>,
}

impl Vocabulary {
    pub(super) fn sets_len(&self) -> usize {
        self.commonness.len()
    }

    /// All words and phrases, each as an entry from the first on.
    pub(super) fn phrases(&self) -> &[String] {
        &self.phrases
    }

    /// The entries that belong to `set`.
    pub(super) fn entries_of(&self, set: SetId) -> impl Iterator<Item = EntryId> {
        let entries = (1..=self.phrases.len() as u16).map(EntryId);
        entries.filter(move |entry| self.belongs(*entry, set))
    }

    /// How often the words of a set come in texts, roughly, in no unit.
    pub(super) fn commonness(&self, set: SetId) -> u64 {
        self.commonness[usize::from(set)]
    }

    /// Whether `entry` belongs to `set`.
    #[inline]
    pub(super) fn belongs(&self, entry: EntryId, set: SetId) -> bool {
        self.column(set).has(entry)
    }

    /// The column of `set` in the table of which entry belongs to which set.
    #[inline]
    pub(super) fn column(&self, set: SetId) -> Column<'_> {
        Column {
            from_set: &self.sets_of[usize::from(set / 64)..],
            row: self.row as u32,
            bit: u32::from(set % 64),
        }
    }

    /// The sets of `entry`, one bit each.
    pub(super) fn sets_of(&self, entry: EntryId) -> &[u64] {
        &self.sets_of[usize::from(entry.0) * self.row..][..self.row]
    }

    /// The sets to which words may belong by their form, one bit each.
    pub(super) fn sets_of_forms(&self) -> &[u64] {
        &self.sets_of_forms
    }

    /// The forms that belong to `set`, one bit each.
    #[inline]
    pub(super) fn forms_of(&self, set: SetId) -> u8 {
        self.forms_of[usize::from(set)]
    }

    /// The node of the word `word` of `text`, or zero if no phrase has the word.
    #[inline]
    pub(super) fn node(&self, text: &Folded, word: Word) -> u16 {
        if word.end - word.start > 8 {
            return self.long_word(&text.bytes()[usize::from(word.start)..usize::from(word.end)]);
        }
        self.words.find(text.head(word))
    }

    fn long_word(&self, word: &[u8]) -> u16 {
        let node = self.words.find(long_key(word));
        let known = &self.spellings[usize::from(node)];
        if **known == *word { node } else { 0 }
    }

    /// What is known of `node`.
    #[inline]
    pub(super) fn info(&self, node: u16) -> NodeInfo {
        self.nodes[usize::from(node)]
    }

    /// The node of the words of `node` with those of `word` after them, or zero.
    #[inline]
    pub(super) fn chain(&self, node: u16, word: u16) -> u16 {
        self.chains.find(chain_key(node, word))
    }
}

/// Which entries belong to one set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'a> {
    from_set: &'a [u64],
    row: u32,
    bit: u32,
}

impl Column<'_> {
    /// Whether `entry` does.
    #[inline]
    pub(super) fn has(self, entry: EntryId) -> bool {
        let at = u32::from(entry.0).wrapping_mul(self.row) as usize;
        // Every entry has a whole row, so there is always such a place.
        let bits = self.from_set.get(at).copied().unwrap_or(0);
        bits.wrapping_shr(self.bit) & 1 != 0
    }
}

/// The key of a word of up to eight bytes is the bytes; that of a longer one a hash, and the word is
/// compared.
fn key(word: &[u8]) -> u64 {
    if word.len() > 8 {
        return long_key(word);
    }
    let mut head = [0; 8];
    head[..word.len()].copy_from_slice(word);
    u64::from_le_bytes(head)
}

fn long_key(word: &[u8]) -> u64 {
    stable_hash_bytes(1, word)
}

fn chain_key(node: u16, word: u16) -> u64 {
    u64::from(node) << 16 | u64::from(word)
}

/// A hash table from keys to numbers, both never zero, with open addressing.
#[derive(Clone, Debug)]
struct Table {
    keys: Vec<u64>,
    numbers: Vec<u16>,
    shift: u32,
}

impl Table {
    fn new(entries: &[(u64, u16)]) -> Self {
        // At most half full, so that there is an end to every search, and as a rule at once.
        let bits = (entries.len() * 2 + 2).next_power_of_two().trailing_zeros();
        let mut table =
            Self { keys: vec![0; 1 << bits], numbers: vec![0; 1 << bits], shift: 64 - bits };
        for (key, number) in entries {
            let mut at = table.slot(*key);
            while table.keys[at] != 0 {
                at = (at + 1) % table.keys.len();
            }
            table.keys[at] = *key;
            table.numbers[at] = *number;
        }
        table
    }

    #[inline]
    fn slot(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    /// The number of `key`, or zero.
    #[inline]
    fn find(&self, key: u64) -> u16 {
        let mut at = self.slot(key);
        loop {
            let known = self.keys[at];
            if known == key || known == 0 {
                return self.numbers[at];
            }
            at = (at + 1) & (self.keys.len() - 1);
        }
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

    /// The set that `text` speaks of: `word`, `<set>` or `(a | b c | <d>)`.
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

    /// Whether the words of `set` are all listed: none is told by its form.
    pub(super) fn is_listed(&self, set: SetId) -> bool {
        let members = &self.members[usize::from(set)];
        !members.iter().any(|member| member.starts_with('<'))
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
        for (id, members) in self.members.iter().enumerate() {
            for member in members {
                sets_of.entry(member).or_default().push(id as SetId);
            }
        }
        let mut forms_of = vec![0; self.members.len()];
        for (bit, form) in FORMS.iter().enumerate() {
            let sets = sets_of.remove(format!("<{form}>").as_str()).unwrap_or_default();
            sets.iter().for_each(|set| forms_of[usize::from(*set)] |= 1 << bit);
        }
        let row = self.members.len().div_ceil(64);
        let mut sets_of_forms = vec![0; row];
        for (set, _) in forms_of.iter().enumerate().filter(|(_, forms)| **forms != 0) {
            sets_of_forms[set / 64] |= 1u64 << (set % 64);
        }
        let mut rows = vec![0; row];
        for sets in sets_of.values() {
            let mut bits = vec![0u64; row];
            for set in sets {
                bits[usize::from(set / 64)] |= 1 << (set % 64);
            }
            rows.extend(bits);
        }
        let phrases: Vec<String> = sets_of.keys().map(|word| (*word).to_owned()).collect();
        let chains = Chains::of(&phrases)?;
        let listed = self.named.get("common").map_or("", String::as_str);
        let listed: BTreeSet<&str> = listed.split(',').map(str::trim).collect();
        let cost = |member: &String| match member.as_str() {
            member if listed.contains(member) => 64,
            member if member.starts_with('<') => 1 << 32,
            member => 16 >> member.len().min(4),
        };
        let commonness = |members: &BTreeSet<String>| members.iter().map(cost).sum::<u64>() + 1;
        Ok(Vocabulary {
            words: Table::new(&chains.words),
            chains: Table::new(&chains.links),
            nodes: chains.nodes,
            sets_of: rows,
            row,
            forms_of,
            sets_of_forms,
            commonness: self.members.iter().map(commonness).collect(),
            phrases,
            spellings: chains.spellings,
        })
    }
}

/// The words of all phrases and how they follow each other.
#[derive(Default)]
struct Chains {
    words: Vec<(u64, u16)>,
    links: Vec<(u64, u16)>,
    nodes: Vec<NodeInfo>,
    spellings: Vec<Box<[u8]>>,
}

impl Chains {
    fn of(phrases: &[String]) -> Result<Self, String> {
        let mut chains = Self::default();
        // Nodes by the words they are made of: every single word first, since links name words.
        let mut nodes: BTreeMap<&str, u16> = BTreeMap::new();
        chains.nodes.push(NodeInfo::default());
        chains.spellings.push(Box::default());
        for word in phrases.iter().flat_map(|phrase| phrase.split(' ')) {
            if !nodes.contains_key(word) {
                let node = chains.node()?;
                nodes.insert(word, node);
                chains.words.push((key(word.as_bytes()), node));
                chains.spellings.push(word.as_bytes().into());
            }
        }
        for (index, phrase) in phrases.iter().enumerate() {
            let mut node = 0;
            let mut end = 0;
            for word in phrase.split(' ') {
                end += word.len() + usize::from(end > 0);
                let so_far = &phrase[..end];
                let next = match nodes.get(so_far) {
                    Some(known) => *known,
                    None => {
                        let next = chains.node()?;
                        chains.links.push((chain_key(node, nodes[word]), next));
                        nodes.insert(so_far, next);
                        next
                    }
                };
                chains.nodes[usize::from(node)].goes_on |= node != 0;
                node = next;
            }
            chains.nodes[usize::from(node)].entry = EntryId(index as u16 + 1);
        }
        Ok(chains)
    }

    fn node(&mut self) -> Result<u16, String> {
        self.nodes.push(NodeInfo::default());
        u16::try_from(self.nodes.len() - 1).map_err(|_| "too many words".to_owned())
    }
}
