//! The decision about one reply: what happens, why, and everything it was decided from.

use crate::classify::Verdict;
use crate::conversation::Owner;
use crate::id::{BrandId, ContactId, ConversationId, PolicyVersion, Seq, ShardId};
use crate::message::{Channel, Source};
use crate::reason::{Disposition, Reason, Step};
use crate::time::Timestamp;

/// The one decision about one reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// The shard whose journal holds the reply.
    pub shard: ShardId,
    /// Its position in that shard's order.
    pub seq: Seq,
    /// When the reply was due at the door.
    pub received_at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The brand.
    pub brand: BrandId,
    /// The person.
    pub contact: ContactId,
    /// The conversation it belongs to; 0 if it opened none.
    pub conversation: ConversationId,
    /// The channel it came by.
    pub channel: Channel,
    /// What it answers.
    pub source: Source,
    /// The step of the ladder that matched.
    pub step: Step,
    /// What happens.
    pub disposition: Disposition,
    /// Why.
    pub reason: Reason,
    /// What the classifier made of it.
    pub verdict: Verdict,
    /// Segments that the reply itself took.
    pub segments: u16,
    /// Who owns the conversation now.
    pub owner: Owner,
    /// The epoch of that ownership.
    pub epoch: u32,
    /// The customer's turn, counted within the conversation.
    pub turn: u32,
    /// The policy that was in force.
    pub policy: PolicyVersion,
}
