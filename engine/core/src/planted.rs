//! Bugs that tests plant, to prove that their checks would find them. Without the feature `planted` none of
//! them exists: every question here is then answered with a constant no.

use crate::names::named;

named! {
    /// A bug, each in one layer of defence.
    pub enum Bug {
        /// An AI's answer is taken whether or not one is awaited.
        AnswerNotAwaited = "answer_not_awaited",
        /// An AI's answer is taken for any turn.
        TurnIgnored = "turn_ignored",
        /// What is on its way stays valid when the owner changes.
        EpochFrozen = "epoch_frozen",
        /// The gate lets through what is for those who opted out.
        GateWithoutConsent = "gate_without_consent",
        /// The gate lets through what is for people who are blocked.
        GateWithoutBlock = "gate_without_block",
        /// A second opt-out is confirmed again.
        ConfirmedTwice = "confirmed_twice",
        /// An agent may take what another has.
        ClaimSteals = "claim_steals",
        /// An agent may give back what another has.
        AnybodyResumes = "anybody_resumes",
        /// Nobody is told of a conversation that waits.
        OfferLost = "offer_lost",
        /// An AI that never answers is waited for without end.
        TimeoutIgnored = "timeout_ignored",
        /// A message that is delivered twice counts twice.
        RedeliveryCounts = "redelivery_counts",
        /// The AI's conversation is told to begin more than once.
        StartedTwice = "started_twice",
        /// An answer from outside of the inbox does not take the conversation.
        EchoIgnored = "echo_ignored",
        /// The AI answers although the conversation waits for a person.
        QueueAnswered = "queue_answered",
        /// The AI goes on although it is suspended.
        SuspensionForgotten = "suspension_forgotten",
        /// A clock gives back whoever asked for a person.
        ClockIgnoresWish = "clock_ignores_wish",
        /// A clock gives a conversation back while the customer waits for people.
        ClockIgnoresWaiting = "clock_ignores_waiting",
        /// The brand's own messages go out although people have the conversation.
        OutreachInterrupts = "outreach_interrupts",
        /// A person who may not is let do it.
        RolesIgnored = "roles_ignored",
        /// A possible opt-out does not stop the brand's own messages.
        HoldLeaks = "hold_leaks",
        /// A conversation in people's hands is forgotten when its deadline passes.
        SilentAgentForgotten = "silent_agent_forgotten",
        /// A record is acknowledged before the disk has it.
        JournalSyncForgotten = "journal_sync_forgotten",
        /// A journal is written on after a write or sync that failed.
        JournalPoisonForgotten = "journal_poison_forgotten",
        /// A new segment is written before its name is durable.
        JournalNameNotSynced = "journal_name_not_synced",
        /// What the owner noted as durable is not looked at.
        JournalMarkIgnored = "journal_mark_ignored",
        /// What follows damage is not looked at.
        JournalFollowerIgnored = "journal_follower_ignored",
        /// A batch is taken for whole without its checksum.
        JournalChecksumIgnored = "journal_checksum_ignored",
        /// What can be read is taken for durable, although a sync may have failed.
        JournalTailTrusted = "journal_tail_trusted",
        /// What a crash left is not cut.
        JournalTailKept = "journal_tail_kept",
        /// Where one file ends and the next goes on is not compared.
        JournalGapIgnored = "journal_gap_ignored",
        /// A second process may open the journal.
        JournalLockIgnored = "journal_lock_ignored",
        /// The epoch does not grow.
        JournalEpochFrozen = "journal_epoch_frozen",
        /// Retention removes the segment in which the position stands.
        JournalRetainsTooLittle = "journal_retains_too_little",
        /// Numbers that were lost are given out again.
        JournalNumbersReused = "journal_numbers_reused",
    }
}

impl Bug {
    /// Whether it is one of the journal's, which shows on a disk that fails and not in a conversation.
    pub fn is_of_journal(self) -> bool {
        self.name().starts_with("journal_")
    }
}

#[cfg(feature = "planted")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Does `work` with `bug` planted in this thread.
#[cfg(feature = "planted")]
pub fn with<T>(bug: Option<Bug>, work: impl FnOnce() -> T) -> T {
    PLANTED.set(bug);
    let done = work();
    PLANTED.set(None);
    done
}

/// Whether `bug` is planted.
#[cfg(feature = "planted")]
pub(crate) fn has(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// Whether `bug` is planted: it never is.
#[cfg(not(feature = "planted"))]
pub(crate) const fn has(_: Bug) -> bool {
    false
}
