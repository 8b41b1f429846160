//! The one gate in front of every send, whoever asks: AI, person, automation, compliance.
//!
//! Read at the last instant, inside the step that wants to send. In this order: consent, ownership,
//! whether the AI may speak, what the channel can do, quiet hours, budget.

use crate::budget::{self, BrandDay};
use crate::contact::{Consent, Contact};
use crate::conversation::Owner;
use crate::effect::{RefusalReason, Send, SendKind};
use crate::planted::{self, Bug};
use crate::policy::{AiLimits, AiMode, ChannelRules, ConsentRules, Policy};
use crate::time::{Deadline, Timestamp};

/// Whether `send` may leave.
pub fn pass(
    contact: &Contact,
    brand: &BrandDay,
    send: &Send,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), RefusalReason> {
    consent(contact, send, &policy.consent)?;
    ownership(contact, send)?;
    eligible(send, &policy.ai)?;
    let channel = policy.channel(send.channel);
    manual(send, channel)?;
    window(contact, send, channel, now)?;
    length(send, channel)?;
    quiet(contact, send, policy, now)?;
    match send.kind {
        // Only what the AI sends counts against its budgets (`KL-49`).
        SendKind::Ai => budget::fits(contact, brand, policy, send, now),
        _ => Ok(()),
    }
}

/// When a message that was refused may be tried again, if time alone will let it pass (`G-32`).
pub fn retry(
    contact: &Contact,
    policy: &Policy,
    now: Timestamp,
    reason: RefusalReason,
) -> Option<Deadline> {
    let quiet = policy.quiet_hours.as_ref().filter(|_| reason == RefusalReason::QuietHours)?;
    Some(Deadline::not_before(quiet.ends(now, contact.profile().zone)))
}

/// The last check of what the ladder decided when the customer wrote: a switch that was thrown since
/// stops what was on its way (`KL-13`, `G-72`), and a draft never leaves by itself (`G-70`).
fn eligible(send: &Send, limits: &AiLimits) -> Result<(), RefusalReason> {
    let speaks = limits.mode == AiMode::Auto && limits.refusal(send.channel).is_none();
    if send.kind != SendKind::Ai || speaks { Ok(()) } else { Err(RefusalReason::NotEligible) }
}

/// At night only direct answers leave, and what the law wants (`X-15`). A late answer is the brand's
/// doing, whoever gives it. Night is where the customer is, as far as that is known (`G-32`).
fn quiet(
    contact: &Contact,
    send: &Send,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), RefusalReason> {
    let Some(quiet) = &policy.quiet_hours else { return Ok(()) };
    if send.kind.is_compliance() || !quiet.is_quiet(now, contact.profile().zone) {
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

/// Nobody may send to those who opted out (`KL-84`), from the numbers that are meant (`G-28`); while it is
/// undecided, only people may. Where only subscribers are answered, nobody may send to those who never
/// agreed (`G-31`). The messages that the law wants pass (HELP is answered always).
fn consent(contact: &Contact, send: &Send, rules: &ConsentRules) -> Result<(), RefusalReason> {
    if send.kind.is_compliance() {
        return Ok(());
    }
    if contact.blocked && !planted::has(Bug::GateWithoutBlock) {
        return Err(RefusalReason::Blocked);
    }
    match contact.consent_for(send.sender, rules) {
        Consent::OptedOut if !planted::has(Bug::GateWithoutConsent) => Err(RefusalReason::OptedOut),
        Consent::Held if send.kind != SendKind::Agent && !planted::has(Bug::HoldLeaks) => {
            Err(RefusalReason::Held)
        }
        Consent::Unknown if rules.subscribers_only => Err(RefusalReason::NoConsent),
        Consent::OptedOut | Consent::Held | Consent::Unknown | Consent::OptedIn => Ok(()),
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
        _ if planted::has(Bug::OutreachInterrupts) => Ok(()),
        Owner::Queue | Owner::Human(_) | Owner::Store | Owner::Suspended => {
            Err(RefusalReason::Escalated)
        }
        Owner::Closed | Owner::Ai | Owner::Automation => Ok(()),
    }
}

/// On some channels people cannot answer (`RU-19`, `X-1`).
fn manual(send: &Send, channel: &ChannelRules) -> Result<(), RefusalReason> {
    let can = send.kind != SendKind::Agent || channel.manual_reply;
    if can { Ok(()) } else { Err(RefusalReason::NoManualReply) }
}

/// Some channels take free text only for a while after the customer wrote (`RU-56`), perhaps for longer
/// from people (`X-17`). What the law wants follows the customer's message at once.
fn window(
    contact: &Contact,
    send: &Send,
    channel: &ChannelRules,
    now: Timestamp,
) -> Result<(), RefusalReason> {
    let by_people = matches!(send.kind, SendKind::Agent | SendKind::Store);
    let window = if by_people { channel.window_human } else { channel.window };
    let Some(window) = window.filter(|_| !send.kind.is_compliance()) else { return Ok(()) };
    match contact.conversation.last_inbound {
        Some(last) if now.since(last.at()) <= window => Ok(()),
        _ => Err(RefusalReason::WindowOver),
    }
}

/// An empty text is a mistake, and a text longer than the channel takes would fail there.
fn length(send: &Send, channel: &ChannelRules) -> Result<(), RefusalReason> {
    if send.text.iter().all(u8::is_ascii_whitespace) {
        return Err(RefusalReason::Empty);
    }
    let text = String::from_utf8_lossy(&send.text);
    channel.limits.check(&text, 0).map_err(|_| RefusalReason::TooLong)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::id::{AgentId, PartitionId};
    use crate::message::Channel;
    use crate::time::Deadline;

    /// Nothing upstream lets any of these come about; the gate refuses them all the same.
    #[test]
    fn only_the_owner_speaks_whoever_asks() {
        let policy = Policy::standard();
        let now = Timestamp::from_secs(1_000);
        let passes = |owner, kind, agent: Option<u32>| {
            let mut contact = Contact::default();
            contact.conversation.owner = owner;
            contact.conversation.last_inbound = Some(Deadline::not_before(now));
            let (agent, text) = (agent.map(AgentId), Bytes::from_static(b"Hi"));
            let send = Send {
                key: contact.key,
                conversation: contact.conversation.id,
                at: now,
                kind,
                channel: Channel::Sms,
                sender: Default::default(),
                turn: 1,
                agent,
                text,
                segments: Default::default(),
            };
            let brand = BrandDay::new(PartitionId(0), 1);
            pass(&contact, &brand, &send, &policy, now)
        };
        let human = Owner::Human(AgentId(1));
        for owner in [Owner::Queue, human, Owner::Store, Owner::Suspended, Owner::Closed] {
            assert_eq!(passes(owner, SendKind::Ai, None), Err(RefusalReason::NotOwner));
        }
        assert_eq!(passes(Owner::Ai, SendKind::Ai, None), Ok(()));
        assert_eq!(passes(human, SendKind::Agent, Some(1)), Ok(()));
        assert_eq!(passes(human, SendKind::Agent, Some(2)), Err(RefusalReason::NotOwner));
        assert_eq!(passes(Owner::Ai, SendKind::Agent, Some(1)), Err(RefusalReason::NotOwner));
        assert_eq!(passes(human, SendKind::Automation, None), Err(RefusalReason::NotOwner));
        assert_eq!(passes(human, SendKind::HandOff, None), Err(RefusalReason::NotOwner));
        assert_eq!(passes(human, SendKind::Store, None), Err(RefusalReason::NotOwner));
        assert_eq!(passes(human, SendKind::Outreach, None), Err(RefusalReason::Escalated));
    }
}
