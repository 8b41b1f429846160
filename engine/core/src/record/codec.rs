//! The bytes of a record: fixed fields in little-endian order, then the text.
//!
//! Codes of enumerations are their positions, which never change. A reader checks every code and
//! length, and that nothing is left over: damage is an error here, never a guess.

mod desk;
mod read;
mod write;

use std::fmt;

pub(super) use read::decode;
pub(super) use write::encode;

/// Bytes that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What should have stood there.
    pub wanted: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bytes are no record: {} expected", self.wanted)
    }
}

impl std::error::Error for Damage {}

const REPLY: u8 = 1;
const AI: u8 = 2;
const AGENT: u8 = 3;
const DUE: u8 = 4;
const POLICY: u8 = 5;
const ECHO: u8 = 6;
const OUTSIDE: u8 = 7;
const OUTREACH: u8 = 8;
const PROFILE: u8 = 9;
const FEEDBACK: u8 = 10;
const DESK: u8 = 11;

/// Stands for an absent code, since codes count from 0 and there are few.
const ABSENT: u8 = u8::MAX;
