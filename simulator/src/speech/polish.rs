//! The hand over a text: capitals, punctuation, slips of the finger, curly apostrophes.
//!
//! Each pass works in place on the end of a buffer and leaves valid UTF-8 valid: it changes ASCII,
//! or the two bytes of an accented letter together.

use super::dice::Dice;
use super::grammar::Pen;
use super::style::Hand;

/// Neighbours of each letter on a QWERTY keyboard, from a to z.
const NEAR: [&[u8]; 26] = [
    b"sqz", b"vng", b"xvd", b"sfe", b"wrd", b"dgr", b"fht", b"gjy", b"uok", b"hku", b"jli", b"ko",
    b"n", b"bm", b"ipl", b"o", b"wa", b"etf", b"adw", b"ryg", b"yij", b"cb", b"qes", b"zc", b"tu",
    b"xa",
];

/// Makes the first letter of `text` a capital.
pub(super) fn capital(text: &mut [u8]) {
    match text {
        [first, ..] if first.is_ascii() => first.make_ascii_uppercase(),
        [0xc3, second, ..] => *second = raised(*second),
        _ => {}
    }
}

/// Writes the text that begins at `start` the way `hand` would. Small letters and the search for
/// apostrophes are the pen's business: it knows what it copies.
pub(super) fn polish(pen: &mut Pen<'_>, start: usize, hand: &Hand) {
    let out = &mut *pen.out;
    if hand.typo {
        slip(out, start, &mut pen.dice);
        if out.len() - start > 80 && pen.dice.below(3) == 0 {
            slip(out, start, &mut pen.dice);
        }
    }
    if !hand.full_stops && out.ends_with(b".") && !out.ends_with(b"..") {
        out.pop();
    }
    if hand.unpunctuated {
        strip(out, start, !hand.lowercase);
    } else if hand.curly && pen.apostrophes {
        curl(out, start);
    }
    if hand.shout {
        shout(&mut out[start..]);
    }
}

/// The second byte of an accented capital, for the second byte of its small letter.
fn raised(second: u8) -> u8 {
    match second {
        0xb7 => second,
        0xa0..=0xbe => second - 0x20,
        _ => second,
    }
}

fn shout(text: &mut [u8]) {
    text.make_ascii_uppercase();
    if text.is_ascii() {
        return;
    }
    for at in 1..text.len() {
        if text[at - 1] == 0xc3 {
            text[at] = raised(text[at]);
        }
    }
}

/// Leaves out punctuation, except within numbers and addresses, and, if `breaks` are kept, where a
/// sentence ends and a capital follows. A text of nothing but punctuation stays.
fn strip(out: &mut Vec<u8>, start: usize, breaks: bool) {
    let text = &mut out[start..];
    let Some(first) = text.iter().position(|byte| DROPPED[usize::from(*byte)]) else {
        return;
    };
    let mut end = first;
    for at in first..text.len() {
        let byte = text[at];
        if !DROPPED[usize::from(byte)] || stays(text, at, breaks) {
            text[end] = byte;
            end += 1;
        }
    }
    if end > 0 {
        out.truncate(start + end);
    }
}

/// Punctuation that some writers leave out.
const DROPPED: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b".,:;!?'";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

fn stays(text: &[u8], at: usize, breaks: bool) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |at| text[at]);
    let after = text.get(at + 1).copied().unwrap_or(b' ');
    match text[at] {
        b'.' | b'!' | b'?' if breaks && matches!(text[at + 1..], [b' ', b'A'..=b'Z', ..]) => true,
        b'.' | b',' | b':' => before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric(),
        b'\'' => !(before.is_ascii_alphabetic() && after.is_ascii_alphabetic()),
        _ => false,
    }
}

/// One slip within a word of four letters or more, near a random place; none if there is no such
/// word after it. First letters are right, as they mostly are.
fn slip(out: &mut Vec<u8>, start: usize, dice: &mut Dice) {
    let len = (out.len() - start) as u32;
    if len < 5 {
        return;
    }
    let from = start + dice.below(len) as usize;
    let Some((at, end)) = word(out, start, from) else {
        return;
    };
    let place = at + 1 + dice.below((end - at - 2) as u32) as usize;
    match dice.below(10) {
        0..3 => out.swap(place, place + 1),
        3..6 => {
            out.remove(place);
        }
        6..8 => out.insert(place, out[place]),
        _ => {
            let near = NEAR[usize::from(out[place].to_ascii_lowercase() - b'a')];
            let other = near[dice.below(near.len() as u32) as usize];
            out[place] = match out[place].is_ascii_uppercase() {
                true => other.to_ascii_uppercase(),
                false => other,
            };
        }
    }
}

/// The first word at or after `from`: four ASCII letters or more, and nothing of a link or address.
fn word(text: &[u8], start: usize, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while at > start && text[at - 1] != b' ' {
        at -= 1;
    }
    while at < text.len() {
        let end = at + text[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let closed = text.get(end).is_none_or(|byte| matches!(byte, b' ' | b'?' | b'!' | b','));
        if end - at >= 4 && closed {
            return Some((at, end));
        }
        at = end + text[end..].iter().take_while(|byte| **byte != b' ').count() + 1;
    }
    None
}

/// Curls the apostrophes that stand after a letter.
fn curl(out: &mut Vec<u8>, start: usize) {
    let mut from = start;
    while let Some(found) = out[from..].iter().position(|byte| *byte == b'\'') {
        let at = from + found;
        from = at + 1;
        if at > start && out[at - 1].is_ascii_alphabetic() {
            let end = out.len();
            out.extend_from_slice(&[0; 2]);
            out.copy_within(at + 1..end, at + 3);
            out[at..at + 3].copy_from_slice("’".as_bytes());
            from = at + 3;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pass: fn(&mut Vec<u8>, usize), before: &str, after: &str) {
        let mut out = format!("It's. {before}").into_bytes();
        pass(&mut out, 6);
        assert_eq!(String::from_utf8(out).unwrap(), format!("It's. {after}"));
    }

    #[test]
    fn punctuation_is_left_out_but_not_within_numbers() {
        let plain = |out: &mut Vec<u8>, at| strip(out, at, false);
        check(plain, "Hi, where's it? It's late.", "Hi wheres it Its late");
        check(plain, "$4.99, shp.example/1 at 5:30!", "$4.99 shp.example/1 at 5:30");
        check(plain, "I'm 5'4", "Im 5'4");
        let mut marks = b"??".to_vec();
        strip(&mut marks, 0, false);
        assert_eq!(marks, b"??");
        let breaks = |out: &mut Vec<u8>, at| strip(out, at, true);
        check(breaks, "Hi, where's it? It's late.", "Hi wheres it? Its late");
    }

    #[test]
    fn apostrophes_curl_after_letters() {
        check(curl, "I'm sure it's 5'4\" 'ok'", "I’m sure it’s 5'4\" 'ok’");
        check(curl, "none", "none");
        check(curl, "'", "'");
    }

    #[test]
    fn accented_letters_have_capitals_too() {
        check(
            |out, at| shout(&mut out[at..]),
            "¿dónde está mi niño? ß ÷ 🛑",
            "¿DÓNDE ESTÁ MI NIÑO? ß ÷ 🛑",
        );
        check(|out, at| capital(&mut out[at..]), "élan", "Élan");
        check(|out, at| capital(&mut out[at..]), "", "");
    }

    #[test]
    fn a_slip_changes_a_word_and_nothing_else() {
        let before = "my 5 ab@cd.efgh #12345 jacket";
        let mut changed = 0;
        for seed in 0..1000 {
            let mut out = before.as_bytes().to_vec();
            slip(&mut out, 0, &mut Dice::new(seed));
            let after = String::from_utf8(out).unwrap();
            assert!(after.starts_with("my 5 ab@cd.efgh #12345 j"), "{after}");
            changed += usize::from(after != before);
        }
        assert!(changed > 900, "{changed}");
    }
}
