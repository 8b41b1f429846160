//! The one gate in front of every send, whoever asks: AI, person, automation, compliance.
//!
//! Read at the last instant, inside the step that wants to send. In this order: consent, ownership,
//! whether the AI may speak, channel window and length, quiet hours, budget.

use std::time::Duration;

use crate::budget::{self, BrandDay};
use crate::contact::{Consent, Contact};
use crate::conversation::Owner;
use crate::effect::{RefusalReason, Send, SendKind};
use crate::message::Channel;
use crate::policy::{AiLimits, AiMode, Policy};
use crate::segment::channel_limits::ChannelLimits;
use crate::time::Timestamp;

/// Whether `send` may leave.
pub fn pass(
    contact: &Contact,
    brand: &BrandDay,
    send: &Send,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), RefusalReason> {
    consent(contact, send.kind)?;
    ownership(contact, send)?;
    eligible(send, &policy.ai)?;
    window(contact, send, now)?;
    length(send)?;
    quiet(contact, send, policy, now)?;
    match send.kind {
        // Only what the AI sends counts against its budgets (`KL-49`).
        SendKind::Ai => budget::fits(contact, brand, policy, send, now),
        _ => Ok(()),
    }
}

/// The last check of what the ladder decided when the customer wrote: a switch that was thrown since
/// stops what was on its way (`KL-13`, `G-72`), and a draft never leaves by itself (`G-70`).
fn eligible(send: &Send, limits: &AiLimits) -> Result<(), RefusalReason> {
    let speaks = limits.mode == AiMode::Auto && limits.refusal(send.channel).is_none();
    if send.kind != SendKind::Ai || speaks { Ok(()) } else { Err(RefusalReason::NotEligible) }
}

/// At night only direct answers leave, and what the law wants (`X-15`). A late answer is the brand's
/// doing, whoever gives it.
fn quiet(
    contact: &Contact,
    send: &Send,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), RefusalReason> {
    let Some(quiet) = &policy.quiet_hours else { return Ok(()) };
    if send.kind.is_compliance() || !quiet.is_quiet(now) {
        return Ok(());
    }
    if send.kind == SendKind::Outreach {
        return Err(RefusalReason::QuietHours);
    }
    match contact.conversation.last_inbound {
        Some(last) if now.since(last.at()) <= quiet.direct_within => Ok(()),
        _ => Err(RefusalReason::QuietHours),
    }
}

/// Nobody may send to those who opted out (`KL-84`); while it is undecided, only people may. The
/// messages that the law wants pass (HELP is answered always).
fn consent(contact: &Contact, kind: SendKind) -> Result<(), RefusalReason> {
    if kind.is_compliance() {
        return Ok(());
    }
    if contact.blocked {
        return Err(RefusalReason::Blocked);
    }
    match contact.consent {
        Consent::OptedOut => Err(RefusalReason::OptedOut),
        Consent::Held if kind != SendKind::Agent => Err(RefusalReason::Held),
        Consent::Held | Consent::Unknown | Consent::OptedIn => Ok(()),
    }
}

/// Only the owner speaks (`TX-48`, `TX-56`, `RU-21`). Notices of the engine itself speak for nobody.
fn ownership(contact: &Contact, send: &Send) -> Result<(), RefusalReason> {
    let owner = contact.conversation.owner;
    let speaks = match send.kind {
        SendKind::Ai => owner == Owner::Ai,
        SendKind::Agent => send.agent.is_some_and(|agent| owner == Owner::Human(agent)),
        SendKind::Automation => !matches!(owner, Owner::Human(_) | Owner::Queue | Owner::Store),
        SendKind::HandOff | SendKind::Wait => owner == Owner::Queue,
        SendKind::Store => owner == Owner::Store,
        SendKind::Outreach => return outreach(owner),
        SendKind::Closeout
        | SendKind::Help
        | SendKind::OptInConfirmation
        | SendKind::OptOutConfirmation => true,
    };
    if speaks { Ok(()) } else { Err(RefusalReason::NotOwner) }
}

/// Whoever has been escalated hears from people, and of nothing else meanwhile (`TX-51`).
fn outreach(owner: Owner) -> Result<(), RefusalReason> {
    match owner {
        Owner::Queue | Owner::Human(_) | Owner::Store | Owner::Suspended => {
            Err(RefusalReason::Escalated)
        }
        Owner::Closed | Owner::Ai | Owner::Automation => Ok(()),
    }
}

/// Meta's channels take free text for 24 hours after the customer wrote (`RU-56`); WhatsApp likewise.
fn window(contact: &Contact, send: &Send, now: Timestamp) -> Result<(), RefusalReason> {
    let hours = match send.channel {
        Channel::Instagram | Channel::Messenger | Channel::WhatsApp => 24,
        Channel::Sms | Channel::Mms | Channel::Rcs | Channel::Web | Channel::Email => return Ok(()),
    };
    match contact.conversation.last_inbound {
        Some(last) if now.since(last.at()) <= Duration::from_secs(hours * 3600) => Ok(()),
        _ => Err(RefusalReason::WindowOver),
    }
}

/// An empty text is a mistake, and a text longer than the channel takes would fail there.
fn length(send: &Send) -> Result<(), RefusalReason> {
    if send.text.iter().all(u8::is_ascii_whitespace) {
        return Err(RefusalReason::Empty);
    }
    let text = String::from_utf8_lossy(&send.text);
    ChannelLimits::of(send.channel).check(&text, 0).map_err(|_| RefusalReason::TooLong)
}
