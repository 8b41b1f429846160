//! The bytes of the journal: what was written is read, what was damaged is noticed.

mod cuts;
mod faults;
mod frames;
mod lookup;
mod owner;
mod planted;
mod repair;
mod retention;
mod small;
mod told;

use bytes::Bytes;
use proptest::prelude::*;
use volley_core::classify::{Compliance, Detail, Intent, Noise, RuleId, Score, Signals, Verdict};
use volley_core::contact::Consent;
use volley_core::desk::{Brands, Capacity, Command, Presence, Queues, Shift};
use volley_core::effect::{Denial, DenialReason, Extension, Offer, Release};
use volley_core::id::{
    AgentId, BrandId, CampaignId, ContactId, ConversationId, Key, MessageId, PolicyVersion,
    Position, QueueId, SegmentId, SenderId, Seq,
};
use volley_core::input::{
    AgentAction, AgentCommand, AiOutcome, AiResult, Echo, Feedback, FeedbackKind, Lack, Outreach,
    OutsideEvent, OutsideNews, PauseReason, PolicyChange, ProfileChange, Stamp,
};
use volley_core::journal::{
    Acknowledge, Error, Fault, FileJournal, Journal, MemoryJournal, Reader, read_dir,
};
use volley_core::message::{Channel, Inbound, Language, Source};
use volley_core::policy::{Evaluation, Gates, NoteSet, Particulars, SummerTime, TagSet, Zone};
use volley_core::reason::Reason;
use volley_core::record::{Body, Record};
use volley_core::service::{Priority, Role, Skills};
use volley_core::time::{Deadline, Timestamp};

use crate::support::{header, reply};

fn pick<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    (0..all.len()).prop_map(move |index| all[index])
}

fn bytes() -> impl Strategy<Value = Bytes> {
    proptest::collection::vec(any::<u8>(), 0..300).prop_map(Bytes::from)
}

fn key() -> impl Strategy<Value = Key> {
    any::<(u32, u64)>()
        .prop_map(|(brand, contact)| Key { brand: BrandId(brand), contact: ContactId(contact) })
}

fn source() -> impl Strategy<Value = Source> {
    any::<(u8, u32)>().prop_map(|(kind, id)| match kind % 3 {
        0 => Source::Unprompted,
        1 => Source::Campaign(CampaignId(id)),
        _ => Source::Flow(CampaignId(id)),
    })
}

fn maybe<T: Copy + std::fmt::Debug + 'static>(
    all: &'static [T],
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(pick(all))
}

fn inbound() -> impl Strategy<Value = Inbound> {
    (key(), any::<(u128, u64, u8, u16)>(), pick(Channel::ALL), source(), bytes()).prop_map(
        |(key, (id, at, media, sender), channel, source, text)| Inbound {
            brand: key.brand,
            contact: key.contact,
            message_id: MessageId(id),
            received_at: Timestamp::from_micros(at),
            channel,
            sender: SenderId(sender),
            source,
            media,
            text,
        },
    )
}

fn stamp() -> impl Strategy<Value = Stamp> {
    let noise = proptest::option::of(pick(Noise::ALL));
    let words =
        (pick(Compliance::ALL), noise, pick(Intent::ALL), pick(Intent::ALL), pick(Detail::ALL));
    let numbers = any::<(u16, u16, u16, u16, u16, u64)>();
    // The keyword's code 255 stands for none.
    let keyword = proptest::option::of(0..255u8);
    (words, numbers, keyword, 0..4u8, maybe(Language::ALL), any::<u8>()).prop_map(
        |(
            (compliance, noise, intent, second, detail),
            (score, other, signals, rule, segments, policy),
            keyword,
            gates,
            language,
            particulars,
        )| Stamp {
            verdict: Verdict {
                compliance,
                noise,
                intent,
                score: Score(score),
                second,
                second_score: Score(other),
                signals: Signals(signals),
                detail,
                rule: RuleId(rule),
            },
            segments,
            keyword,
            gates: Gates(gates),
            language,
            particulars: Particulars(particulars),
            policy: PolicyVersion(policy),
        },
    )
}

fn action() -> impl Strategy<Value = AgentAction> {
    prop_oneof![
        Just(AgentAction::Claim),
        bytes().prop_map(AgentAction::Reply),
        Just(AgentAction::Resume),
        pick(Lack::ALL).prop_map(AgentAction::ToStore),
        Just(AgentAction::Close),
        any::<bool>().prop_map(|opt_out| AgentAction::SettleHold { opt_out }),
        Just(AgentAction::Block),
        Just(AgentAction::Requeue),
        pick(PauseReason::ALL).prop_map(AgentAction::Pause),
        Just(AgentAction::Unblock),
    ]
}

fn ai() -> impl Strategy<Value = AiResult> {
    let scores = (pick(Evaluation::ALL), any::<u16>())
        .prop_map(|(evaluation, score)| (evaluation, Score(score)));
    let scores = proptest::collection::vec(scores, 0..4);
    let numbers = any::<(u64, u32, u32, u16)>();
    (key(), numbers, pick(AiOutcome::ALL), (bytes(), bytes(), bytes()), scores).prop_map(
        |(key, (conversation, turn, epoch, confidence), outcome, (text, tags, task), scores)| {
            AiResult {
                key,
                conversation: ConversationId(conversation),
                turn,
                epoch,
                outcome,
                confidence: Score(confidence),
                text,
                scores,
                tags,
                task,
            }
        },
    )
}

fn agent() -> impl Strategy<Value = AgentCommand> {
    (key(), any::<(u32, u64)>(), pick(Role::ALL), action()).prop_map(
        |(key, (agent, conversation), role, action)| AgentCommand {
            agent: AgentId(agent),
            role,
            key,
            conversation: ConversationId(conversation),
            action,
        },
    )
}

fn outside() -> impl Strategy<Value = OutsideNews> {
    let what = prop_oneof![
        Just(OutsideEvent::Taken),
        Just(OutsideEvent::Failed),
        bytes().prop_map(OutsideEvent::Answered),
        Just(OutsideEvent::Closed),
    ];
    (key(), any::<u64>(), what).prop_map(|(key, conversation, what)| OutsideNews {
        key,
        conversation: ConversationId(conversation),
        what,
    })
}

fn outreach() -> impl Strategy<Value = Outreach> {
    (key(), source(), pick(Channel::ALL), any::<u16>(), bytes()).prop_map(
        |(key, source, channel, sender, text)| Outreach {
            key,
            source,
            channel,
            sender: SenderId(sender),
            text,
        },
    )
}

fn profile() -> impl Strategy<Value = ProfileChange> {
    let segment = any::<u32>().prop_map(SegmentId);
    let segments = proptest::option::of(proptest::collection::vec(segment, 0..5));
    let zone = (any::<i16>(), pick(SummerTime::ALL))
        .prop_map(|(offset_minutes, summer_time)| Zone { offset_minutes, summer_time });
    let zone = proptest::option::of(zone);
    (key(), segments, zone, maybe(Language::ALL), maybe(Consent::ALL)).prop_map(
        |(key, segments, zone, language, consent)| ProfileChange {
            key,
            segments,
            zone,
            language,
            consent,
        },
    )
}

fn feedback() -> impl Strategy<Value = Feedback> {
    let kind = prop_oneof![
        any::<u32>().prop_map(FeedbackKind::Order),
        any::<u8>().prop_map(FeedbackKind::Rating),
        any::<bool>().prop_map(FeedbackKind::Accuracy),
    ];
    (key(), kind).prop_map(|(key, kind)| Feedback { key, kind })
}

fn offer() -> impl Strategy<Value = Offer> {
    let numbers = any::<(u64, u32, u16, u64, u64, u64, u64)>();
    let words = (
        pick(Reason::ALL),
        pick(Intent::ALL),
        pick(Channel::ALL),
        pick(Priority::ALL),
        proptest::option::of(any::<u32>()),
        proptest::option::of(1..u32::MAX),
        any::<(Option<u8>, u64, u8)>(),
    );
    (key(), numbers, words).prop_map(
        |(
            key,
            (conversation, epoch, queue, at, skills, notes, policy),
            (reason, intent, channel, priority, campaign, expires, (starter, tags, filled)),
        )| Offer {
            key,
            conversation: ConversationId(conversation),
            epoch,
            queue: QueueId(queue),
            reason,
            intent,
            campaign: campaign.map(CampaignId),
            at: Timestamp::from_micros(at),
            channel,
            priority,
            skills: Skills::from_bits(skills),
            expires: expires.map(Deadline::from_secs),
            notes: NoteSet(notes),
            starter,
            tags: TagSet(tags),
            filled: Particulars(filled),
            policy: PolicyVersion(policy),
        },
    )
}

fn shift() -> impl Strategy<Value = Shift> {
    let brands = proptest::collection::btree_set(any::<u32>().prop_map(BrandId), 0..5);
    let queues = proptest::collection::btree_set(any::<u16>().prop_map(QueueId), 0..5);
    let sets = (proptest::option::of(brands), proptest::option::of(queues));
    (any::<(u32, u64, u16, u16)>(), pick(Channel::ALL), sets).prop_map(
        |((agent, skills, total, most), channel, (brands, queues))| Shift {
            agent: AgentId(agent),
            brands: brands.map_or(Brands::All, Brands::Only),
            queues: queues.map_or(Queues::All, Queues::Only),
            skills: Skills::from_bits(skills),
            capacity: Capacity::of(total).with(channel, most),
        },
    )
}

fn desk() -> impl Strategy<Value = Command> {
    let ids = || any::<(u32, u64)>().prop_map(|(agent, it)| (AgentId(agent), ConversationId(it)));
    let owner = proptest::option::of(any::<u32>().prop_map(AgentId));
    let denial = (ids(), key(), pick(DenialReason::ALL), owner).prop_map(
        |((agent, conversation), key, reason, owner)| Denial {
            agent,
            key,
            conversation,
            reason,
            owner,
        },
    );
    let extension = (key(), ids(), 1..u32::MAX).prop_map(|(key, (_, conversation), secs)| {
        Extension { key, conversation, expires: Deadline::from_secs(secs) }
    });
    prop_oneof![
        shift().prop_map(Command::SignOn),
        (ids(), pick(Presence::ALL))
            .prop_map(|((agent, _), presence)| Command::Presence { agent, presence }),
        ids().prop_map(|(agent, _)| Command::ShiftEnd(agent)),
        ids().prop_map(|(agent, _)| Command::SignOff(agent)),
        offer().prop_map(Command::Offer),
        ids().prop_map(|(_, conversation)| Command::Withdraw(conversation)),
        extension.prop_map(Command::Extend),
        ids().prop_map(|(agent, conversation)| Command::Claim { agent, conversation }),
        ids().prop_map(|(agent, conversation)| Command::Release(Release { agent, conversation })),
        denial.prop_map(Command::Deny),
        policy().prop_map(Command::Policy),
        Just(Command::Turn),
    ]
}

fn policy() -> impl Strategy<Value = PolicyChange> {
    (any::<u32>(), bytes(), bytes()).prop_map(|(brand, source, author)| PolicyChange {
        brand: BrandId(brand),
        source,
        author,
    })
}

fn body() -> impl Strategy<Value = Body> {
    let echo = (key(), any::<u32>(), pick(Channel::ALL), bytes())
        .prop_map(|(key, agent, channel, text)| Echo { key, agent: AgentId(agent), channel, text });
    prop_oneof![
        (inbound(), stamp()).prop_map(|(inbound, stamp)| Body::Reply(inbound, stamp)),
        ai().prop_map(Body::Ai),
        agent().prop_map(Body::Agent),
        key().prop_map(Body::Due),
        policy().prop_map(Body::Policy),
        echo.prop_map(Body::Echo),
        outside().prop_map(Body::Outside),
        outreach().prop_map(Body::Outreach),
        profile().prop_map(Body::Profile),
        feedback().prop_map(Body::Feedback),
        desk().prop_map(Body::Desk),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_record_is_read_as_it_was_written(body in body(), at in any::<u64>(), previous in any::<u64>()) {
        let record =
            Record { seq: Seq(1), at: Timestamp::from_micros(at), previous: Position(previous), body };
        let mut bytes = Vec::new();
        record.encode(&mut bytes);
        prop_assert_eq!(Record::decode(&bytes), Ok(record));
        // Every shorter text of bytes is noticed, and nothing may be left over.
        for end in 0..bytes.len() {
            prop_assert!(Record::decode(&bytes[..end]).is_err());
        }
        bytes.push(0);
        prop_assert!(Record::decode(&bytes).is_err());
    }

    #[test]
    fn any_bytes_are_a_record_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Record::decode(&bytes);
        let _ = Reader::new(&bytes).map(|reader| reader.take(10).count());
    }
}

fn record(seq: u64) -> Record {
    let inbound =
        reply(12_025_550_100, u128::from(seq), "where is my order", Timestamp::from_secs(seq));
    let body = Body::Reply(inbound, Stamp::default());
    Record { seq: Seq(seq), at: Timestamp::from_secs(seq), previous: Position::default(), body }
}

/// A small journal of three batches.
fn small_journal() -> Vec<u8> {
    let mut journal = MemoryJournal::keeping(header());
    for batch in [1..=2u64, 3..=3, 4..=6] {
        batch.for_each(|seq| {
            journal.append(&record(seq));
        });
        journal.sync().unwrap();
    }
    journal.bytes().to_vec()
}

/// What can be read, and how reading ended.
fn read(bytes: &[u8]) -> (Vec<u64>, Option<Fault>) {
    let mut seqs = Vec::new();
    let reader = match Reader::new(bytes) {
        Ok(reader) => reader,
        Err(fault) => return (seqs, Some(fault)),
    };
    for entry in reader {
        match entry {
            Ok(entry) => seqs.push(entry.record.seq.0),
            Err(fault) => return (seqs, Some(fault)),
        }
    }
    (seqs, None)
}

#[test]
fn a_journal_cut_at_any_byte_gives_whole_batches_or_says_that_it_is_torn() {
    let whole = small_journal();
    assert_eq!(read(&whole), (vec![1, 2, 3, 4, 5, 6], None));
    for end in 0..whole.len() {
        let (seqs, fault) = read(&whole[..end]);
        assert!([0, 2, 3].contains(&seqs.len()), "cut at {end}: {seqs:?}");
        assert!(fault.is_some() || read(&whole[..end]).0.len() < 6, "cut at {end}");
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    }
}

#[test]
fn a_journal_with_any_bit_flipped_is_noticed() {
    let whole = small_journal();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            let (seqs, fault) = read(&bytes);
            assert!(
                fault.is_some(),
                "byte {at}, bit {bit}: read {seqs:?} as if nothing had happened"
            );
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
        }
    }
}

#[test]
fn positions_lead_back_to_their_records() {
    let mut journal = MemoryJournal::keeping(header());
    let written: Vec<Position> = (1..=5)
        .map(|seq| {
            let position = journal.append(&record(seq));
            journal.sync().unwrap();
            position
        })
        .collect();
    let bytes = journal.bytes().to_vec();
    let read: Vec<Position> =
        Reader::new(&bytes).unwrap().map(|entry| entry.unwrap().position).collect();
    assert_eq!(written, read);
}

#[test]
fn a_journal_on_disk_holds_the_same_bytes_and_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("shard-0000");
    let mut journal = FileJournal::create(&dir, header(), Acknowledge::Durable).unwrap();
    for batch in [1..=2u64, 3..=3, 4..=6] {
        let last = *batch.end();
        batch.for_each(|seq| {
            journal.append(&record(seq));
        });
        assert_eq!(journal.sync().unwrap(), Seq(last));
    }
    let file = dir.join("0000000000000000.journal");
    assert_eq!(std::fs::read(&file).unwrap(), small_journal(), "durable before `finish`");
    journal.finish().unwrap();
    let mut seqs = Vec::new();
    let found = read_dir(&dir, |_, entry| seqs.push(entry.record.seq.0)).unwrap();
    assert_eq!((seqs, found.torn), (vec![1, 2, 3, 4, 5, 6], None));
    let error = FileJournal::create(&dir, header(), Acknowledge::Durable).unwrap_err();
    assert!(error.to_string().contains("not empty"), "{error}");
}

#[test]
fn damage_names_the_file_and_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = small_journal();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(dir.path().join("0000000000000000.journal"), bytes).unwrap();
    let error = read_dir(dir.path(), |_, _| {}).unwrap_err();
    assert!(matches!(error, Error::Bytes { .. }));
    let shown = error.to_string();
    assert!(shown.contains("0000000000000000.journal at byte "), "{shown}");
    assert!(shown.contains("restore"), "{shown}");
}

/// A person may be in more segments than sixteen bits count: what was journaled must be readable.
#[test]
fn a_profile_with_very_many_segments_is_read_as_it_was_written() {
    let segments = (0..70_000).map(SegmentId).collect();
    let change = ProfileChange { segments: Some(segments), ..ProfileChange::default() };
    let (seq, at) = (Seq(1), Timestamp::default());
    let record = Record { seq, at, previous: Position(0), body: Body::Profile(change) };
    let mut bytes = Vec::new();
    record.encode(&mut bytes);
    assert_eq!(Record::decode(&bytes), Ok(record));
}
