//! Columns: how a Rust value becomes a cell of an Arrow array.

use std::sync::Arc;

use arrow_array::types::UInt8Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, StringArray, UInt8Array, UInt16Array,
    UInt32Array, UInt64Array,
};
use arrow_schema::{DataType, Field};

use crate::names::Named;

/// A value that can stand in a column.
pub(super) trait Cell: Sized {
    /// What the column gathers.
    type Gathered: Default;

    /// The type in words.
    fn kind() -> String;

    /// The column's declaration.
    fn field(name: &str) -> Field;

    /// Adds the value.
    fn push(self, to: &mut Self::Gathered);

    /// Makes the array and leaves nothing behind.
    fn finish(gathered: &mut Self::Gathered) -> ArrayRef;
}

macro_rules! number_cells {
    ($($rust:ty, $array:ident, $arrow:ident, $name:literal;)*) => {$(
        impl Cell for $rust {
            type Gathered = Vec<$rust>;

            fn kind() -> String {
                $name.to_owned()
            }

            fn field(name: &str) -> Field {
                Field::new(name, DataType::$arrow, false)
            }

            fn push(self, to: &mut Vec<$rust>) {
                to.push(self);
            }

            fn finish(gathered: &mut Vec<$rust>) -> ArrayRef {
                Arc::new($array::from(std::mem::take(gathered)))
            }
        }
    )*};
}

number_cells! {
    u16, UInt16Array, UInt16, "uint16";
    u32, UInt32Array, UInt32, "uint32";
    u64, UInt64Array, UInt64, "uint64";
    f64, Float64Array, Float64, "float64";
    bool, BooleanArray, Boolean, "bool";
}

impl Cell for String {
    type Gathered = Vec<String>;

    fn kind() -> String {
        "utf8".to_owned()
    }

    fn field(name: &str) -> Field {
        Field::new(name, DataType::Utf8, false)
    }

    fn push(self, to: &mut Vec<String>) {
        to.push(self);
    }

    fn finish(gathered: &mut Vec<String>) -> ArrayRef {
        Arc::new(StringArray::from(std::mem::take(gathered)))
    }
}

/// A named value, as a dictionary with one byte per row.
pub(super) struct Word<T>(pub(super) T);

/// A named value or none, as a dictionary with one byte per row, in which `none` stands first.
pub(super) struct MaybeWord<T>(pub(super) Option<T>);

fn dictionary_field(name: &str) -> Field {
    Field::new_dictionary(name, DataType::UInt8, DataType::Utf8, false)
}

fn dictionary(codes: &mut Vec<u8>, names: StringArray) -> ArrayRef {
    let keys = UInt8Array::from(std::mem::take(codes));
    let array: DictionaryArray<UInt8Type> = DictionaryArray::new(keys, Arc::new(names));
    Arc::new(array)
}

impl<T: Named> Cell for Word<T> {
    type Gathered = Vec<u8>;

    fn kind() -> String {
        format!("dictionary: {}", T::names().join(", "))
    }

    fn field(name: &str) -> Field {
        dictionary_field(name)
    }

    fn push(self, to: &mut Vec<u8>) {
        to.push(self.0.code());
    }

    fn finish(gathered: &mut Vec<u8>) -> ArrayRef {
        dictionary(gathered, StringArray::from_iter_values(T::names()))
    }
}

impl<T: Named> Cell for MaybeWord<T> {
    type Gathered = Vec<u8>;

    fn kind() -> String {
        format!("dictionary: none, {}", T::names().join(", "))
    }

    fn field(name: &str) -> Field {
        dictionary_field(name)
    }

    fn push(self, to: &mut Vec<u8>) {
        to.push(self.0.map_or(0, |word| word.code() + 1));
    }

    fn finish(gathered: &mut Vec<u8>) -> ArrayRef {
        let names = std::iter::once(&"none").chain(T::names());
        dictionary(gathered, StringArray::from_iter_values(names))
    }
}

/// Declares a table: its file, its rows, and for each column name, type, how it is read from a row,
/// and what it holds.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        pub struct $table:ident($file:literal, $row:ident: $row_type:ty) {
            $($name:ident: $cell:ty = $read:expr, $what:literal;)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Default)]
        pub struct $table { $($name: <$cell as $crate::export::column::Cell>::Gathered,)+ }

        impl $crate::export::Table for $table {
            type Row<'a> = $row_type;

            const NAME: &'static str = $file;

            const DOC: &'static str = concat!($($doc),+);

            fn columns() -> Vec<$crate::export::Column> {
                vec![$($crate::export::Column {
                    name: stringify!($name),
                    kind: <$cell as $crate::export::column::Cell>::kind(),
                    doc: $what,
                },)+]
            }

            fn schema() -> arrow_schema::SchemaRef {
                std::sync::Arc::new(arrow_schema::Schema::new(vec![
                    $(<$cell as $crate::export::column::Cell>::field(stringify!($name)),)+
                ]))
            }

            fn push(&mut self, $row: &Self::Row<'_>) {
                $(<$cell as $crate::export::column::Cell>::push($read, &mut self.$name);)+
            }

            fn len(&self) -> usize {
                [$(self.$name.len(),)+][0]
            }

            fn take_batch(&mut self) -> arrow_array::RecordBatch {
                let columns = vec![
                    $(<$cell as $crate::export::column::Cell>::finish(&mut self.$name),)+
                ];
                arrow_array::RecordBatch::try_new(Self::schema(), columns)
                    .expect("columns are declared beside the schema and grow together")
            }
        }
    };
}

pub(super) use table;
