//! The file of a model: little-endian, versioned, with a checksum. Features are kept in order of their
//! keys as differences, so that two trainings that agree give the same bytes.

use std::fmt;

use super::{
    Calibration, FEATURES_KNOWN_MAX, KEY_BITS, MODEL_INTENTS, Model, Parts, ROWS_MAX, Row,
    SENSES_MAX, Sense,
};

/// What every file begins with; the last byte is the version of the format.
const MAGIC: [u8; 8] = *b"VOLLEYM\x01";

/// Longest notes, in bytes.
const NOTES_MAX: usize = 16 * 1024;

/// A file that is no model, or a damaged one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError(&'static str);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ModelError {}

impl Parts {
    /// The file of a model of these parts.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put_u32(&mut out, self.notes.len() as u32);
        out.extend_from_slice(self.notes.as_bytes());
        put_u32(&mut out, self.senses.len() as u32);
        for sense in &self.senses {
            out.push(sense.intent);
            put_f32(&mut out, sense.step);
            put_f32(&mut out, sense.bias);
        }
        for calibration in &self.calibration {
            put_f32(&mut out, calibration.slope);
            put_f32(&mut out, calibration.offset);
        }
        put_f32(&mut out, self.nothing);
        out.extend_from_slice(&self.unseen_square.to_le_bytes());
        put_u32(&mut out, self.rows.len() as u32);
        for row in &self.rows {
            out.extend_from_slice(&row.square.to_le_bytes());
            out.extend(row.weights[..self.senses.len()].iter().map(|weight| *weight as u8));
        }
        put_u32(&mut out, self.features.len() as u32);
        let mut last = 0;
        for (key, row) in &self.features {
            put_number(&mut out, key - last);
            out.extend_from_slice(&row.to_le_bytes());
            last = *key;
        }
        let checksum = crc32c::crc32c(&out);
        put_u32(&mut out, checksum);
        out
    }
}

impl Model {
    /// Reads the file of a model.
    ///
    /// # Errors
    /// If it is none, is damaged, or of a format that this version does not read.
    pub fn read(file: &[u8]) -> Result<Self, ModelError> {
        if file.get(..MAGIC.len() - 1) != Some(&MAGIC[..MAGIC.len() - 1]) {
            return Err(ModelError("no model: write one with `volley-sim train`"));
        }
        if file[MAGIC.len() - 1] != MAGIC[MAGIC.len() - 1] {
            return Err(ModelError("a model of another version of Volley: train it again"));
        }
        let (body, checksum) = file.split_last_chunk().ok_or(CUT)?;
        let checksum = u32::from_le_bytes(*checksum);
        if crc32c::crc32c(body) != checksum {
            return Err(ModelError("the model is damaged: its checksum does not fit"));
        }
        let mut rest = Reader(&body[MAGIC.len()..]);
        let parts = rest.parts()?;
        if !rest.0.is_empty() {
            return Err(ModelError("the model goes on after its end"));
        }
        Ok(Self::from_parts(parts, checksum))
    }
}

/// The checksum at the end of a file.
pub(super) fn checksum(file: &[u8]) -> u32 {
    file.last_chunk().map_or(0, |checksum| u32::from_le_bytes(*checksum))
}

const CUT: ModelError = ModelError("the model is cut short");
const OUT_OF_BOUNDS: ModelError = ModelError("the model holds a number that is out of bounds");

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_f32(out: &mut Vec<u8>, value: f32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Seven bits a byte, the lowest first.
fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// What is left of a file.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, len: usize) -> Result<&'a [u8], ModelError> {
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(CUT)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*bytes)
    }

    /// A number of things, at most so many.
    fn count(&mut self, max: usize) -> Result<usize, ModelError> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        if count <= max { Ok(count) } else { Err(OUT_OF_BOUNDS) }
    }

    fn f32(&mut self) -> Result<f32, ModelError> {
        let value = f32::from_le_bytes(self.array()?);
        if value.is_finite() { Ok(value) } else { Err(OUT_OF_BOUNDS) }
    }

    fn number(&mut self) -> Result<u64, ModelError> {
        let mut value = 0;
        for shift in (0..KEY_BITS.next_multiple_of(7)).step_by(7) {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(OUT_OF_BOUNDS)
    }

    fn parts(&mut self) -> Result<Parts, ModelError> {
        let notes = self.count(NOTES_MAX)?;
        let notes = str::from_utf8(self.bytes(notes)?).map_err(|_| OUT_OF_BOUNDS)?.to_owned();
        let senses = self.count(SENSES_MAX)?;
        let senses = (0..senses).map(|_| self.sense()).collect::<Result<Vec<_>, _>>()?;
        let mut calibration = [Calibration::default(); MODEL_INTENTS];
        for calibration in &mut calibration {
            *calibration = Calibration { slope: self.f32()?, offset: self.f32()? };
        }
        let nothing = self.f32()?;
        let unseen_square = u16::from_le_bytes(self.array()?);
        let rows = self.count(ROWS_MAX)?;
        let rows = (0..rows).map(|_| self.row(senses.len())).collect::<Result<Vec<_>, _>>()?;
        let features = self.features(rows.len())?;
        Ok(Parts { notes, senses, calibration, nothing, unseen_square, rows, features })
    }

    fn sense(&mut self) -> Result<Sense, ModelError> {
        let [intent] = self.array()?;
        if usize::from(intent) >= MODEL_INTENTS {
            return Err(OUT_OF_BOUNDS);
        }
        Ok(Sense { intent, step: self.f32()?, bias: self.f32()? })
    }

    fn row(&mut self, senses: usize) -> Result<Row, ModelError> {
        let square = u16::from_le_bytes(self.array()?);
        let mut weights = [0; SENSES_MAX];
        for (weight, byte) in weights.iter_mut().zip(self.bytes(senses)?) {
            *weight = *byte as i8;
        }
        Ok(Row { weights, square })
    }

    fn features(&mut self, rows: usize) -> Result<Vec<(u64, u16)>, ModelError> {
        let count = self.count(FEATURES_KNOWN_MAX)?;
        let mut features = Vec::with_capacity(count);
        let mut key = 0u64;
        for index in 0..count {
            let step = self.number()?;
            key += step;
            let row = u16::from_le_bytes(self.array()?);
            let goes_on = step > 0 || index == 0;
            if !goes_on || key >> KEY_BITS != 0 || usize::from(row) >= rows {
                return Err(OUT_OF_BOUNDS);
            }
            features.push((key, row));
        }
        Ok(features)
    }
}
