//! Keywords that were typed wrong: told by where the keys lie, so that `stpo` is STOP and `shop` is
//! not. Only a word that stands alone is ever read this way.

/// Longest word that is compared.
const WORD_BYTES_MAX: usize = 20;

/// The rows of an English keyboard. Neighbours within a row and between rows are likely slips.
const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// Whether `word` is `keyword` with a slip of the fingers. Short keywords must differ by one slip
/// that a keyboard explains, as so many short words differ by one letter; longer ones by any one
/// letter from six on, by two from eight on, by three from ten on.
pub(super) fn is_typo(word: &[u8], keyword: &[u8]) -> bool {
    if word.len() > WORD_BYTES_MAX || word.len() < 3 || word == keyword {
        return false;
    }
    if word.len().abs_diff(keyword.len()) > 3 {
        return false;
    }
    match keyword.len() {
        0..=5 => is_slip(word, keyword),
        6..=7 => distance(word, keyword) <= 1,
        8..=9 => distance(word, keyword) <= 2,
        _ => distance(word, keyword) <= 3,
    }
}

/// Whether `word` is `keyword` with letters typed twice, as in `sstoopp`.
pub(super) fn is_doubled(word: &[u8], keyword: &[u8]) -> bool {
    if word.len() <= keyword.len() {
        return false;
    }
    let mut rest = word;
    for (at, key) in keyword.iter().enumerate() {
        let meant = keyword[at..].iter().take_while(|k| *k == key).count();
        let typed = rest.iter().take_while(|k| *k == key).count();
        if typed < meant.min(1) {
            return false;
        }
        if keyword.get(at + 1) != Some(key) {
            rest = &rest[typed..];
        }
    }
    rest.is_empty()
}

/// One slip: two letters swapped, one left out, one typed twice, a neighbouring key hit instead or
/// besides.
fn is_slip(word: &[u8], keyword: &[u8]) -> bool {
    let same = |a: &[u8], b: &[u8]| a == b;
    let start = word.iter().zip(keyword).take_while(|(a, b)| a == b).count();
    let (word_rest, keyword_rest) = (&word[start..], &keyword[start..]);
    match word.len() as isize - keyword.len() as isize {
        0 => {
            let [a, b, ..] = *word_rest else {
                return near(word_rest[0], keyword_rest[0]);
            };
            let swapped = keyword_rest[0] == b
                && keyword_rest[1] == a
                && same(&word_rest[2..], &keyword_rest[2..]);
            swapped || near(a, keyword_rest[0]) && same(&word_rest[1..], &keyword_rest[1..])
        }
        -1 => same(word_rest, &keyword_rest[1..]),
        1 => {
            let added = word_rest[0];
            let neighbours = [start.checked_sub(1), Some(start)];
            let mut by = neighbours.into_iter().flatten().filter_map(|at| keyword.get(at));
            same(&word_rest[1..], keyword_rest) && by.any(|key| near(added, *key) || added == *key)
        }
        _ => false,
    }
}

/// Whether two keys touch.
fn near(a: u8, b: u8) -> bool {
    let place = |key: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| {
            let column = keys.iter().position(|k| *k == key)?;
            // In half keys: each row is shifted by about half a key against the one above.
            Some((row, 2 * column + row))
        })
    };
    match (place(a), place(b)) {
        (Some((row_a, x_a)), Some((row_b, x_b))) => {
            row_a.abs_diff(row_b) <= 1 && x_a.abs_diff(x_b) <= 2 && a != b
        }
        _ => false,
    }
}

/// Letters to add, drop, change or swap with their neighbour to make one word of the other.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut rows = [[0usize; WORD_BYTES_MAX + 4]; 3];
    for (at, cell) in rows[1].iter_mut().enumerate() {
        *cell = at;
    }
    for (i, x) in a.iter().enumerate() {
        let [before, last, this] = &mut rows;
        this[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = last[j] + usize::from(x != y);
            this[j + 1] = changed.min(last[j + 1] + 1).min(this[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                this[j + 1] = this[j + 1].min(before[j - 1] + 1);
            }
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_slips_from_words() {
        let check = |word: &str, keyword: &str, expected| {
            assert_eq!(is_typo(word.as_bytes(), keyword.as_bytes()), expected, "{word} {keyword}");
        };
        for slip in
            ["stpo", "sotp", "tsop", "stp", "sto", "stopp", "sstop", "dtop", "stoip", "stpop"]
        {
            check(slip, "stop", true);
        }
        for word in
            ["shop", "step", "spot", "soap", "stow", "slop", "store", "stops", "ship", "stop"]
        {
            check(word, "stop", false);
        }
        check("qiut", "quit", true);
        check("hlep", "help", true);
        check("unsuscribe", "unsubscribe", true);
        check("unsubcribe", "unsubscribe", true);
        check("unsibsrcibe", "unsubscribe", true);
        check("understand", "unsubscribe", false);
        check("cancle", "cancel", true);
        check("candle", "cancel", false);
        check("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "unsubscribe", false);
        assert!(is_doubled(b"sstoopp", b"stop"));
        assert!(is_doubled(b"canccel", b"cancel"));
        assert!(!is_doubled(b"stoops", b"stop"));
        assert!(!is_doubled(b"sto", b"stop"));
    }
}
