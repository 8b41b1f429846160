//! Results as Arrow IPC files: the tables, their columns, and what each column holds.
//!
//! The only importer of Arrow. Names and units live here and nowhere else; the documentation of the
//! schemas is made from the same declarations. Buffers are uncompressed, since browsers' readers have
//! no codec, and times are integers in microseconds, since those readers cut timestamps to milliseconds.

mod column;
mod conversations;
mod file;
mod tables;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

pub use conversations::{ConversationRow, Conversations, EventRow, Events, TagRow, Tags};
pub use file::{ArrowFile, Error, WholeFile};
pub use tables::{
    Decisions, Latencies, LatencyRow, SendRow, SendStatus, Sends, Summary, SummaryRow, Timeline,
    TimelineRow,
};

/// A column, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, with the unit at its end.
    pub name: &'static str,
    /// The Arrow type.
    pub kind: String,
    /// What it holds.
    pub doc: &'static str,
}

/// Rows gathered column by column.
pub trait Table: Default {
    /// What a row is made from.
    type Row<'a>;

    /// The file's name, without extension.
    const NAME: &'static str;

    /// What a row stands for.
    const DOC: &'static str;

    /// The columns, for people.
    fn columns() -> Vec<Column>;

    /// The columns, for Arrow.
    fn schema() -> SchemaRef;

    /// Adds a row.
    fn push(&mut self, row: &Self::Row<'_>);

    /// Rows gathered since the last batch.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the rows out as a batch.
    fn take_batch(&mut self) -> RecordBatch;
}

/// The schemas of all tables as Markdown.
pub fn schemas_as_markdown() -> String {
    let mut out = String::new();
    describe::<Decisions>(&mut out);
    describe::<Sends>(&mut out);
    describe::<Events>(&mut out);
    describe::<Conversations>(&mut out);
    describe::<Tags>(&mut out);
    describe::<Timeline>(&mut out);
    describe::<Latencies>(&mut out);
    describe::<Summary>(&mut out);
    out
}

fn describe<T: Table>(out: &mut String) {
    use std::fmt::Write as _;
    let _ = writeln!(
        out,
        "## {}.arrow\n\n{}\n\n| column | type | holds |\n|---|---|---|",
        T::NAME,
        T::DOC
    );
    for Column { name, kind, doc } in T::columns() {
        let _ = writeln!(out, "| `{name}` | {kind} | {doc} |");
    }
    out.push('\n');
}
