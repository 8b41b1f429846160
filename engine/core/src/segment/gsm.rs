//! The GSM 7-bit alphabet and its extension (3GPP TS 23.038, sections 6.2.1 and 6.2.1.1).
//!
//! No national tables: routes in the United States do not use them, so Turkish, Spanish and
//! Portuguese letters outside the basic table make a message UCS-2, as providers bill it.

/// Septets that `character` takes: one, or two for escape and character, or none if the alphabet
/// does not have it.
pub(super) fn septets(character: char) -> usize {
    if character.is_ascii() {
        // The table is quicker than the ranges, and most characters of any text are ASCII.
        (SEPTETS_BY_BYTE[character as usize] % OUTSIDE) as usize
    } else {
        septets_listed(character)
    }
}

/// The alphabet. The escape itself, lower-case c-cedilla, the backtick and the tab are outside.
const fn septets_listed(character: char) -> usize {
    match character {
        '\u{c}' | '['..='^' | '{'..='~' | '€' => 2,
        '\n' | '\r' | ' '..='_' | 'a'..='z' => 1,
        '¡' | '£' | '¤' | '¥' | '§' | '¿' | 'Ä' | 'Å' | 'Æ' | 'Ç' | 'É' | 'Ñ' | 'Ö' | 'Ø' | 'Ü'
        | 'ß' | 'à' | 'ä' | 'å' | 'æ' | 'è' | 'é' | 'ì' | 'ñ' | 'ò' | 'ö' | 'ø' | 'ù' | 'ü' => {
            1
        }
        'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Ξ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' => 1,
        _ => 0,
    }
}

/// The start of a text that [`ascii_prefix`] could tell by bytes alone.
pub(super) struct Prefix {
    /// Its length in bytes, and in characters.
    pub bytes: usize,
    /// Septets that it takes.
    pub septets: usize,
}

/// Bytes whose sum is taken before it is looked at. Small enough that little is read twice when one
/// is outside, large enough that the look costs nothing.
const BLOCK: usize = 64;

/// What a byte outside the alphabet adds to the sum of a block: more than a block of septets can.
const OUTSIDE: u32 = 1 << 16;

const _: () = assert!(BLOCK as u32 * 2 < OUTSIDE && BLOCK <= (u32::MAX / OUTSIDE) as usize);

/// Septets by byte, and [`OUTSIDE`] for every byte that is not a whole character of the alphabet.
static SEPTETS_BY_BYTE: [u32; 256] = {
    let mut table = [OUTSIDE; 256];
    let mut byte = 0;
    while byte < 128 {
        let size = septets_listed(byte as u8 as char);
        if size > 0 {
            table[byte] = size as u32;
        }
        byte += 1;
    }
    table
};

/// Reads `bytes` up to the first that is not ASCII or not in the alphabet. Nearly every text is
/// told whole here, at one addition per byte and one branch per block.
pub(super) fn ascii_prefix(bytes: &[u8]) -> Prefix {
    let mut prefix = Prefix { bytes: 0, septets: 0 };
    for block in bytes.chunks(BLOCK) {
        // The sum cannot overflow, as asserted above; saying so keeps the check out of the loop.
        let sum = block
            .iter()
            .fold(0u32, |sum, byte| sum.wrapping_add(SEPTETS_BY_BYTE[usize::from(*byte)]));
        if sum >= OUTSIDE {
            break;
        }
        prefix.bytes += block.len();
        prefix.septets += sum as usize;
    }
    for byte in &bytes[prefix.bytes..] {
        let size = SEPTETS_BY_BYTE[usize::from(*byte)];
        if size == OUTSIDE {
            break;
        }
        prefix.bytes += 1;
        prefix.septets += size as usize;
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_127_characters_and_10_more_behind_the_escape() {
        let with = |size| ('\0'..=char::MAX).filter(|c| septets(*c) == size).count();
        assert_eq!(with(1), 127);
        assert_eq!(with(2), 10);
    }

    #[test]
    fn the_table_by_byte_agrees_with_the_alphabet() {
        for byte in 0..=u8::MAX {
            let prefix = ascii_prefix(&[byte]);
            let size = if byte.is_ascii() { septets(char::from(byte)) } else { 0 };
            assert_eq!(prefix.septets, size, "byte {byte:#x}");
            assert_eq!(prefix.bytes, usize::from(size > 0), "byte {byte:#x}");
        }
    }

    #[test]
    fn a_prefix_ends_before_the_first_foreign_byte() {
        for foreign_at in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK - 1] {
            let mut text = [b'{'; 3 * BLOCK];
            text[foreign_at] = b'`';
            let prefix = ascii_prefix(&text);
            assert_eq!(prefix.bytes, foreign_at);
            assert_eq!(prefix.septets, 2 * foreign_at);
        }
    }
}
