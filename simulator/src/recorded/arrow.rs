//! Arrow IPC files.

use std::fs::File;
use std::io::BufReader;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::FileReader;
use arrow_schema::{DataType, TimeUnit};
use volley_core::message::Channel;

use super::row::{Name, Row};
use super::{BadLine, Source};
use crate::error::Error;

pub(super) struct Arrow {
    batches: FileReader<BufReader<File>>,
    batch: Option<RecordBatch>,
    /// The next row of `batch`.
    index: usize,
    /// Rows read.
    count: u64,
}

impl Arrow {
    pub(super) fn open(file: File, path: &str) -> Result<Self, Error> {
        let batches = FileReader::try_new(BufReader::new(file), None)
            .map_err(|error| Error::Input(format!("{path}: {error}")))?;
        let schema = batches.schema();
        let field = schema.field_with_name("text").map_err(|_| {
            Error::Input(format!(
                "{path}: there is no column `text`; name the one that holds what was written so"
            ))
        })?;
        if !matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            let kind = field.data_type();
            return Err(Error::Input(format!(
                "{path}: the column `text` is {kind}; it must be utf8"
            )));
        }
        Ok(Self { batches, batch: None, index: 0, count: 0 })
    }

    fn row(&self, batch: &RecordBatch) -> Result<Row, String> {
        let column = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| batch.column_by_name(name))
                .filter(|it| !it.is_null(self.index))
        };
        let text = |names: &[&str]| column(names).and_then(|it| text_at(it, self.index));
        let number = |names: &[&str]| column(names).and_then(|it| number_at(it, self.index));
        let small = |name: &str| {
            let number = number(&[name]).map(u32::try_from).transpose();
            number.map_err(|_| format!("{name} is too large a number"))
        };
        let name = |names: &[&str]| {
            number(names).map(Name::Number).or_else(|| text(names).map(Name::Text))
        };
        let channel = text(&["channel"]).map(|name| {
            Channel::from_name(&name).ok_or_else(|| format!("`{name}` is no channel; sms is one"))
        });
        let media = small("media")?.map(u8::try_from).transpose();
        Ok(Row {
            number: self.count,
            text: text(&["text"]).ok_or("text is missing")?,
            contact: name(&["contact", "from"]),
            brand: small("brand")?,
            channel: channel.transpose()?,
            message_id: name(&["message_id", "id"]),
            campaign: small("campaign")?,
            flow: small("flow")?,
            media: media.map_err(|_| "media is too large a number")?,
            received_us: number(&["received_us"]).or_else(|| number(&["received_at"])),
            received_at: text(&["received_at"]),
        })
    }
}

impl Source for Arrow {
    fn next(&mut self) -> Option<Result<Row, BadLine>> {
        while self.batch.as_ref().is_none_or(|batch| self.index >= batch.num_rows()) {
            self.index = 0;
            match self.batches.next()? {
                Ok(batch) => self.batch = Some(batch),
                Err(error) => {
                    let message = format!("the rows from here on cannot be read: {error}");
                    return Some(Err(BadLine { number: self.count + 1, message }));
                }
            }
        }
        self.count += 1;
        let batch = self.batch.as_ref()?;
        let row = self.row(batch).map_err(|message| BadLine { number: self.count, message });
        self.index += 1;
        Some(row)
    }
}

fn text_at(column: &dyn Array, row: usize) -> Option<String> {
    Some(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => column.as_string_view().value(row).to_owned(),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            let key = *dictionary.normalized_keys().get(row)?;
            text_at(dictionary.values(), key)?
        }
        _ => return None,
    })
}

/// Whole numbers; times as microseconds since 1970.
fn number_at(column: &dyn Array, row: usize) -> Option<u64> {
    macro_rules! value {
        ($kind:ty) => {
            u64::try_from(column.as_primitive::<$kind>().value(row)).ok()
        };
    }
    match column.data_type() {
        DataType::UInt8 => value!(UInt8Type),
        DataType::UInt16 => value!(UInt16Type),
        DataType::UInt32 => value!(UInt32Type),
        DataType::UInt64 => value!(UInt64Type),
        DataType::Int8 => value!(Int8Type),
        DataType::Int16 => value!(Int16Type),
        DataType::Int32 => value!(Int32Type),
        DataType::Int64 => value!(Int64Type),
        DataType::Timestamp(TimeUnit::Second, _) => {
            value!(TimestampSecondType)?.checked_mul(1_000_000)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            value!(TimestampMillisecondType)?.checked_mul(1000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => value!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Some(value!(TimestampNanosecondType)? / 1000)
        }
        _ => None,
    }
}
