//! What customers text back to a brand, and what the brand answers: seeded, varied and fast.
//!
//! [`Speech`] holds templates with slots, compiled once from the data files beside this module. One
//! call of [`Speech::say`] draws one word from the caller's generator, chooses a language, a topic
//! and a template, puts greetings, facts and thanks around it in the proportions of `SHAPES`,
//! and passes the writer's hand over it: capitals, punctuation, slips, curly apostrophes, emoji. It
//! appends to the caller's buffer and allocates nothing besides.
//!
//! Lengths of what people write, in characters, over the mix of kinds in the tests, as printed by
//! `cargo test -p volley-sim lengths_are -- --nocapture`: 5 % have at most 5, a quarter 19, half
//! 31, three quarters 46, 90 % 65, 95 % 80, 98 % 103 and 99 % 163; one in a hundred has more than
//! 160. Nothing is published on replies to brands: the middle is an assumption.
//!
//! The same seed gives the same bytes on every machine: weights are integers, nothing iterates over
//! a hash table. A customer who is named in [`Context`] keeps language, habits, order number,
//! address and tastes from text to text.

use rand::Rng;

mod data;
mod dice;
mod grammar;
mod kind;
mod polish;
mod style;
#[cfg(test)]
mod tests;

use data::{Compiled, Frame, Manner, Topic};
use dice::{Dice, mixed};
use grammar::{Pen, RuleId};
use style::Hand;

pub use kind::{Expected, Kind};
pub use style::{Language, Languages, Share, Style};

/// Longest text that is ever written, in bytes.
pub const SAID_BYTES_MAX: usize = 600;

/// What is around the one text: who writes it, and in answer to what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The text that is answered, for reactions that quote it; a stock campaign where empty.
    pub campaign: &'a str,
    /// The customer, by a number of one's own choice: who keeps language, habits, order number and
    /// tastes. Without it every text is written by somebody new.
    pub customer: Option<u64>,
}

/// What a talkative text consists of beside its core, as sixty-four equally likely rows.
const SHAPES: [u8; 64] = shapes();
const HI: u8 = 1;
const FACT: u8 = 2;
const FEEL: u8 = 4;
const BYE: u8 = 8;
/// The fact stands before the core.
const FIRST: u8 = 16;
/// A tale before all else, from those who tell it all.
const STORY: u8 = 32;

const fn shapes() -> [u8; 64] {
    let rows = [
        (33, 0),
        (9, HI),
        (5, BYE),
        (4, FACT),
        (3, HI | BYE),
        (2, FEEL),
        (2, HI | FACT),
        (1, FACT | FIRST),
        (1, FACT | FEEL),
        (1, HI | FACT | BYE),
        (1, HI | FACT | FEEL | BYE),
        (1, FACT | FIRST | FEEL | BYE),
        (1, STORY | HI | FACT | BYE),
    ];
    let mut table = [0; 64];
    let (mut at, mut row) = (0, 0);
    while row < rows.len() {
        let mut left = rows[row].0;
        while left > 0 {
            table[at] = rows[row].1;
            at += 1;
            left -= 1;
        }
        row += 1;
    }
    assert!(at == table.len(), "the rows fill the table");
    table
}

/// The compiled templates of all kinds and languages.
#[derive(Debug)]
pub struct Speech {
    compiled: Compiled,
    /// Kinds that can be halves of a mixed text.
    mixing: Vec<Kind>,
}

impl Default for Speech {
    fn default() -> Self {
        Self::new()
    }
}

impl Speech {
    /// The templates that ship with the simulator. A flaw in them is ours, and a test finds it.
    pub fn new() -> Self {
        let compiled = data::compile().unwrap_or_else(|flaw| panic!("{flaw}"));
        let mixing = Kind::ALL.iter().copied().filter(|kind| kind.mixes());
        Self { compiled, mixing: mixing.collect() }
    }

    /// Appends what a customer says to `out`, at most [`SAID_BYTES_MAX`] bytes of UTF-8, and tells
    /// what the router ought to make of it. Draws one word from `rng`.
    pub fn say<R: Rng + ?Sized>(
        &self,
        kind: Kind,
        style: &Style,
        rng: &mut R,
        context: &Context<'_>,
        out: &mut Vec<u8>,
    ) -> Expected {
        self.say_word(kind, style, rng.next_u64(), context, out)
    }

    /// Appends a short answer of the brand's AI or agent to a text of that kind: one or two SMS
    /// segments. Draws one word from `rng`.
    pub fn answer<R: Rng + ?Sized>(&self, kind: Kind, rng: &mut R, out: &mut Vec<u8>) {
        let mut dice = Dice::new(rng.next_u64());
        let mut pen = Pen {
            salt: dice.word(),
            dice,
            campaign: "",
            lowercase: false,
            apostrophes: false,
            out,
        };
        let rule = self.compiled.answers[kind as usize];
        self.compiled.grammar.expand(rule, &mut pen);
    }

    fn say_word(
        &self,
        kind: Kind,
        style: &Style,
        word: u64,
        context: &Context<'_>,
        out: &mut Vec<u8>,
    ) -> Expected {
        let mut dice = Dice::new(word);
        let salt = match context.customer {
            Some(customer) => mixed(customer, 0x6e61_6d65),
            None => dice.word(),
        };
        let language = style.language(salt) as usize;
        let mut text = Text {
            compiled: &self.compiled,
            start: out.len(),
            pen: Pen {
                dice,
                salt,
                campaign: context.campaign,
                lowercase: false,
                apostrophes: false,
                out,
            },
        };
        if kind == Kind::Mixed {
            return self.say_two(language, style, &mut text);
        }
        let topic = self.topic(kind, language, &mut text.pen.dice);
        text.write(topic, style);
        topic.expected
    }

    fn say_two(&self, language: usize, style: &Style, text: &mut Text<'_>) -> Expected {
        let one = text.pen.dice.below(self.mixing.len() as u32);
        let other = text.pen.dice.below(self.mixing.len() as u32 - 1);
        let other = other + u32::from(other >= one);
        let one = self.topic(self.mixing[one as usize], language, &mut text.pen.dice);
        let other = self.topic(self.mixing[other as usize], language, &mut text.pen.dice);
        text.write_both(one, other, style);
        Expected { second: other.expected.intent, ..one.expected }
    }

    fn topic(&self, kind: Kind, language: usize, dice: &mut Dice) -> &Topic {
        let choices = &self.compiled.choices[kind as usize][language];
        let at = choices[dice.below(choices.len() as u32) as usize];
        &self.compiled.topics[usize::from(at)]
    }
}

/// One text while it is written.
struct Text<'a> {
    compiled: &'a Compiled,
    start: usize,
    pen: Pen<'a>,
}

impl Text<'_> {
    fn write(&mut self, topic: &Topic, style: &Style) {
        if topic.manner == Manner::Verbatim {
            self.expand(topic.core);
            return;
        }
        let hand = self.hand(topic, style);
        let frame = self.frame(topic);
        let shape = match topic.manner {
            Manner::Talk => self.shape(),
            Manner::Blunt => self.shape() & !(HI | BYE),
            Manner::Short | Manner::Verbatim => 0,
        };
        if shape & HI != 0 {
            self.part(frame.hi);
        }
        let (before, after) = match shape & (FACT | FIRST) {
            FACT => (None, topic.fact),
            0 | FIRST => (None, None),
            _ => (topic.fact, None),
        };
        let story = topic.story.filter(|_| shape & STORY != 0);
        let feel = topic.feel.filter(|_| shape & FEEL != 0);
        for rule in [story, before, Some(topic.core)].into_iter().flatten() {
            self.sentence(rule);
        }
        if let Some(rule) = after {
            let at = self.pen.out.len();
            self.sentence(rule);
            if repeats(&self.pen.out[self.start..], at - self.start) {
                self.pen.out.truncate(at);
            }
        }
        if let Some(rule) = feel {
            self.sentence(rule);
        }
        if shape & BYE != 0 {
            self.farewell(frame.bye);
        }
        self.finish(topic, &hand);
    }

    fn write_both(&mut self, one: &Topic, other: &Topic, style: &Style) {
        let hand = self.hand(one, style);
        let frame = self.frame(one);
        if self.pen.dice.below(4) == 0 {
            self.part(frame.hi);
        }
        self.part(one.core);
        let at = self.pen.out.len();
        let begins = matches!(self.pen.out[at - 1], b'.' | b'!' | b'?');
        self.expand(frame.also);
        if begins && !self.pen.lowercase {
            polish::capital(&mut self.pen.out[at + 1..]);
        }
        self.part(other.core);
        if self.pen.dice.below(6) == 0 {
            self.farewell(frame.bye);
        }
        self.finish(one, &hand);
    }

    fn frame(&self, topic: &Topic) -> Frame {
        self.compiled.frames[topic.language as usize]
    }

    fn shape(&mut self) -> u8 {
        SHAPES[self.pen.dice.below(SHAPES.len() as u32) as usize]
    }

    fn hand(&mut self, topic: &Topic, style: &Style) -> Hand {
        let cross = topic.mood == Some(data::Mood::Cross);
        let hand = style.hand(self.pen.salt, cross, &mut self.pen.dice);
        self.pen.lowercase = hand.lowercase;
        hand
    }

    fn finish(&mut self, topic: &Topic, hand: &Hand) {
        polish::polish(&mut self.pen, self.start, hand);
        if let Some(mood) = topic.mood.filter(|_| hand.emoji) {
            self.pen.out.push(b' ');
            self.expand(self.compiled.emoji[mood as usize]);
        }
    }

    fn expand(&mut self, rule: RuleId) {
        self.compiled.grammar.expand(rule, &mut self.pen);
    }

    /// Expands a rule where a sentence may begin: at the start, and after a full stop.
    fn part(&mut self, rule: RuleId) {
        let at = self.pen.out.len();
        let begins =
            matches!(self.pen.out[self.start..], [] | [.., b'\n'] | [.., b'.' | b'!' | b'?', b' ']);
        self.expand(rule);
        if begins && !self.pen.lowercase {
            polish::capital(&mut self.pen.out[at..]);
        }
    }

    /// Expands a rule as a sentence of its own, closing the one before it if need be.
    fn sentence(&mut self, rule: RuleId) {
        self.close(5);
        self.part(rule);
    }

    /// Expands the thanks, mostly without closing the sentence before it.
    fn farewell(&mut self, bye: RuleId) {
        self.close(2);
        let at = self.pen.out.len();
        self.part(bye);
        if self.pen.out[at] == b'\n' {
            self.pen.out.remove(at - 1);
        }
    }

    /// Puts a space after what is there, and before it, `odds` times in five, a full stop where
    /// there is no punctuation.
    fn close(&mut self, odds: u32) {
        match self.pen.out[self.start..] {
            [] | [.., b' '] => return,
            [.., b'.' | b'!' | b'?' | b','] => {}
            _ if self.pen.dice.below(5) < odds => self.pen.out.push(b'.'),
            _ => {}
        }
        self.pen.out.push(b' ');
    }
}

/// Whether the text says a long number after `at` that it said before: nobody repeats those.
fn repeats(text: &[u8], at: usize) -> bool {
    let (before, after) = text.split_at(at);
    numbers(after)
        .filter(|number| number.len() >= 4)
        .any(|number| numbers(before).any(|other| other == number))
}

fn numbers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !byte.is_ascii_digit())
}
