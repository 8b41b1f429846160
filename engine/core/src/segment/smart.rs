//! Smart encoding: characters that people do not miss, exchanged so that a text may stay GSM-7.
//!
//! The exchanges are those of Twilio's published segment calculator, version 1.3.0, all 271, quirks
//! included, since what is counted here must be what is billed there: most spaces become two, a tab
//! becomes seven; combining marks are exchanged on their own, so that a decomposed n with tilde
//! turns into `n~`; zero-width spaces vanish but the zero-width joiner stays; full-width capitals
//! and digits are folded, full-width small letters are not. They are made even where the message
//! stays UCS-2 for another character's sake.

use std::borrow::Cow;

/// `text` with every character that has a GSM-7 substitute exchanged for it. Borrowed, without an
/// allocation, if there is none. The result may be longer: a tab takes seven characters.
pub fn smart(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().take_while(|byte| is_kept(*byte)).count();
    let Some(more) = text[plain..].find(|character| substitute(character).is_some()) else {
        return Cow::Borrowed(text);
    };
    let (kept, rest) = text.split_at(plain + more);
    let mut sent = String::with_capacity(text.len() + SPARE_BYTES);
    sent.push_str(kept);
    for character in rest.chars() {
        match substitute(character) {
            Some(plain) => sent.push_str(plain),
            None => sent.push(character),
        }
    }
    Cow::Owned(sent)
}

/// Room for the few characters that grow, so that the usual text is allocated once.
const SPARE_BYTES: usize = 16;

fn substitute(character: char) -> Option<&'static str> {
    if u8::try_from(character).is_ok_and(is_kept) {
        return None;
    }
    let at = SUBSTITUTES.binary_search_by_key(&character, |(from, _)| *from).ok()?;
    Some(SUBSTITUTES[at].1)
}

/// Whether `byte` is a character that is surely kept: nearly all that people type are.
fn is_kept(byte: u8) -> bool {
    matches!(byte, b' '..=b'_' | b'a'..=b'~')
}

/// Characters in the order of their code points, each with what is sent instead. Several to a line:
/// one to a line would hide the code in 271 lines of data.
#[rustfmt::skip]
static SUBSTITUTES: [(char, &str); 271] = [
    // C0 controls. Those that are not listed stay, and make the message UCS-2.
    ('\u{0}', ""), ('\u{3}', ""), ('\u{4}', ""), ('\u{9}', "       "), ('\u{10}', ""),
    ('\u{11}', ""), ('\u{12}', ""), ('\u{13}', ""), ('\u{14}', ""), ('\u{17}', ""), ('\u{19}', ""),
    // The backtick.
    ('\u{60}', "'"),
    // C1 controls and Latin-1.
    ('\u{80}', "  "), ('\u{8d}', "  "), ('\u{90}', "  "), ('\u{9b}', "  "), ('\u{9f}', "  "),
    ('\u{a0}', "  "), ('\u{ab}', "\""), ('\u{b4}', "'"), ('\u{bb}', "\""), ('\u{bc}', "1/4"),
    ('\u{bd}', "1/2"), ('\u{be}', "3/4"), ('\u{f7}', "/"),
    // Latin and phonetic letters that look like capitals.
    ('\u{1c3}', "!"), ('\u{262}', "G"), ('\u{26a}', "I"), ('\u{274}', "N"), ('\u{280}', "R"),
    ('\u{28f}', "Y"), ('\u{299}', "B"), ('\u{29c}', "H"), ('\u{29f}', "L"),
    // Modifier letters.
    ('\u{2b9}', "'"), ('\u{2ba}', "\""), ('\u{2bb}', "'"), ('\u{2bc}', "'"), ('\u{2bd}', "'"),
    ('\u{2c6}', "^"), ('\u{2c8}', "'"), ('\u{2ca}', "'"), ('\u{2cb}', "'"), ('\u{2d0}', ":"),
    ('\u{2d6}', "+"), ('\u{2dc}', "~"), ('\u{2ee}', "\""), ('\u{2f7}', "~"), ('\u{2f8}', ":"),
    // Combining marks.
    ('\u{302}', "^"), ('\u{303}', "~"), ('\u{313}', "'"), ('\u{314}', "'"), ('\u{326}', ","),
    ('\u{330}', "~"), ('\u{332}', "_"), ('\u{334}', "~"), ('\u{337}', "/"), ('\u{338}', "/"),
    ('\u{347}', "="),
    // Phonetic small capitals.
    ('\u{1d00}', "A"), ('\u{1d04}', "C"), ('\u{1d05}', "D"), ('\u{1d07}', "E"), ('\u{1d0a}', "J"),
    ('\u{1d0b}', "K"), ('\u{1d0d}', "M"), ('\u{1d0f}', "O"), ('\u{1d18}', "P"), ('\u{1d1b}', "T"),
    ('\u{1d1c}', "U"), ('\u{1d20}', "V"), ('\u{1d21}', "W"), ('\u{1d22}', "Z"),
    // Combining marks, supplement.
    ('\u{1dcd}', "^"),
    // General punctuation: spaces, dashes, quotes, bullets.
    ('\u{2000}', "  "), ('\u{2001}', " "), ('\u{2002}', "  "), ('\u{2003}', "  "),
    ('\u{2004}', "  "), ('\u{2005}', "  "), ('\u{2006}', "  "), ('\u{2007}', "  "),
    ('\u{2008}', "  "), ('\u{2009}', "  "), ('\u{200a}', "  "), ('\u{200b}', ""), ('\u{200c}', ""),
    ('\u{2010}', "-"), ('\u{2013}', "-"), ('\u{2014}', "-"), ('\u{2015}', "-"), ('\u{2017}', "_"),
    ('\u{2018}', "'"), ('\u{2019}', "'"), ('\u{201a}', ","), ('\u{201b}', "'"), ('\u{201c}', "\""),
    ('\u{201d}', "\""), ('\u{201e}', "\""), ('\u{201f}', "\""), ('\u{2022}', "-"),
    ('\u{2026}', "..."), ('\u{2028}', " "), ('\u{2029}', " "), ('\u{202f}', "  "),
    ('\u{2039}', "<"), ('\u{203a}', ">"), ('\u{203c}', "!!"), ('\u{2043}', "-"), ('\u{2044}', "/"),
    ('\u{204e}', "*"), ('\u{204f}', ";"), ('\u{205f}', "  "), ('\u{2060}', ""),
    // Combining marks for symbols.
    ('\u{20d2}', "|"), ('\u{20d3}', "|"), ('\u{20e5}', "\\"),
    // Mathematical operators.
    ('\u{2215}', "/"), ('\u{2217}', "*"), ('\u{2223}', "|"), ('\u{223c}', "~"), ('\u{229b}', "*"),
    // Technical symbols.
    ('\u{239c}', "|"), ('\u{239f}', "|"), ('\u{23b8}', "|"), ('\u{23b9}', "|"), ('\u{23bc}', "-"),
    ('\u{23bd}', "-"), ('\u{23d0}', "|"),
    // Dingbats.
    ('\u{2722}', "*"), ('\u{2723}', "*"), ('\u{2724}', "*"), ('\u{2725}', "*"), ('\u{2731}', "*"),
    ('\u{2732}', "*"), ('\u{2733}', "*"), ('\u{273a}', "*"), ('\u{273b}', "*"), ('\u{273c}', "*"),
    ('\u{273d}', "*"), ('\u{2743}', "*"), ('\u{2749}', "*"), ('\u{274a}', "*"), ('\u{274b}', "*"),
    ('\u{275b}', "'"), ('\u{275c}', "'"), ('\u{275d}', "\""), ('\u{275e}', "\""), ('\u{2768}', "("),
    ('\u{2769}', ")"), ('\u{276a}', "("), ('\u{276b}', ")"), ('\u{2774}', "{"), ('\u{2775}', "}"),
    // Mathematical brackets and symbols.
    ('\u{27ee}', "("), ('\u{27ef}', ")"), ('\u{2982}', ":"), ('\u{2985}', "("), ('\u{2986}', ")"),
    ('\u{29c6}', "*"), ('\u{29f5}', "\\"), ('\u{29f8}', "/"), ('\u{29f9}', "\\"),
    // Ideographic punctuation.
    ('\u{3000}', "  "), ('\u{3001}', ","), ('\u{3002}', "."), ('\u{301d}', "\""),
    ('\u{301e}', "\""),
    // Latin letters, extended.
    ('\u{a730}', "F"), ('\u{a731}', "S"), ('\u{a789}', ":"), ('\u{a78a}', "="),
    // Vertical forms.
    ('\u{fe10}', "'"), ('\u{fe11}', "'"), ('\u{fe13}', ":"), ('\u{fe14}', ";"), ('\u{fe15}', "!"),
    ('\u{fe16}', "?"),
    // Small forms.
    ('\u{fe50}', ","), ('\u{fe51}', ","), ('\u{fe52}', "."), ('\u{fe54}', ";"), ('\u{fe56}', "?"),
    ('\u{fe57}', "!"), ('\u{fe59}', "("), ('\u{fe5a}', ")"), ('\u{fe5b}', "{"), ('\u{fe5c}', "}"),
    ('\u{fe5f}', "#"), ('\u{fe60}', "&"), ('\u{fe61}', "*"), ('\u{fe62}', "+"), ('\u{fe63}', "-"),
    ('\u{fe64}', "<"), ('\u{fe65}', ">"), ('\u{fe66}', "="), ('\u{fe68}', "\\"), ('\u{fe69}', "$"),
    ('\u{fe6a}', "%"), ('\u{fe6b}', "@"),
    // Byte order mark.
    ('\u{feff}', ""),
    // Full-width forms.
    ('\u{ff01}', "!"), ('\u{ff02}', "\""), ('\u{ff03}', "#"), ('\u{ff04}', "$"), ('\u{ff05}', "%"),
    ('\u{ff06}', "&"), ('\u{ff07}', "'"), ('\u{ff08}', "("), ('\u{ff09}', ")"), ('\u{ff0a}', "*"),
    ('\u{ff0b}', "+"), ('\u{ff0c}', ","), ('\u{ff0d}', "-"), ('\u{ff0e}', "."), ('\u{ff0f}', "/"),
    ('\u{ff10}', "0"), ('\u{ff11}', "1"), ('\u{ff12}', "2"), ('\u{ff13}', "3"), ('\u{ff14}', "4"),
    ('\u{ff15}', "5"), ('\u{ff16}', "6"), ('\u{ff17}', "7"), ('\u{ff18}', "8"), ('\u{ff19}', "9"),
    ('\u{ff1a}', ":"), ('\u{ff1b}', ";"), ('\u{ff1c}', "<"), ('\u{ff1d}', "="), ('\u{ff1e}', ">"),
    ('\u{ff1f}', "?"), ('\u{ff20}', "@"), ('\u{ff21}', "A"), ('\u{ff22}', "B"), ('\u{ff23}', "C"),
    ('\u{ff24}', "D"), ('\u{ff25}', "E"), ('\u{ff26}', "F"), ('\u{ff27}', "G"), ('\u{ff28}', "H"),
    ('\u{ff29}', "I"), ('\u{ff2a}', "J"), ('\u{ff2b}', "K"), ('\u{ff2c}', "L"), ('\u{ff2d}', "M"),
    ('\u{ff2e}', "N"), ('\u{ff2f}', "O"), ('\u{ff30}', "P"), ('\u{ff31}', "Q"), ('\u{ff32}', "R"),
    ('\u{ff33}', "S"), ('\u{ff34}', "T"), ('\u{ff35}', "U"), ('\u{ff36}', "V"), ('\u{ff37}', "W"),
    ('\u{ff38}', "X"), ('\u{ff39}', "Y"), ('\u{ff3a}', "Z"), ('\u{ff3b}', "["), ('\u{ff3c}', "\\"),
    ('\u{ff3d}', "]"), ('\u{ff3e}', "^"), ('\u{ff3f}', "_"), ('\u{ff5b}', "{"), ('\u{ff5c}', "|"),
    ('\u{ff5d}', "}"), ('\u{ff5e}', "~"), ('\u{ff61}', "."), ('\u{ff64}', ","),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::gsm;

    #[test]
    fn the_table_is_in_order() {
        assert!(SUBSTITUTES.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn what_is_exchanged_is_foreign_and_what_is_sent_is_not() {
        for (from, to) in SUBSTITUTES {
            assert_eq!(gsm::septets(from), 0, "{from:?}");
            assert!(to.chars().all(|c| gsm::septets(c) > 0), "{from:?}");
            assert_eq!(smart(&from.to_string()), to);
        }
    }

    #[test]
    fn exchanges_what_it_can_and_leaves_the_rest() {
        let check = |text, sent: &str| assert_eq!(smart(text), sent);
        check("", "");
        check("\u{201c}Don\u{2019}t\u{201d} \u{2026}", "\"Don't\" ...");
        check("\t`x`", "       'x'");
        check("\u{2003}\u{2001}\u{200b}.", "   .");
        check("\u{ff28}\u{ff49} \u{bd}", "H\u{ff49} 1/2");
        check("man\u{303}ana \u{1f600}\u{200d}", "man~ana \u{1f600}\u{200d}");
    }

    #[test]
    fn a_text_without_exchanges_is_not_copied() {
        for text in ["", "plain {text}\r\n", "\u{e7}a \u{1f600}"] {
            assert!(matches!(smart(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
