//! `volley-sim segments`: what texts cost as SMS, by the code that prices sends in production.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::Args;
use serde::{Deserialize, Serialize};
use volley_core::segment::{Encoding, Segments, count, first_outside_gsm, parts, smart};

use crate::json_lines::JsonLines;

/// An input line that is right, for those whose line is not.
const EXAMPLE: &str = r#"{"text":"Where is my order?"}"#;

/// Count the SMS segments of texts, and show where a text splits
///
/// Given a text, shows its encoding, its units and its parts. Without one, reads JSON Lines with a
/// field `text` from standard input and writes, line by line and in the same order,
/// {"encoding":"GSM-7"|"UCS-2","segments":N,"units":N}. Units are septets in GSM-7 and 16-bit units
/// in UCS-2. For a line that cannot be read it writes {"error":"…"}, says so on standard error,
/// goes on, and ends with exit code 2.
#[derive(Debug, Args)]
pub struct SegmentsArgs {
    /// The text to show; JSON Lines are read from standard input if it is left out
    text: Option<String>,

    /// First exchange characters such as curly quotes for GSM-7 ones; lines then also have `sent`
    #[arg(long)]
    smart: bool,
}

/// Runs the command; the exit code is 0, or 2 if a line was bad.
///
/// # Errors
/// Those of reading standard input and writing standard output.
pub fn run(args: &SegmentsArgs) -> io::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    if let Some(text) = &args.text {
        show(text, args.smart, &mut out)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let input = io::stdin().lock();
    if input.is_terminal() {
        eprintln!("reading JSON Lines from standard input, such as {EXAMPLE}");
    }
    let bad_lines = count_lines(input, args.smart, &mut out, &mut io::stderr().lock())?;
    Ok(ExitCode::from(if bad_lines == 0 { 0 } else { 2 }))
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Answer<'a> {
    encoding: &'static str,
    segments: u16,
    units: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<&'a str>,
}

#[derive(Serialize)]
struct Refusal {
    error: String,
}

/// Answers each line of `input` with one line of `out`; complains of bad ones. Their number.
fn count_lines(
    input: impl Read,
    is_smart: bool,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> io::Result<u64> {
    let mut lines = JsonLines::new(input);
    let mut bad_lines = 0;
    while let Some(request) = lines.next::<Request>()? {
        match request {
            Ok(request) => answer(&request.text, is_smart, out)?,
            Err(bad) => {
                bad_lines += 1;
                writeln!(complaints, "{bad}; write one object per line, such as {EXAMPLE}")?;
                let error = bad.to_string();
                serde_json::to_writer(&mut *out, &Refusal { error })?;
            }
        }
        out.write_all(b"\n")?;
        // Whoever asks line by line and waits must not wait for a full buffer.
        if lines.is_drained() {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(bad_lines)
}

fn answer(text: &str, is_smart: bool, out: &mut impl Write) -> io::Result<()> {
    let sent = if is_smart { smart(text) } else { text.into() };
    let counted = count(&sent);
    let answer = Answer {
        encoding: counted.encoding.name(),
        segments: counted.segments,
        units: counted.units,
        sent: is_smart.then_some(&*sent),
    };
    Ok(serde_json::to_writer(out, &answer)?)
}

/// Shows one text to a person: what it costs, why, and its parts between bars.
fn show(text: &str, is_smart: bool, out: &mut impl Write) -> io::Result<()> {
    let sent = if is_smart { smart(text) } else { text.into() };
    let counted = count(&sent);
    write!(out, "encoding  {}", counted.encoding)?;
    match first_outside_gsm(&sent) {
        Some((at, character)) => writeln!(out, ", because of {}", describe(&sent, at, character))?,
        None => writeln!(out)?,
    }
    writeln!(out, "units     {}", counted.units)?;
    writeln!(out, "segments  {}", counted.segments)?;
    if is_smart && sent != text {
        writeln!(out, "as typed  {}", in_short(count(text)))?;
    }
    for (index, part) in parts(&sent).enumerate() {
        let (number, units) = (index + 1, part.units);
        writeln!(out, "{number:>4}  {units:>3}  |{}|", visible(part.text))?;
    }
    Ok(())
}

/// A character as people look for it: shown, by number, and by its place in the text.
fn describe(text: &str, at: usize, character: char) -> String {
    let place = text[..at].chars().count() + 1;
    let shown = visible(character.encode_utf8(&mut [0; 4])).into_owned();
    let code = u32::from(character);
    format!("\u{201c}{shown}\u{201d} (U+{code:04X}), character {place}")
}

fn in_short(counted: Segments) -> String {
    let unit = match counted.encoding {
        Encoding::Gsm7 => "septets",
        Encoding::Ucs2 => "16-bit units",
    };
    let (segments, units) = (counted.segments, counted.units);
    let plural = if segments == 1 { "" } else { "s" };
    let encoding = counted.encoding;
    format!("{segments} segment{plural} of {encoding}, {units} {unit}")
}

/// The text with control characters escaped, so that a line break in it does not break the line.
fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(input: &str, is_smart: bool, expected: &str, complaint: &str) {
        let (mut out, mut complaints) = (Vec::new(), Vec::new());
        let bad = count_lines(input.as_bytes(), is_smart, &mut out, &mut complaints).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(String::from_utf8(complaints).unwrap(), complaint);
        assert_eq!(bad, u64::from(!complaint.is_empty()));
    }

    #[test]
    fn answers_in_the_order_of_the_lines() {
        let input = "{\"text\":\"STOP\"}\n{\"text\":\"\u{201c}ok\u{201d} {\",\"id\":7}\n";
        let plain = "{\"encoding\":\"GSM-7\",\"segments\":1,\"units\":4}\n\
                     {\"encoding\":\"UCS-2\",\"segments\":1,\"units\":6}\n";
        check_lines(input, false, plain, "");
        let smart = "{\"encoding\":\"GSM-7\",\"segments\":1,\"units\":4,\"sent\":\"STOP\"}\n\
             {\"encoding\":\"GSM-7\",\"segments\":1,\"units\":7,\"sent\":\"\\\"ok\\\" {\"}\n";
        check_lines(input, true, smart, "");
    }

    #[test]
    fn a_bad_line_is_answered_with_its_error() {
        let input = "{\"text\":\"a\"}\n{\"body\":1}\n{\"text\":\"b\"}";
        let good = "{\"encoding\":\"GSM-7\",\"segments\":1,\"units\":1}\n";
        let bad = "line 2: missing field `text` (column 10)";
        let expected = format!("{good}{{\"error\":\"{bad}\"}}\n{good}");
        let fix = "write one object per line, such as {\"text\":\"Where is my order?\"}";
        check_lines(input, false, &expected, &format!("{bad}; {fix}\n"));
    }

    #[test]
    fn shows_a_text_with_its_parts() {
        let check = |text: &str, is_smart, expected: &str| {
            let mut out = Vec::new();
            show(text, is_smart, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(
            "On its way!\n",
            false,
            "encoding  GSM-7\nunits     12\nsegments  1\n   1   12  |On its way!\\n|\n",
        );
        let text = format!("{} It\u{2019}s", "a".repeat(66));
        let plain = format!(
            "encoding  UCS-2, because of \u{201c}\u{2019}\u{201d} (U+2019), character 70\n\
             units     71\nsegments  2\n   1   67  |{} |\n   2    4  |It\u{2019}s|\n",
            "a".repeat(66)
        );
        check(&text, false, &plain);
        let smart = format!(
            "encoding  GSM-7\nunits     71\nsegments  1\n\
             as typed  2 segments of UCS-2, 71 16-bit units\n   1   71  |{} It's|\n",
            "a".repeat(66)
        );
        check(&text, true, &smart);
    }
}
