//! SMS segments: how many parts a text takes, in which encoding, and where it splits.
//!
//! One message carries 140 octets: 160 septets of the GSM 7-bit alphabet, or 70 units of UCS-2 as
//! soon as one character is outside it. A longer text travels in parts that each give some octets
//! to a header which joins them again (3GPP TS 23.038 and 23.040), and each part is billed.
//!
//! Parts are filled in order with what must stay whole: an escape and its character, a surrogate
//! pair, a grapheme cluster such as a family emoji. CR LF is two characters and may be parted. Only
//! a cluster that no part could hold is broken, between code points. Up to that last rule, and to
//! newer cluster tables, this is how Twilio's own calculator counts, against which it is tested.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::names::named;

pub mod channel_limits;
mod gsm;
mod smart;

pub use smart::smart;

named! {
    /// The alphabet in which a text message travels. One character decides for the whole message.
    #[derive(Default)]
    pub enum Encoding {
        /// The GSM 7-bit alphabet. Its unit is the septet; ten characters take two.
        #[default]
        Gsm7 = "GSM-7",
        /// UCS-2. Its unit has 16 bits, as in UTF-16; characters beyond U+FFFF take two.
        Ucs2 = "UCS-2",
    }
}

impl Encoding {
    /// Units that `character` takes. In GSM-7 the character must be in the alphabet.
    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 => gsm::septets(character),
            Self::Ucs2 => character.len_utf16(),
        }
    }

    /// Units that `text` takes, under the same condition.
    fn units_of(self, text: &str) -> usize {
        text.chars().map(|character| self.units(character)).sum()
    }
}

/// What a text costs to send as SMS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Segments {
    /// The encoding of every part.
    pub encoding: Encoding,
    /// Parts, at least one: an empty message is a message. Saturates at 65,535.
    pub segments: u16,
    /// Units of the whole text, headers not counted: septets in GSM-7, 16-bit units in UCS-2.
    /// Saturates.
    pub units: u32,
}

const _: () = assert!(size_of::<Segments>() == 8);

/// Octets of user data in one message (3GPP TS 23.040, 9.2.3.24).
const MESSAGE_OCTETS: usize = 140;

/// Octets that a header may take, so that even then a part holds a surrogate pair.
const HEADER_OCTETS_MAX: usize = 64;

/// How much one message and one part of several hold: it follows from the size of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capacity {
    header_octets: u8,
}

impl Capacity {
    /// A header with an 8-bit reference: 153 septets or 67 UCS-2 units per part. Nearly all routes.
    pub const STANDARD: Self = Self::with_header(6);

    /// A header with a 16-bit reference: 152 septets or 66 UCS-2 units per part. Twilio bills
    /// toll-free numbers in the United States and Canada so.
    pub const TOLL_FREE: Self = Self::with_header(7);

    /// The capacity when the header of a part takes `octets`, its own length included.
    ///
    /// # Panics
    /// If `octets` is above 64. No header in use comes near.
    pub const fn with_header(octets: u8) -> Self {
        assert!(octets as usize <= HEADER_OCTETS_MAX, "header too large");
        Self { header_octets: octets }
    }

    /// Units that a text may have to be sent as one message, without a header.
    pub const fn whole(self, encoding: Encoding) -> usize {
        units_in(MESSAGE_OCTETS, encoding)
    }

    /// Units in each part of a text that does not fit one message.
    pub const fn part(self, encoding: Encoding) -> usize {
        units_in(MESSAGE_OCTETS - self.header_octets as usize, encoding)
    }

    /// What `text` costs. Linear in its length, and allocates nothing.
    pub fn count(self, text: &str) -> Segments {
        self.count_measured(text, &Measure::of(text))
    }

    /// What `text` costs if each sequence of bytes that is not UTF-8 is sent as U+FFFD, just as
    /// [`String::from_utf8_lossy`] reads it. Allocates only if there is such a sequence.
    pub fn count_lossy(self, text: &[u8]) -> Segments {
        let prefix = gsm::ascii_prefix(text);
        let measure = Measure::of_prefix(&prefix);
        if prefix.bytes == text.len() && measure.is_even {
            return self.count_measured("", &measure);
        }
        self.count(&String::from_utf8_lossy(text))
    }

    /// The parts of `text`, in order. There are as many as [`Capacity::count`] says.
    pub fn parts(self, text: &str) -> Parts<'_> {
        self.parts_measured(text, &Measure::of(text))
    }

    /// `text` is read only if its parts are uneven.
    fn count_measured(self, text: &str, measure: &Measure) -> Segments {
        let encoding = measure.encoding;
        let segments = if measure.units <= self.whole(encoding) {
            1
        } else if measure.is_even {
            measure.units.div_ceil(self.part(encoding))
        } else {
            self.parts_measured(text, measure).count()
        };
        Segments {
            encoding,
            segments: u16::try_from(segments).unwrap_or(u16::MAX),
            units: u32::try_from(measure.units).unwrap_or(u32::MAX),
        }
    }

    fn parts_measured<'a>(self, text: &'a str, measure: &Measure) -> Parts<'a> {
        let encoding = measure.encoding;
        let whole = self.whole(encoding);
        Parts {
            text,
            encoding,
            room: if measure.units <= whole { whole } else { self.part(encoding) },
            start: 0,
            clusters_from: 0,
            ended: false,
        }
    }
}

impl Default for Capacity {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// Units in `octets` of user data. In GSM-7 the text starts at a whole septet after the header.
const fn units_in(octets: usize, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Gsm7 => octets * 8 / 7,
        Encoding::Ucs2 => octets / 2,
    }
}

/// What `text` costs with the standard header. See [`Capacity::count`].
pub fn count(text: &str) -> Segments {
    Capacity::STANDARD.count(text)
}

/// What raw bytes cost with the standard header. See [`Capacity::count_lossy`].
pub fn count_lossy(text: &[u8]) -> Segments {
    Capacity::STANDARD.count_lossy(text)
}

/// The parts of `text` with the standard header. See [`Capacity::parts`].
pub fn parts(text: &str) -> Parts<'_> {
    Capacity::STANDARD.parts(text)
}

/// The first character that makes `text` UCS-2, with its byte offset: what an author would have to
/// replace to pay for septets. None if the text is GSM-7.
pub fn first_outside_gsm(text: &str) -> Option<(usize, char)> {
    let known = gsm::ascii_prefix(text.as_bytes()).bytes;
    let (at, character) =
        text[known..].char_indices().find(|(_, character)| gsm::septets(*character) == 0)?;
    Some((known + at, character))
}

/// What one pass over a text tells.
struct Measure {
    encoding: Encoding,
    units: usize,
    /// Whether everything in the text takes one unit, so that a part always fills to the last.
    is_even: bool,
}

impl Measure {
    fn of(text: &str) -> Self {
        let prefix = gsm::ascii_prefix(text.as_bytes());
        let mut measure = Self::of_prefix(&prefix);
        for character in text[prefix.bytes..].chars() {
            match gsm::septets(character) {
                0 => {
                    return Self {
                        encoding: Encoding::Ucs2,
                        units: utf16_units(text),
                        is_even: false,
                    };
                }
                septets => {
                    measure.units += septets;
                    measure.is_even &= septets == 1;
                }
            }
        }
        measure
    }

    fn of_prefix(prefix: &gsm::Prefix) -> Self {
        Self {
            encoding: Encoding::Gsm7,
            units: prefix.septets,
            is_even: prefix.septets == prefix.bytes,
        }
    }
}

/// UTF-16 units of `text`, told by its bytes: each that begins a character counts one, and each
/// that begins four bytes counts another. A block is short enough for its sum to fit one byte, so
/// that the compiler takes many bytes at a time.
fn utf16_units(text: &str) -> usize {
    const BLOCK: usize = 64;
    let units_of_block = |block: &[u8]| {
        let units = block.iter().fold(0u8, |units, byte| {
            let begins = byte & 0xc0 != 0x80;
            let is_pair = *byte >= 0xf0;
            units.wrapping_add(u8::from(begins)).wrapping_add(u8::from(is_pair))
        });
        usize::from(units)
    };
    text.as_bytes().chunks(BLOCK).map(units_of_block).sum()
}

/// One part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// What it holds.
    pub text: &'a str,
    /// Units that it takes, header not counted.
    pub units: u32,
}

/// The parts of a text, in order; see [`Capacity::parts`].
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    text: &'a str,
    encoding: Encoding,
    /// Units in each part.
    room: usize,
    /// Where the next part begins.
    start: usize,
    /// A cluster boundary that is not before `start`, from which clusters are told. It is `start`,
    /// or the end of a cluster that is being broken because no part could hold it.
    clusters_from: usize,
    ended: bool,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.ended {
            return None;
        }
        let (reach, mut units) = self.reach();
        let mut end = reach;
        if reach == self.text.len() {
            self.ended = true;
        } else {
            end = self.cut(reach);
            assert!(end > self.start, "a part without progress would never end");
            units -= self.encoding.units_of(&self.text[end..reach]);
        }
        let part =
            Part { start: self.start, text: &self.text[self.start..end], units: units as u32 };
        self.start = end;
        Some(part)
    }
}

impl Parts<'_> {
    /// How far a part could go if only code points had to stay whole, and its units then.
    fn reach(&self) -> (usize, usize) {
        // Most parts of most UCS-2 texts are ASCII from end to end, and every byte is a unit then.
        let ascii_end = self.start + self.room;
        let ascii = self.text.as_bytes().get(self.start..ascii_end);
        if self.encoding == Encoding::Ucs2 && ascii.is_some_and(<[u8]>::is_ascii) {
            return (ascii_end, self.room);
        }
        let mut units = 0;
        for (at, character) in self.text[self.start..].char_indices() {
            let more = units + self.encoding.units(character);
            if more > self.room {
                return (self.start + at, units);
            }
            units = more;
        }
        (self.text.len(), units)
    }

    /// Where the part that reaches to `reach`, short of the end, has to stop so that a cluster
    /// stays whole. Looks at clusters only if one can lie across; then from the last boundary that
    /// is known, at most a part away, so that hostile texts take linear time as well.
    fn cut(&mut self, reach: usize) -> usize {
        if reach <= self.clusters_from {
            return reach;
        }
        let tail = &self.text[self.clusters_from..];
        let at = reach - self.clusters_from;
        if self.encoding == Encoding::Gsm7 || is_boundary(tail, at) {
            self.clusters_from = reach;
            return reach;
        }
        let across =
            tail.grapheme_indices(true).find(|(start, cluster)| start + cluster.len() > at);
        let (start, cluster) = across.unwrap_or((at, ""));
        if self.encoding.units_of(cluster) > self.room {
            self.clusters_from += start + cluster.len();
            return reach;
        }
        self.clusters_from += start;
        self.clusters_from
    }
}

/// Whether a part may end at byte `at` of `text`, which begins at a cluster boundary. Between two
/// ASCII characters it always may, CR LF included.
fn is_boundary(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    if bytes[at - 1].is_ascii() && bytes[at].is_ascii() {
        return true;
    }
    // All of the text is at hand, so the cursor has no reason to fail; if it does, the clusters are
    // walked, which gives the same answer.
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(false)
}

#[cfg(test)]
mod tests;
