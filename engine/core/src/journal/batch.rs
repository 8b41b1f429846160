//! Bytes of a journal: the head of a segment, and the frames of batches and records.
//!
//! All numbers are in little-endian order, and all offsets are the journal's, counted over all its segments.
//!
//! ```text
//! head    VOLLEYJ\n, format of frames u16, of records u16, shard u16, shards u16, partitions u16, 0 u16, epoch u64,
//!         first number u64, start u64, end of what came before u64, its last number u64, checksum u32
//! batch   VBAT, count u32, bytes of the records u32, first number u64, start u64, durable mark u64, checksum u32,
//!         records, checksum of all before it u32, VEND
//! record  bytes u32, checksum of its offset, length and bytes u32, bytes
//! ```
//!
//! A batch and a record hold their own offset, so that bytes which once stood elsewhere, or which a customer wrote, are
//! not taken for one. The durable mark is the offset up to which everything was durable when the batch was begun:
//! whoever finds the batch knows that damage before the mark is damage and no write that a crash cut short.

use crate::id::{Position, Seq, ShardId};
use crate::planted::{self, Bug};
use crate::record::{self, Record};

use super::error::Fault;

/// Version of the frame format.
pub const FORMAT: u16 = 2;

/// Bytes of a segment's head.
pub const HEADER_BYTES: usize = 64;

/// Bytes of a head in format 1, to tell a journal of that version from damage.
const HEADER_BYTES_1: usize = 40;

const FILE_MAGIC: [u8; 8] = *b"VOLLEYJ\n";
pub(super) const BATCH_MAGIC: [u8; 4] = *b"VBAT";
const END_MAGIC: [u8; 4] = *b"VEND";

/// Bytes before the records of a batch.
pub(super) const BATCH_HEADER_BYTES: usize = 40;

/// Bytes after the records of a batch.
pub(super) const BATCH_TRAILER_BYTES: usize = 8;

/// Bytes before a record.
pub(super) const RECORD_HEADER_BYTES: usize = 8;

/// What a journal file says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The shard that wrote it.
    pub shard: ShardId,
    /// Shards there were.
    pub shards: u16,
    /// Partitions in all.
    pub partitions: u16,
    /// Number of its first record.
    pub first_seq: Seq,
    /// Bytes of the journal before this file, so positions go on from file to file.
    pub start: u64,
}

/// The head of a segment: its header, who wrote it, and what it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// What it says about itself.
    pub header: Header,
    /// Counts the openings of this journal. A segment with a lower epoch than the one before it was written by a
    /// process that had lost the journal and did not know.
    pub epoch: u64,
    /// Where the segment before it ends. It begins there itself, unless somebody accepted a loss in between.
    pub prior_end: u64,
    /// The last number before it. Its own first number is the next one, unless somebody accepted a loss.
    pub prior_seq: Seq,
}

impl Head {
    /// The head of a journal's first segment.
    pub(super) fn first(header: Header, epoch: u64) -> Self {
        let prior_seq = Seq(header.first_seq.0.saturating_sub(1));
        Self { header, epoch, prior_end: header.start, prior_seq }
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let begin = out.len();
        let Header { shard, shards, partitions, first_seq, start } = self.header;
        out.extend_from_slice(&FILE_MAGIC);
        for word in [FORMAT, record::FORMAT, shard.0, shards, partitions, 0] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        for word in [self.epoch, first_seq.0, start, self.prior_end, self.prior_seq.0] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        end_with_checksum(out, begin);
        assert_eq!(out.len() - begin, HEADER_BYTES);
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Fault> {
        let magic = bytes.len().min(FILE_MAGIC.len());
        if bytes[..magic] != FILE_MAGIC[..magic] {
            return Err(Fault::Damaged("it is no journal file"));
        }
        if bytes.len() < HEADER_BYTES_1 {
            return Err(Fault::Damaged("it ends in the middle of its header"));
        }
        let (frames, records) = (read_u16(bytes, 8), read_u16(bytes, 10));
        if frames == 1 && ends_with_checksum(&bytes[..HEADER_BYTES_1]) {
            return Err(Fault::Version { frames, records });
        }
        let Some(bytes) = bytes.first_chunk::<HEADER_BYTES>() else {
            return Err(Fault::Damaged("it ends in the middle of its header"));
        };
        if !ends_with_checksum(bytes) {
            return Err(Fault::Damaged("the checksum of the file's header does not match"));
        }
        if (frames, records) != (FORMAT, record::FORMAT) {
            return Err(Fault::Version { frames, records });
        }
        let header = Header {
            shard: ShardId(read_u16(bytes, 12)),
            shards: read_u16(bytes, 14),
            partitions: read_u16(bytes, 16),
            first_seq: Seq(read_u64(bytes, 28)),
            start: read_u64(bytes, 36),
        };
        let (epoch, prior_end) = (read_u64(bytes, 20), read_u64(bytes, 44));
        Ok(Self { header, epoch, prior_end, prior_seq: Seq(read_u64(bytes, 52)) })
    }
}

/// A batch in the making, in one buffer that may hold earlier batches that were not written yet.
#[derive(Debug)]
pub(super) struct BatchWriter {
    shard: ShardId,
    /// Offset of the first byte of `bytes`.
    pub(super) start: u64,
    pub(super) bytes: Vec<u8>,
    /// Where the open batch begins in `bytes`.
    open: Option<usize>,
    count: u32,
    pub(super) last_seq: Seq,
    /// Everything before this offset is durable.
    pub(super) durable: u64,
}

impl BatchWriter {
    /// A writer whose first record stands at `start` and follows `last_seq`.
    pub(super) fn new(shard: ShardId, start: u64, last_seq: Seq) -> Self {
        let (bytes, open, count, durable) = (Vec::new(), None, 0, start);
        Self { shard, start, bytes, open, count, last_seq, durable }
    }

    /// Goes on at `start`, everything before which is durable.
    pub(super) fn go_on_at(&mut self, start: u64) {
        assert!(self.bytes.is_empty(), "what was gathered has its place already");
        (self.start, self.durable) = (start, start);
    }

    /// Where the next byte will stand.
    pub(super) fn end_offset(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    pub(super) fn append(&mut self, record: &Record) -> Position {
        assert_eq!(record.seq.0, self.last_seq.0 + 1, "records follow each other without gaps");
        if self.open.is_none() {
            self.begin(record.seq);
        }
        let offset = self.end_offset();
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(&[0; RECORD_HEADER_BYTES]);
        record.encode(&mut self.bytes);
        let record_begin = begin + RECORD_HEADER_BYTES;
        let checksum = record_checksum(offset, &self.bytes[record_begin..]);
        self.set_u32(begin, self.bytes.len() - record_begin);
        self.bytes[begin + 4..record_begin].copy_from_slice(&checksum.to_le_bytes());
        self.count += 1;
        self.last_seq = record.seq;
        Position::new(self.shard, offset)
    }

    fn begin(&mut self, first: Seq) {
        let start = self.end_offset();
        self.open = Some(self.bytes.len());
        self.count = 0;
        self.bytes.extend_from_slice(&BATCH_MAGIC);
        self.bytes.extend_from_slice(&[0; 8]);
        for word in [first.0, start, self.durable] {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
        self.bytes.extend_from_slice(&[0; 4]);
    }

    /// Ends the open batch, if there is one.
    pub(super) fn end(&mut self) {
        let Some(begin) = self.open.take() else { return };
        let records = begin + BATCH_HEADER_BYTES;
        self.set_u32(begin + 4, self.count as usize);
        self.set_u32(begin + 8, self.bytes.len() - records);
        let checksum = crc32c::crc32c(&self.bytes[begin..records - 4]);
        self.bytes[records - 4..records].copy_from_slice(&checksum.to_le_bytes());
        end_with_checksum(&mut self.bytes, begin);
        self.bytes.extend_from_slice(&END_MAGIC);
    }

    fn set_u32(&mut self, at: usize, value: usize) {
        let value = u32::try_from(value).expect("a batch is shorter than 4 GiB");
        self.bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// Forgets the bytes, which were written.
    pub(super) fn clear(&mut self) {
        assert!(self.open.is_none(), "an open batch is not written");
        self.start += self.bytes.len() as u64;
        self.bytes.clear();
    }
}

/// The header of a batch, alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BatchHead {
    pub(super) count: u32,
    /// Bytes of the batch with its frame.
    pub(super) len: usize,
    pub(super) first_seq: Seq,
    pub(super) durable: u64,
}

impl BatchHead {
    /// Reads the header of the batch that stands at `offset`. What it says can be relied on, but not that the rest of
    /// the batch is there.
    pub(super) fn read(bytes: &[u8], offset: u64) -> Result<Self, Fault> {
        let magic = bytes.len().min(BATCH_MAGIC.len());
        if bytes[..magic] != BATCH_MAGIC[..magic] {
            return Err(Fault::Damaged("a batch does not begin here"));
        }
        let Some(bytes) = bytes.first_chunk::<BATCH_HEADER_BYTES>() else {
            return Err(Fault::Torn);
        };
        if !ends_with_checksum(bytes) {
            return Err(Fault::Damaged("the checksum of a batch's header does not match"));
        }
        if read_u64(bytes, 20) != offset {
            return Err(Fault::Damaged("a batch stands here that belongs elsewhere"));
        }
        let len = read_u32(bytes, 8) as usize + BATCH_HEADER_BYTES + BATCH_TRAILER_BYTES;
        let (count, durable) = (read_u32(bytes, 4), read_u64(bytes, 28));
        Ok(Self { count, len, first_seq: Seq(read_u64(bytes, 12)), durable })
    }
}

/// A whole batch found in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchView<'a> {
    pub(super) head: BatchHead,
    /// The records with their frames.
    pub(super) records: &'a [u8],
}

impl<'a> BatchView<'a> {
    /// Reads the batch that stands at `offset`.
    pub(super) fn read(bytes: &'a [u8], offset: u64) -> Result<Self, Fault> {
        let head = BatchHead::read(bytes, offset)?;
        let Some(batch) = bytes.get(..head.len) else { return Err(Fault::Torn) };
        let (framed, end) = batch.split_at(batch.len() - END_MAGIC.len());
        if end != END_MAGIC {
            return Err(Fault::Damaged("the end mark of a batch is missing"));
        }
        if !ends_with_checksum(framed) && !planted::has(Bug::JournalChecksumIgnored) {
            return Err(Fault::Damaged("the checksum of a batch does not match"));
        }
        Ok(Self { head, records: &framed[BATCH_HEADER_BYTES..framed.len() - 4] })
    }
}

/// Reads the record that stands at `offset`, and says how many bytes it takes with its frame.
pub(super) fn read_record(bytes: &[u8], offset: u64) -> Result<(Record, usize), Fault> {
    let framed = record_bytes(bytes, offset)?;
    // The checksum was right, so a record that does not fit was written by other code.
    let wrong = Fault::Damaged("a record does not have the form this version writes");
    let record = Record::decode(framed).map_err(|_| wrong)?;
    Ok((record, RECORD_HEADER_BYTES + framed.len()))
}

fn record_bytes(bytes: &[u8], offset: u64) -> Result<&[u8], Fault> {
    let wrong = Fault::Damaged("no whole record stands here");
    let Some(frame) = bytes.first_chunk::<RECORD_HEADER_BYTES>() else { return Err(wrong) };
    let end = RECORD_HEADER_BYTES + read_u32(frame, 0) as usize;
    let record = bytes.get(RECORD_HEADER_BYTES..end).ok_or(wrong)?;
    if record_checksum(offset, record) != read_u32(frame, 4) {
        return Err(Fault::Damaged("the checksum of a record does not match"));
    }
    Ok(record)
}

fn record_checksum(offset: u64, record: &[u8]) -> u32 {
    let mut place = [0; 16];
    place[..8].copy_from_slice(&offset.to_le_bytes());
    place[8..].copy_from_slice(&(record.len() as u64).to_le_bytes());
    crc32c::crc32c_append(crc32c::crc32c(&place), record)
}

fn end_with_checksum(out: &mut Vec<u8>, begin: usize) {
    let checksum = crc32c::crc32c(&out[begin..]);
    out.extend_from_slice(&checksum.to_le_bytes());
}

/// Whether the last four bytes are the checksum of those before them.
pub(super) fn ends_with_checksum(bytes: &[u8]) -> bool {
    let Some((rest, checksum)) = bytes.split_last_chunk() else { return false };
    crc32c::crc32c(rest).to_le_bytes() == *checksum
}

fn read_u16(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

pub(super) fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}
