//! `volley-sim journal dump`: records, as people or programs read them.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use volley_core::id::{BrandId, ContactId, Key, Position, Seq};
use volley_core::journal::storage::Disk;
use volley_core::journal::{self, Entry, Lookup, Scan};

use super::place::{Walk, journals, tell};
use super::record::{in_json, in_words};
use crate::error::Error;

/// Print the records of a journal, one in a line
///
/// Exit code 0: all was right that was read, 1: damage, 2: there is no journal, or no such record in it.
#[derive(Debug, Args)]
pub struct Dump {
    /// The directory of the journal, or of a run
    dir: PathBuf,
    /// Print JSON Lines
    #[arg(long)]
    json: bool,
    /// Begin with this record
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    from: u64,
    /// End after so many records
    #[arg(long, value_name = "N", default_value_t = u64::MAX, hide_default_value = true)]
    limit: u64,
    /// Print the records of one person, found along the chain that each record continues, the oldest first
    #[arg(long, value_name = "BRAND:CONTACT")]
    contact: Option<Person>,
}

/// A person as they are written on the command line.
#[derive(Clone, Copy, Debug)]
struct Person(Key);

impl FromStr for Person {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let key = written.split_once(':').and_then(|(brand, contact)| {
            let contact = contact.trim_start_matches('+').parse().ok()?;
            Some(Key { brand: BrandId(brand.parse().ok()?), contact: ContactId(contact) })
        });
        key.map(Self).ok_or_else(|| "a brand and a contact, such as 1:12025550100".to_owned())
    }
}

/// Prints records until there are enough.
struct Printer<W> {
    out: W,
    json: bool,
    from: Seq,
    left: u64,
    /// Which journal they are of, if there are several.
    journal: Option<String>,
    failed: Option<io::Error>,
}

impl<W: Write> Printer<W> {
    fn print(&mut self, entry: &Entry) {
        if entry.record.seq < self.from || self.left == 0 || self.failed.is_some() {
            return;
        }
        self.left -= 1;
        let journal = self.journal.as_deref();
        let line = match self.json {
            true => in_json(entry, journal).to_string(),
            false => in_words(entry, journal),
        };
        self.failed = writeln!(self.out, "{line}").err();
    }

    fn is_done(&self) -> bool {
        self.left == 0 || self.failed.is_some()
    }
}

impl Dump {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let journals = journals(&self.dir)?;
        let mut printer = Printer {
            out: BufWriter::new(io::stdout().lock()),
            json: self.json,
            from: Seq(self.from),
            left: self.limit,
            journal: None,
            failed: None,
        };
        let mut code = ExitCode::SUCCESS;
        let mut found = false;
        for dir in &journals {
            if journals.len() > 1 {
                printer.journal = dir.file_name().map(|name| name.to_string_lossy().into_owned());
            }
            let printed = match self.contact {
                Some(person) => print_person(dir, person, &mut printer),
                None => print_all(dir, &mut printer).map(|()| true),
            };
            printer.out.flush()?;
            match printed {
                Ok(some) => found |= some,
                Err(error) => code = tell(&error)?,
            }
            if let Some(failed) = printer.failed.take() {
                return Err(failed.into());
            }
            if printer.is_done() {
                break;
            }
        }
        match self.contact.filter(|_| !found && code == ExitCode::SUCCESS) {
            Some(Person(Key { brand, contact })) => Err(Error::Input(format!(
                "{}: there is no record of {brand}:{contact} in it; name a brand and a contact as `journal dump` shows \
                 them",
                self.dir.display()
            ))),
            None => Ok(code),
        }
    }
}

fn print_all(dir: &Path, printer: &mut Printer<impl Write>) -> Result<(), journal::Error> {
    // Only whole segments are passed over, so the ones that are read are checked.
    let from = beginning(dir, printer.from)?;
    let mut scan = Scan::open(&Disk, dir, from)?;
    while scan.next_segment(|_, entry| printer.print(&entry))?.is_some() {
        if printer.is_done() {
            return Ok(());
        }
    }
    scan.finish().map(|_| ())
}

/// Where the segment begins in which a record stands.
fn beginning(dir: &Path, from: Seq) -> Result<Position, journal::Error> {
    let scan = Scan::open(&Disk, dir, Position::default())?;
    let mut headers = scan.headers();
    let header = headers.rfind(|header| header.first_seq <= from);
    Ok(header.map_or(Position::default(), |header| Position::new(header.shard, header.start)))
}

/// Prints the records of one person, and says whether there are any.
fn print_person(
    dir: &Path,
    Person(key): Person,
    printer: &mut Printer<impl Write>,
) -> Result<bool, journal::Error> {
    let mut last = None;
    let walked = Walk::whole(dir, |_, entry| {
        if entry.record.body.key() == Some(key) {
            last = Some(entry.position);
        }
    });
    walked?;
    let Some(last) = last else { return Ok(false) };
    let mut lookup = Lookup::open(dir)?;
    let mut entries = BTreeMap::new();
    for entry in lookup.chain(last) {
        match entry {
            Ok(entry) => entries.insert(entry.record.seq, entry),
            // What retention removed is no damage; what is left is shown.
            Err(error @ journal::Error::Removed { .. }) => {
                eprintln!("volley-sim: {error}");
                break;
            }
            Err(error) => return Err(error),
        };
    }
    entries.values().for_each(|entry| printer.print(entry));
    Ok(true)
}
