//! The row of a decision in `decisions.arrow`, compared with the decision made again, column by column and bit for bit.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::FileReader;
use arrow_schema::DataType;
use volley_core::decision::Decision;
use volley_core::export::{Decisions, Table};

use super::DecisionId;
use crate::error::Error;

/// A column in which a row is not what it was.
pub(super) struct Difference {
    /// The column.
    pub(super) column: String,
    /// What stands in the file of the run.
    pub(super) run: Cell,
    /// What the decision made again says.
    pub(super) again: Cell,
}

impl Difference {
    /// A row of the run that the journal has no reply for.
    pub(super) fn of_nobody(number: u64) -> Self {
        let column = "decision".to_owned();
        Self { column, run: Cell::Number(number), again: Cell::Missing }
    }
}

/// A value as it is written, bit for bit.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Number(u64),
    /// The bits of a fraction.
    Fraction(u64),
    Word(String),
    /// There is no such value.
    Missing,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Fraction(bits) => write!(f, "{:?}", f64::from_bits(*bits)),
            Self::Word(word) => f.write_str(word),
            Self::Missing => f.write_str("missing"),
        }
    }
}

/// A row by itself.
pub(super) type Row = RecordBatch;

/// Finds the row of a decision; none if there is none.
pub(super) fn read(run: &Path, id: DecisionId) -> Result<Option<Row>, Error> {
    let mut found = None;
    each_batch(run, |batch| {
        let at = numbers(batch).iter().position(|number| *number == id.number());
        found = found.take().or(at.map(|row| batch.slice(row, 1)));
    })?;
    Ok(found)
}

/// All rows, by the numbers of their decisions.
pub(super) fn read_all(run: &Path) -> Result<HashMap<u64, Row>, Error> {
    let mut rows = HashMap::new();
    each_batch(run, |batch| {
        let numbered = numbers(batch).iter().enumerate();
        rows.extend(numbered.map(|(row, number)| (*number, batch.slice(row, 1))));
    })?;
    Ok(rows)
}

fn numbers(batch: &RecordBatch) -> &[u64] {
    let column = batch.column_by_name("decision");
    column.and_then(|it| it.as_primitive_opt::<UInt64Type>()).map_or(&[], |it| it.values())
}

fn each_batch(run: &Path, mut take: impl FnMut(&RecordBatch)) -> Result<(), Error> {
    let path = run.join(format!("{}.arrow", Decisions::NAME));
    let shown = path.display();
    let remedy = "name the --out directory of a run that ended";
    let unreadable = |error: &dyn fmt::Display| Error::Input(format!("{shown}: {error}; {remedy}"));
    let file = File::open(&path).map_err(|error| unreadable(&error))?;
    let batches =
        FileReader::try_new(BufReader::new(file), None).map_err(|error| unreadable(&error))?;
    for batch in batches {
        take(&batch.map_err(|error| unreadable(&error))?);
    }
    Ok(())
}

/// How many columns there are, and those in which `row` is not what the decision made again says.
pub(super) fn compare(row: Option<&Row>, decision: &Decision) -> (usize, Vec<Difference>) {
    let mut table = Decisions::default();
    table.push(decision);
    let again = table.take_batch();
    let schema = again.schema();
    let names = schema.fields().iter().map(|field| field.name());
    let cells = names.map(|column| Difference {
        column: column.clone(),
        run: row.map_or(Cell::Missing, |row| cell(row, column, 0)),
        again: cell(&again, column, 0),
    });
    let differences = cells.filter(|cells| cells.run != cells.again).collect();
    (schema.fields().len(), differences)
}

fn cell(batch: &RecordBatch, column: &str, row: usize) -> Cell {
    let Some(column) = batch.column_by_name(column) else { return Cell::Missing };
    if column.is_null(row) {
        return Cell::Missing;
    }
    match column.data_type() {
        DataType::UInt16 => Cell::Number(column.as_primitive::<UInt16Type>().value(row).into()),
        DataType::UInt32 => Cell::Number(column.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => Cell::Number(column.as_primitive::<UInt64Type>().value(row)),
        DataType::Float64 => {
            Cell::Fraction(column.as_primitive::<Float64Type>().value(row).to_bits())
        }
        DataType::Utf8 => Cell::Word(column.as_string::<i32>().value(row).to_owned()),
        DataType::Dictionary(_, _) => {
            let words = column.as_any_dictionary();
            let key = words.normalized_keys().get(row).copied();
            let word = key.and_then(|key| word_at(words.values(), key));
            word.map_or(Cell::Missing, Cell::Word)
        }
        _ => Cell::Missing,
    }
}

fn word_at(words: &dyn Array, index: usize) -> Option<String> {
    let words = words.as_string_opt::<i32>()?;
    (index < words.len()).then(|| words.value(index).to_owned())
}
