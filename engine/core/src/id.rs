//! Names of things, each a newtype over an integer.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::hash::{stable_hash, stable_hash_bytes};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($int:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                { self.0 }.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A brand, that is, a tenant. Part of every key, so that a look-up without it cannot be written.
    BrandId(u32);
    /// A person's address: an E.164 number as an integer, or a stable 64-bit name on other channels.
    ContactId(u64);
    /// The campaign or flow whose message provoked a reply.
    #[repr(Rust, packed)] // It stands beside a tag, in a state of which there are millions.
    CampaignId(u32);
    /// A person who answers customers.
    #[repr(Rust, packed)] // As above.
    AgentId(u32);
    /// A queue in which conversations wait for an agent.
    QueueId(u16);
    /// One of the brand's own numbers or accounts, by which messages come and go.
    SenderId(u16);
    /// A segment of the brand's customers, by the number it has where segments are kept.
    SegmentId(u32);
    /// A thread that owns partitions.
    ShardId(u16);
    /// A fixed slice of all contacts: the unit of ownership, snapshot and hand-over.
    PartitionId(u16);
    /// Position of a record in its shard's order, from 1. Zero means none.
    Seq(u64);
    /// Version of a compiled policy: a hash of what it says.
    PolicyVersion(u64);
}

impl ShardId {
    /// Stands for the desk where journals are numbered; there are never so many shards.
    pub const DESK: Self = Self(u16::MAX);
}

/// The provider's name for one message, unique per provider account. A 32-digit hexadecimal id
/// (Twilio's, a UUID) is kept exactly; any other is named by [`MessageId::from_text`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u128);

impl MessageId {
    /// The id for a provider's own text. A prefix of two letters and dashes are skipped, so that
    /// `SM0123…` and `0123-…` are read as the 128-bit number they spell; other texts are hashed.
    pub fn from_text(text: &str) -> Self {
        let digits = text.bytes().filter(|b| *b != b'-');
        let spelled: Vec<u8> = digits.collect();
        let hex = match spelled.len() {
            34 if spelled[..2].iter().all(u8::is_ascii_alphabetic) => &spelled[2..],
            _ => &spelled[..],
        };
        if hex.len() == 32 && hex.iter().all(u8::is_ascii_hexdigit) {
            let number = hex.iter().fold(0u128, |n, b| n << 4 | u128::from(hex_digit(*b)));
            return Self(number);
        }
        let low = stable_hash_bytes(0x6d65_7373_6167_6531, text.as_bytes());
        let high = stable_hash_bytes(0x6d65_7373_6167_6532, text.as_bytes());
        Self(u128::from(high) << 64 | u128::from(low))
    }

    /// Sixty-four bits of the id that are as good as all of them within one contact.
    pub fn fingerprint(self) -> u64 {
        stable_hash(self.0 as u64, (self.0 >> 64) as u64)
    }
}

fn hex_digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte - b'A' + 10,
    }
}

/// A person at a brand: the key of all consent and conversation state. Twelve bytes without padding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(4))]
pub struct Key {
    /// The brand they write to.
    pub brand: BrandId,
    /// The address they write from.
    pub contact: ContactId,
}

impl Key {
    /// Pinned hash of the key. It decides the partition, which is on disk, so it never changes.
    pub fn stable_hash(self) -> u64 {
        stable_hash(self.contact.0, u64::from(self.brand.0))
    }

    /// The partition that owns this person, of `partitions` in all.
    pub fn partition(self, partitions: u16) -> PartitionId {
        let spread = u128::from(self.stable_hash()) * u128::from(partitions);
        PartitionId((spread >> 64) as u16)
    }
}

/// One conversation of a person with a brand: the partition in the upper 16 bits, a count within
/// the partition in the lower 48. It stays the same when the number of shards changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(2))] // So that it leaves no gap beside a number of two bytes.
pub struct ConversationId(pub u64);

impl ConversationId {
    /// The `count`th conversation of `partition`, counting from 1.
    pub fn new(partition: PartitionId, count: u64) -> Self {
        assert!(count < 1 << 48, "a partition holds fewer than 2^48 conversations");
        Self(u64::from(partition.0) << 48 | count)
    }

    /// The partition that owns the conversation.
    pub fn partition(self) -> PartitionId {
        PartitionId((self.0 >> 48) as u16)
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.partition(), self.0 & ((1 << 48) - 1))
    }
}

/// Where a record stands in a journal: the journal's number in the upper 16 bits, the byte offset
/// from its beginning in the lower 48. Zero is nowhere, since a journal begins with a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(Rust, packed(2))] // As above.
pub struct Position(pub u64);

/// Where something is written down is no part of what it says: a digest of state is the same whether
/// the journal is in memory, in one file or in many.
impl Hash for Position {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Position {
    /// The byte `offset` of the journal of `shard`.
    pub fn new(shard: ShardId, offset: u64) -> Self {
        assert!(offset < 1 << 48, "a journal is shorter than 2^48 bytes");
        Self(u64::from(shard.0) << 48 | offset)
    }

    /// The journal.
    pub fn shard(self) -> ShardId {
        ShardId((self.0 >> 48) as u16)
    }

    /// Bytes from the beginning of that journal.
    pub fn offset(self) -> u64 {
        self.0 & ((1 << 48) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Partitions are on users' disks. If this test fails, the change is wrong, not the test.
    #[test]
    fn the_partition_of_a_person_has_not_changed() {
        let key = Key { brand: BrandId(7), contact: ContactId(14_155_550_100) };
        assert_eq!(key.partition(64), PartitionId(49));
    }

    #[test]
    fn partitions_are_spread_evenly() {
        let mut counts = [0u32; 64];
        for contact in 0..64_000 {
            let key = Key { brand: BrandId(1), contact: ContactId(14_155_000_000 + contact) };
            counts[usize::from(key.partition(64).0)] += 1;
        }
        assert!(counts.iter().all(|n| (850..1150).contains(n)), "{counts:?}");
    }

    #[test]
    fn hexadecimal_ids_are_kept_exactly() {
        let check = |text, id| assert_eq!(MessageId::from_text(text), MessageId(id));
        check("SM0000000000000000000000000000beef", 0xbeef);
        check("00000000-0000-0000-0000-00000000BEEF", 0xbeef);
        assert_ne!(MessageId::from_text("wamid.abc"), MessageId::from_text("wamid.abd"));
        assert_ne!(MessageId::from_text(""), MessageId::from_text("0"));
    }

    #[test]
    fn a_conversation_knows_its_partition() {
        let id = ConversationId::new(PartitionId(63), 12);
        assert_eq!(id.partition(), PartitionId(63));
        assert_eq!(id.to_string(), "63-12");
    }
}
