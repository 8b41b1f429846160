//! Bytes of a journal: the header of a file and the frame of a batch.

use crate::id::{Position, Seq, ShardId};
use crate::record::{self, Record};

/// Version of the frame format.
pub const FORMAT: u16 = 1;

/// Bytes of a file's header.
pub const HEADER_BYTES: usize = 40;

const FILE_MAGIC: [u8; 8] = *b"VOLLEYJ\n";
const BATCH_MAGIC: u32 = u32::from_le_bytes(*b"VBAT");
const END_MAGIC: u32 = u32::from_le_bytes(*b"VEND");

/// Bytes before the records of a batch: magic, count, length of the records, first number.
pub(super) const BATCH_HEADER_BYTES: usize = 20;

/// Bytes after the records of a batch: checksum, magic.
pub(super) const BATCH_TRAILER_BYTES: usize = 8;

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

impl Header {
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(&FILE_MAGIC);
        for word in [FORMAT, record::FORMAT, self.shard.0, self.shards, self.partitions, 0] {
            out.extend_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(&self.first_seq.0.to_le_bytes());
        out.extend_from_slice(&self.start.to_le_bytes());
        let checksum = crc32c::crc32c(&out[begin..]);
        out.extend_from_slice(&checksum.to_le_bytes());
        assert_eq!(out.len() - begin, HEADER_BYTES);
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let bytes: &[u8; HEADER_BYTES] =
            bytes.first_chunk().ok_or("it is too short for a header")?;
        if bytes[..8] != FILE_MAGIC {
            return Err("it is no journal file");
        }
        let (head, checksum) = bytes.split_at(HEADER_BYTES - 4);
        if crc32c::crc32c(head).to_le_bytes() != checksum {
            return Err("the header's checksum does not match");
        }
        let word = |at| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        if (word(8), word(10)) != (FORMAT, record::FORMAT) {
            return Err("it was written in another format version");
        }
        Ok(Self {
            shard: ShardId(word(12)),
            shards: word(14),
            partitions: word(16),
            first_seq: Seq(read_u64(bytes, 20)),
            start: read_u64(bytes, 28),
        })
    }
}

/// A batch in the making, in one buffer that may hold earlier batches that were not written yet.
#[derive(Debug)]
pub(super) struct BatchWriter {
    shard: ShardId,
    /// Offset in the journal of the first byte of `bytes`.
    pub(super) start: u64,
    pub(super) bytes: Vec<u8>,
    /// Where the open batch begins in `bytes`.
    open: Option<usize>,
    count: u32,
    pub(super) last_seq: Seq,
}

impl BatchWriter {
    pub(super) fn new(shard: ShardId) -> Self {
        Self { shard, start: 0, bytes: Vec::new(), open: None, count: 0, last_seq: Seq(0) }
    }

    pub(super) fn append(&mut self, record: &Record) -> Position {
        assert_eq!(record.seq.0, self.last_seq.0 + 1, "records follow each other without gaps");
        if self.open.is_none() {
            self.begin(record.seq);
        }
        let position = Position::new(self.shard, self.start + self.bytes.len() as u64);
        let len_at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        record.encode(&mut self.bytes);
        let len = self.bytes.len() - len_at - 4;
        self.set_u32(len_at, len);
        self.count += 1;
        self.last_seq = record.seq;
        position
    }

    fn begin(&mut self, first: Seq) {
        self.open = Some(self.bytes.len());
        self.count = 0;
        self.bytes.extend_from_slice(&BATCH_MAGIC.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 8]);
        self.bytes.extend_from_slice(&first.0.to_le_bytes());
    }

    /// Ends the open batch, if there is one.
    pub(super) fn end(&mut self) {
        let Some(begin) = self.open.take() else { return };
        let len = self.bytes.len() - begin - BATCH_HEADER_BYTES;
        self.set_u32(begin + 4, self.count as usize);
        self.set_u32(begin + 8, len);
        let checksum = crc32c::crc32c(&self.bytes[begin..]);
        self.bytes.extend_from_slice(&checksum.to_le_bytes());
        self.bytes.extend_from_slice(&END_MAGIC.to_le_bytes());
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

/// A whole batch found in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchView<'a> {
    pub(super) count: u32,
    pub(super) first_seq: Seq,
    pub(super) records: &'a [u8],
    /// Bytes of the batch with its frame.
    pub(super) len: usize,
}

/// Why no whole batch stands at the beginning of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoBatch {
    /// The bytes end before the batch does, as after a crash while it was written.
    Torn,
    /// The bytes are all there and are wrong.
    Damaged(&'static str),
}

impl<'a> BatchView<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, NoBatch> {
        if bytes.len() < BATCH_HEADER_BYTES {
            return Err(NoBatch::Torn);
        }
        if read_u32(bytes, 0) != BATCH_MAGIC {
            return Err(NoBatch::Damaged("a batch does not begin here"));
        }
        let records = read_u32(bytes, 8) as usize;
        let end = BATCH_HEADER_BYTES + records;
        let len = end + BATCH_TRAILER_BYTES;
        if bytes.len() < len {
            return Err(NoBatch::Torn);
        }
        if read_u32(bytes, end + 4) != END_MAGIC {
            return Err(NoBatch::Damaged("the end mark of a batch is missing"));
        }
        if read_u32(bytes, end) != crc32c::crc32c(&bytes[..end]) {
            return Err(NoBatch::Damaged("the checksum of a batch does not match"));
        }
        Ok(Self {
            count: read_u32(bytes, 4),
            first_seq: Seq(read_u64(bytes, 12)),
            records: &bytes[BATCH_HEADER_BYTES..end],
            len,
        })
    }
}

pub(super) fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}
