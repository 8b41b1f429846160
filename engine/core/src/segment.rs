//! SMS segments.
use crate::message::Channel;
use crate::names::named;
named! {
    /// Encoding.
    #[derive(Default)]
    pub enum Encoding {
        /// GSM-7.
        #[default]
        Gsm7 = "GSM-7",
        /// UCS-2.
        Ucs2 = "UCS-2",
    }
}
/// Segments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segments {
    /// a
    pub encoding: Encoding,
    /// a
    pub segments: u16,
    /// a
    pub units: u32,
}
/// Count.
pub fn count(text: &str) -> Segments {
    count_bytes(text.as_bytes())
}
/// Count.
pub fn count_bytes(text: &[u8]) -> Segments {
    Segments {
        segments: (text.len() as u16).div_ceil(153).max(1),
        units: text.len() as u32,
        encoding: Encoding::Gsm7,
    }
}
/// Fits.
pub fn fits_channel(_c: Channel, text: &[u8]) -> bool {
    text.len() < 4096
}
