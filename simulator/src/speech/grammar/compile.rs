//! From templates as written to the flat grammar: names are resolved, braces are parsed, and what
//! cannot be is told with its place.

use std::collections::BTreeMap;
use std::fmt;

use super::{APOSTROPHE, CAMPAIGN_BYTES_MAX, Grammar, Part, Range, RuleId, STEP, Slot, Special};

/// Most picks of one rule, weights included: a larger sum is a slip of the pen.
const PICKS_MAX: usize = 1024;

/// What is wrong with a data file, with the place.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::speech) struct Flaw(pub(in crate::speech) String);

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Collects rules by name, then compiles them: a template may use a name that comes later.
#[derive(Debug, Default)]
pub(in crate::speech) struct Builder {
    grammar: Grammar,
    /// By scope and name: the rule, and whether it is kept.
    names: BTreeMap<(usize, String), (RuleId, bool)>,
    /// Where each rule was written, for complaints.
    places: Vec<String>,
    waiting: Vec<(RuleId, usize, Vec<String>)>,
}

impl Builder {
    /// Declares a named rule of a scope. Scope 0 is visible from all others.
    pub(in crate::speech) fn name(
        &mut self,
        scope: usize,
        name: &str,
        kept: bool,
        alternatives: &[String],
        file: &str,
    ) -> Result<RuleId, Flaw> {
        let rule = self.rule(scope, alternatives, format!("{file}: {name}"))?;
        let old = self.names.insert((scope, name.to_owned()), (rule, kept)).is_some();
        match old {
            true => Err(Flaw(format!("{file}: {name} is there twice"))),
            false => Ok(rule),
        }
    }

    /// Declares a rule without a name.
    pub(in crate::speech) fn rule(
        &mut self,
        scope: usize,
        alternatives: &[String],
        place: String,
    ) -> Result<RuleId, Flaw> {
        if alternatives.is_empty() {
            return Err(Flaw(format!("{place} has no alternatives")));
        }
        let rule = self.reserve(place)?;
        self.waiting.push((rule, scope, alternatives.to_vec()));
        Ok(rule)
    }

    /// The rule of that name, as seen from `scope`.
    pub(in crate::speech) fn find(&self, scope: usize, name: &str) -> Option<RuleId> {
        self.look_up(scope, name).map(|(rule, _)| rule)
    }

    /// Compiles all that was declared.
    pub(in crate::speech) fn build(mut self) -> Result<Grammar, Flaw> {
        self.grammar.stock = self.find(0, "campaign_text");
        while let Some((rule, scope, alternatives)) = self.waiting.pop() {
            self.compile(rule, scope, &alternatives)?;
        }
        self.grammar.longest = vec![usize::MAX; self.grammar.rules.len()];
        for at in 0..self.grammar.rules.len() {
            self.measure(RuleId(at as u16), 0)?;
        }
        self.grammar.text.extend([' '; STEP]);
        Ok(self.grammar)
    }

    fn reserve(&mut self, place: String) -> Result<RuleId, Flaw> {
        let at = self.grammar.rules.len() as u16;
        if at >= Slot::MAX {
            return Err(Flaw(format!("{place}: more rules than {}", Slot::MAX)));
        }
        self.grammar.rules.push(Range::default());
        self.places.push(place);
        Ok(RuleId(at))
    }

    fn look_up(&self, scope: usize, name: &str) -> Option<(RuleId, bool)> {
        [scope, 0].iter().find_map(|scope| self.names.get(&(*scope, name.to_owned())).copied())
    }

    fn compile(&mut self, rule: RuleId, scope: usize, all: &[String]) -> Result<(), Flaw> {
        let place = self.places[usize::from(rule.0)].clone();
        let mut picks = Vec::new();
        for alternative in all {
            let (weight, template) = weight(alternative);
            self.grammar.alternatives += 1;
            let pick = self
                .sequence(scope, template, &place)
                .map_err(|what| Flaw(format!("{place}: {what} in {alternative:?}")))?;
            picks.extend(std::iter::repeat_n(pick, weight));
        }
        if picks.is_empty() || picks.len() > PICKS_MAX {
            return Err(Flaw(format!("{place}: weights sum to {}", picks.len())));
        }
        self.grammar.rules[usize::from(rule.0)] =
            Range { at: self.grammar.picks.len() as u32, len: picks.len() as u32 };
        self.grammar.picks.append(&mut picks);
        Ok(())
    }

    fn sequence(&mut self, scope: usize, template: &str, place: &str) -> Result<Range, String> {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let inside = inside(&rest[at..]).ok_or("a brace without its other half")?;
            let slot = self.slot(scope, inside, place)?;
            parts.push(self.part(&rest[..at], slot));
            rest = &rest[at + inside.len() + 2..];
        }
        if !rest.is_empty() || parts.is_empty() {
            parts.push(self.part(rest, Slot::NONE));
        }
        let at = self.grammar.parts.len() as u32;
        let len = parts.len() as u32;
        self.grammar.parts.append(&mut parts);
        Ok(Range { at, len })
    }

    fn part(&mut self, text: &str, slot: Slot) -> Part {
        let at = self.grammar.text.len() as u32;
        self.grammar.text.push_str(text);
        let flag = if text.contains('\'') { APOSTROPHE } else { 0 };
        Part { at: at | flag, len: text.len() as u16, slot }
    }

    fn slot(&mut self, scope: usize, inside: &str, place: &str) -> Result<Slot, String> {
        let choices = choices(inside);
        if choices.len() > 1 {
            let rule = self.rule(scope, &choices, place.to_owned());
            return rule.map(|rule| Slot(rule.0)).map_err(|flaw| flaw.0);
        }
        if let Some((low, high)) = inside.split_once("..") {
            let (low, high) = (low.parse::<u16>(), high.parse::<u16>());
            return match (low, high) {
                (Ok(low), Ok(high)) if low < high => {
                    let span = high - low + 1;
                    self.special(Special::Number { low, span })
                }
                _ => Err(format!("{{{inside}}} is no range")),
            };
        }
        if (1..=9).contains(&inside.len()) && inside.bytes().all(|b| b == b'#') {
            return self.special(Special::Digits(inside.len() as u8));
        }
        match (inside, self.look_up(scope, inside)) {
            ("campaign", _) => self.special(Special::Campaign),
            ("campaign_cut", _) => self.special(Special::CampaignCut),
            (_, Some((rule, true))) => Ok(Slot(rule.0 + Slot::KEPT)),
            (_, Some((rule, false))) => Ok(Slot(rule.0)),
            (_, None) => Err(format!("{{{inside}}} is unknown")),
        }
    }

    fn special(&mut self, special: Special) -> Result<Slot, String> {
        let at = self.grammar.specials.len() as u16;
        self.grammar.specials.push(special);
        // The last one would be `Slot::NONE`.
        match at < Slot::MAX - 1 {
            true => Ok(Slot(at + Slot::SPECIAL)),
            false => Err("too many numbers".into()),
        }
    }

    /// Finds the longest expansion of `rule`, and refuses a rule that contains itself.
    fn measure(&mut self, rule: RuleId, depth: usize) -> Result<usize, Flaw> {
        let at = usize::from(rule.0);
        if depth > 16 {
            return Err(Flaw(format!("{} contains itself", self.places[at])));
        }
        if self.grammar.longest[at] != usize::MAX {
            return Ok(self.grammar.longest[at]);
        }
        let mut longest = 0;
        for pick in self.grammar.rules[at].of(&self.grammar.picks).to_vec() {
            let mut sum = 0;
            for part in pick.of(&self.grammar.parts).to_vec() {
                sum += usize::from(part.len) + self.measure_slot(part.slot, depth)?;
            }
            longest = longest.max(sum);
        }
        self.grammar.longest[at] = longest;
        Ok(longest)
    }

    fn measure_slot(&mut self, slot: Slot, depth: usize) -> Result<usize, Flaw> {
        if slot == Slot::NONE {
            return Ok(0);
        }
        if slot.0 < Slot::SPECIAL {
            return self.measure(RuleId(slot.0 & (Slot::KEPT - 1)), depth + 1);
        }
        let special = self.grammar.specials[usize::from(slot.0 - Slot::SPECIAL)];
        Ok(match special {
            Special::Number { .. } => 5,
            Special::Digits(count) => usize::from(count),
            Special::Campaign | Special::CampaignCut => CAMPAIGN_BYTES_MAX + "…".len(),
        })
    }
}

/// What stands between the first brace of `text` and its partner.
fn inside(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(&text[1..at]),
            b'}' if depth == 0 => return None,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The alternatives of an inline choice, split where no inner brace is open.
fn choices(inside: &str) -> Vec<String> {
    let mut depth = 0;
    let mut all = vec![String::new()];
    for letter in inside.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match all.last_mut() {
            Some(last) if letter != '|' || depth > 0 => last.push(letter),
            _ => all.push(String::new()),
        }
    }
    all
}

/// Splits `<5>text` into the weight and the text.
fn weight(alternative: &str) -> (usize, &str) {
    let weighted = alternative
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'))
        .and_then(|(weight, rest)| Some((weight.parse().ok()?, rest)));
    weighted.unwrap_or((1, alternative))
}

#[cfg(test)]
mod tests {
    use super::super::Pen;
    use super::*;
    use crate::speech::dice::Dice;

    fn build(words: &[(&str, &[&str])], kept: &[&str]) -> Result<(Grammar, RuleId), Flaw> {
        let mut builder = Builder::default();
        for (name, all) in words {
            let all: Vec<String> = all.iter().map(|one| (*one).to_owned()).collect();
            builder.name(0, name, kept.contains(name), &all, "test")?;
        }
        let rule = builder.find(0, "text").unwrap();
        Ok((builder.build()?, rule))
    }

    fn write(grammar: &Grammar, rule: RuleId, seed: u64) -> String {
        write_as(grammar, rule, seed, seed)
    }

    fn write_as(grammar: &Grammar, rule: RuleId, seed: u64, salt: u64) -> String {
        let mut out = Vec::new();
        let mut pen = Pen {
            dice: Dice::new(seed),
            salt,
            campaign: "Reply STOP",
            lowercase: false,
            apostrophes: false,
            out: &mut out,
        };
        grammar.expand(rule, &mut pen);
        String::from_utf8(out).unwrap()
    }

    /// Recorded runs repeat on every machine: these bytes do not change.
    #[test]
    fn expansions_have_not_changed() {
        let (grammar, rule) = build(
            &[
                ("text", &["<3>{who|whom} {thing} {##} {2..5}", "“{campaign}” {thing}"]),
                ("thing", &["one", "two", "three", "four"]),
            ],
            &[],
        )
        .unwrap();
        let all: Vec<String> = (0..6).map(|seed| write(&grammar, rule, seed)).collect();
        let wanted = [
            "whom two 52 3",
            "“Reply STOP” two",
            "whom three 22 4",
            "who four 83 3",
            "“Reply STOP” three",
            "who one 51 4",
        ];
        assert_eq!(all, wanted);
    }

    #[test]
    fn weights_are_obeyed() {
        let (grammar, rule) = build(&[("text", &["<9>a", "b"])], &[]).unwrap();
        let many = (0..10_000).filter(|seed| write(&grammar, rule, *seed) == "a");
        let many = many.count();
        assert!((8_850..9_150).contains(&many), "{many}");
    }

    #[test]
    fn kept_rules_say_the_same_throughout() {
        let words: &[(&str, &[&str])] =
            &[("text", &["{n} {n} {free}"]), ("n", &["{#####}"]), ("free", &["{#####}"])];
        let (grammar, rule) = build(words, &["n"]).unwrap();
        for salt in 0..100 {
            let said = |seed| {
                let text = write_as(&grammar, rule, seed, salt);
                let mut numbers = text.split(' ').map(str::to_owned);
                [(); 3].map(|()| numbers.next().unwrap())
            };
            let (one, other) = (said(1), said(2));
            assert!(one[0] == one[1] && one[0] == other[0] && other[0] == other[1]);
            assert_ne!(one[2], other[2]);
        }
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let (grammar, rule) = build(&[("text", &["{7..11}", "{###}"])], &[]).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..5_000 {
            let number: u32 = write(&grammar, rule, seed).parse().unwrap();
            assert!((7..=11).contains(&number) || (100..=999).contains(&number));
            seen.insert(number);
        }
        assert!(seen.len() > 800, "{}", seen.len());
    }

    #[test]
    fn the_longest_expansion_is_known() {
        let words: &[(&str, &[&str])] =
            &[("text", &["{a|bcd} {n}", "x"]), ("n", &["{##}", "{1..3}{1..3}"])];
        let (grammar, rule) = build(words, &[]).unwrap();
        assert_eq!(grammar.longest(rule), 3 + 1 + 10);
    }

    #[test]
    fn flaws_are_told_with_their_place() {
        let check = |words: &[(&str, &[&str])], what: &str| {
            let flaw = build(words, &[]).unwrap_err().to_string();
            assert!(flaw.starts_with("test: ") && flaw.contains(what), "{flaw}");
        };
        check(&[("text", &["{nothing}"])], "{nothing} is unknown");
        check(&[("text", &["a {b"])], "a brace without its other half");
        check(&[("text", &["a} b"])], "a brace without its other half");
        check(&[("text", &["{9..2}"])], "{9..2} is no range");
        check(&[("text", &[])], "has no alternatives");
        check(&[("text", &["<2000>a"])], "weights sum to 2000");
        check(&[("text", &["<0>a"])], "weights sum to 0");
        check(&[("text", &["a {text}"])], "contains itself");
        check(&[("text", &["a"]), ("text", &["b"])], "is there twice");
    }
}
