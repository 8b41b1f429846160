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
