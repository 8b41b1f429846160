//! What one character outside ASCII reads as, once its width, accent, case and disguise are taken off.
//!
//! Decomposition is Unicode's NFKD, look-alikes are those of UTS 39. The look-alike of a letter is
//! sought for the letter as written, then for its upper and its lower case: Cyrillic `Т` looks like
//! `T`, but `т` only like a small capital, so folding the case first would miss it.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{
    GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory,
};
use unicode_security::confusable_detection::skeleton;

/// What a character reads as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing at all, and words go on across it: marks, format and control characters.
    Nothing,
    /// The end of a word.
    Gap,
    /// The end of a sentence.
    Stop,
    /// These ASCII bytes, read as if they had been typed. A zero byte is no byte.
    Ascii([u8; 4]),
    /// Itself: a letter of a script that has no Latin look-alike, in lower case.
    Letter(char),
    /// Itself, as a word of its own: an ideograph.
    Word(char),
    /// A picture, which is kept beside the words.
    Picture(char),
}

/// Characters below this are looked up; they hold the accents, alphabets and punctuation that real
/// replies are full of.
const TABLE_END: u32 = 0x3000;

/// What `c` reads as.
pub(super) fn reading(c: char) -> Reading {
    static TABLE: OnceLock<Vec<Reading>> = OnceLock::new();
    let code = u32::from(c);
    if code >= TABLE_END {
        return work_out(c);
    }
    let table = TABLE.get_or_init(|| {
        let read = |code| char::from_u32(code).map_or(Reading::Nothing, work_out);
        (0..TABLE_END).map(read).collect()
    });
    table[code as usize]
}

/// Whether the picture `c` stands for an O between two letters, as in `ST⭕P`.
pub(super) fn looks_like_o(c: char) -> bool {
    matches!(
        c,
        '⭕' | '🔴'
            | '🟠'
            | '🟡'
            | '🟢'
            | '🔵'
            | '🟣'
            | '⚫'
            | '⚪'
            | '🌕'
            | '🛑'
            | '⛔'
            | '🚫'
    )
}

fn work_out(c: char) -> Reading {
    if let Some(reading) = special(c) {
        return reading;
    }
    if matches!(u32::from(c), 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff) {
        return Reading::Word(c);
    }
    if u32::from(c) >= 0x2190 && c.is_emoji_char() {
        return Reading::Picture(c);
    }
    let decomposed = ascii(std::iter::once(c).nfkd());
    if let Some(reading) = decomposed {
        return reading;
    }
    match c.general_category() {
        GeneralCategory::Format | GeneralCategory::Control | GeneralCategory::PrivateUse => {
            Reading::Nothing
        }
        GeneralCategory::DashPunctuation | GeneralCategory::LineSeparator => Reading::Stop,
        GeneralCategory::ParagraphSeparator => Reading::Stop,
        _ => match c.general_category_group() {
            GeneralCategoryGroup::Mark => Reading::Nothing,
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number => letter(c),
            _ => Reading::Gap,
        },
    }
}

const I: Reading = Reading::Ascii(*b"i\0\0\0");

/// A letter or digit that does not decompose to ASCII: its look-alike, or itself in lower case.
fn letter(c: char) -> Reading {
    let upper = c.to_uppercase().next().unwrap_or(c);
    let lower = c.to_lowercase().next().unwrap_or(c);
    for form in [c, upper, lower] {
        // The look-alike is sought without the accents: `Й` reads as `И` does.
        let mut bare = form.nfkd_first();
        if is_combining_mark(bare) {
            bare = form;
        }
        let mut buffer = [0; 4];
        let look_alike = ascii(skeleton(bare.encode_utf8(&mut buffer)).nfkd());
        if let Some(Reading::Ascii(bytes)) = look_alike
            && bytes[0].is_ascii_alphanumeric()
        {
            // The prototype of a capital I of any alphabet is a small L.
            let is_i = bytes == *b"l\0\0\0" && form != lower && letter(lower) == I;
            return if is_i { I } else { Reading::Ascii(bytes) };
        }
    }
    Reading::Letter(lower.nfkd_first())
}

/// The first character of the compatibility decomposition.
trait FirstOfNfkd {
    fn nfkd_first(self) -> char;
}

impl FirstOfNfkd for char {
    fn nfkd_first(self) -> char {
        std::iter::once(self).nfkd().next().unwrap_or(self)
    }
}

/// The characters without their marks, if all that remains is ASCII. Four bytes are enough for
/// ligatures and fractions; what is longer is cut, since no word that matters is one character.
fn ascii(chars: impl Iterator<Item = char>) -> Option<Reading> {
    let mut bytes = [0; 4];
    let mut len = 0;
    for c in chars.filter(|c| !is_combining_mark(*c)) {
        // The fraction slash of `½` is the only other character that is worth a translation.
        let c = if c == '\u{2044}' { '/' } else { c };
        if !c.is_ascii() {
            return None;
        }
        if len < bytes.len() {
            bytes[len] = c as u8;
            len += 1;
        }
    }
    match len {
        0 => None,
        _ => Some(Reading::Ascii(bytes)),
    }
}

/// Characters whose reading the tables do not give, or give in a way that harms matching.
fn special(c: char) -> Option<Reading> {
    let text = |s: &str| {
        let mut bytes = [0; 4];
        bytes[..s.len()].copy_from_slice(s.as_bytes());
        Some(Reading::Ascii(bytes))
    };
    match c {
        // Apostrophes and the accents that are typed instead of them.
        '\u{b4}' | '\u{2018}'..='\u{201b}' | '\u{2bc}' | '\u{2b9}' | '\u{2032}' | '\u{ff07}' => {
            text("'")
        }
        '\u{2010}' | '\u{2011}' => text("-"),
        '¿' | '¡' | '\u{85}' | '。' | '！' | '？' => Some(Reading::Stop),
        '©' | '®' | '™' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{fffd}' => {
            Some(Reading::Nothing)
        }
        '\u{2800}' => Some(Reading::Gap),
        'ß' | 'ẞ' => text("ss"),
        'æ' | 'Æ' => text("ae"),
        'œ' | 'Œ' => text("oe"),
        'ø' | 'Ø' => text("o"),
        'ł' | 'Ł' => text("l"),
        'đ' | 'Đ' | 'ð' | 'Ð' => text("d"),
        'þ' | 'Þ' => text("th"),
        'ı' => text("i"),
        '§' => text("s"),
        '†' => text("t"),
        '¢' => text("c"),
        // Small capitals, which are phonetic letters with no decomposition.
        'ᴀ' => text("a"),
        'ʙ' => text("b"),
        'ᴄ' => text("c"),
        'ᴅ' => text("d"),
        'ᴇ' => text("e"),
        'ꜰ' => text("f"),
        'ɢ' => text("g"),
        'ʜ' => text("h"),
        'ɪ' => text("i"),
        'ᴊ' => text("j"),
        'ᴋ' => text("k"),
        'ʟ' => text("l"),
        'ᴍ' => text("m"),
        'ɴ' => text("n"),
        'ᴏ' => text("o"),
        'ᴘ' => text("p"),
        'ʀ' => text("r"),
        'ꜱ' => text("s"),
        'ᴛ' => text("t"),
        'ᴜ' => text("u"),
        'ᴠ' => text("v"),
        'ᴡ' => text("w"),
        'ʏ' => text("y"),
        'ᴢ' => text("z"),
        _ => enclosed(c),
    }
}

/// Letters in black circles and squares, and the regional indicators that flags are made of. They
/// have no decomposition, unlike those in white circles. Two indicators are a flag, so each is a
/// word of its own, and only a keyword that they spell puts them together.
fn enclosed(c: char) -> Option<Reading> {
    let code = u32::from(c);
    let nth = |first| b'a' + (code - first) as u8;
    match code {
        0x1f150..=0x1f169 => Some(Reading::Ascii([nth(0x1f150), 0, 0, 0])),
        0x1f170..=0x1f189 => Some(Reading::Ascii([nth(0x1f170), 0, 0, 0])),
        0x1f1e6..=0x1f1ff => Some(Reading::Word(char::from(nth(0x1f1e6)))),
        _ => None,
    }
}
