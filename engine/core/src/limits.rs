//! Every bound in the core, named `…_MAX` or with its unit, and asserted against its neighbours.
//!
//! Nothing in Volley grows without one of these: overload is refused aloud, never absorbed.

/// Longest text of one reply that is accepted, in bytes of UTF-8. Email bodies in a helpdesk reach
/// 25,000 characters; SMS at most 1,600. A longer text is refused at the door with a clear error.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a text that classification reads. What follows is kept as evidence and not read, so the
/// time for one reply is bounded whatever arrives.
pub const CLASSIFIED_BYTES_MAX: usize = 4 * 1024;

/// Most partitions a data directory may be created with. A partition is the unit of ownership; its
/// number is part of conversation ids and never changes after creation.
pub const PARTITIONS_MAX: u16 = 4096;

/// Partitions of a new engine unless it is told otherwise: enough to spread over the cores of a
/// large machine, few enough that an empty one costs nothing worth counting.
pub const PARTITIONS_DEFAULT: u16 = 64;

/// Inputs a shard takes from its inbox in one turn, that is, in one group commit.
pub const TURN_INPUTS_MAX: usize = 1024;

/// Inputs that wait in one shard's inbox before `submit` answers that it is full.
pub const INBOX_INPUTS_DEFAULT: usize = 64 * 1024;

/// Effects that a shard holds for a deliverer without room, before it takes no more inputs.
pub const OUTBOX_EFFECTS_MAX: usize = 256 * 1024;

/// Message ids remembered per contact, to recognise a redelivery. Providers redeliver within
/// minutes; a person does not send this many messages in between.
pub const RECENT_MESSAGES_MAX: usize = 16;

/// Bytes a journal segment file may reach before the next one is begun.
pub const JOURNAL_SEGMENT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Bytes of one journal record, text included.
pub const RECORD_BYTES_MAX: usize = 2 * TEXT_BYTES_MAX;

/// Keyword automations of one policy: their positions are journaled in a byte, of which one value
/// means none.
pub const KEYWORDS_MAX: usize = 255;

/// Compliance words of one policy: their positions are part of rule numbers, in a byte.
pub const CONSENT_WORDS_MAX: usize = 256;

/// Tags of one policy: a set of them is one word of memory.
pub const TAGS_MAX: usize = 64;

/// Steps of one keyword automation after its first answer.
pub const KEYWORD_STEPS_MAX: usize = 16;

/// Notes of one policy: a set of them is one word of memory.
pub const NOTES_MAX: usize = 64;

/// Conversation starters of one policy.
pub const STARTERS_MAX: usize = 64;

/// Rules of one policy about where conversations wait: each is asked for each of them.
pub const ROUTES_MAX: usize = 256;

/// Queues of one policy.
pub const QUEUES_MAX: usize = 256;

const _: () = {
    assert!(CLASSIFIED_BYTES_MAX <= TEXT_BYTES_MAX);
    assert!(TURN_INPUTS_MAX <= INBOX_INPUTS_DEFAULT);
    assert!(PARTITIONS_DEFAULT <= PARTITIONS_MAX);
    // The last number stands for the desk.
    assert!(PARTITIONS_MAX < u16::MAX);
    assert!(TEXT_BYTES_MAX < RECORD_BYTES_MAX);
    assert!((RECORD_BYTES_MAX as u64) < JOURNAL_SEGMENT_BYTES_MAX);
    // One input has at most a handful of effects, so a full turn always fits an empty outbox.
    assert!(TURN_INPUTS_MAX * 8 <= OUTBOX_EFFECTS_MAX);
};
