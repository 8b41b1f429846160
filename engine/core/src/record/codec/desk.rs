//! What the desk is told, written and read.

use std::collections::BTreeSet;

use super::read::Reader;
use super::write::Writer;
use super::{ABSENT, Damage};
use crate::classify::Intent;
use crate::desk::{Brands, Capacity, Command, Presence, Queues, Shift};
use crate::effect::{Denial, DenialReason, Extension, Offer, Release};
use crate::id::{AgentId, BrandId, CampaignId, ConversationId, PolicyVersion, QueueId};
use crate::message::Channel;
use crate::policy::{NoteSet, Particulars, TagSet};
use crate::reason::Reason;
use crate::service::{Priority, Skills};
use crate::time::{Deadline, Timestamp};

const SIGN_ON: u8 = 0;
const PRESENCE: u8 = 1;
const SHIFT_END: u8 = 2;
const SIGN_OFF: u8 = 3;
const OFFER: u8 = 4;
const WITHDRAW: u8 = 5;
const EXTEND: u8 = 6;
const CLAIM: u8 = 7;
const RELEASE: u8 = 8;
const DENY: u8 = 9;
const POLICY: u8 = 10;
const TURN: u8 = 11;

impl Writer<'_> {
    pub(super) fn desk(&mut self, command: &Command) {
        match command {
            Command::SignOn(shift) => {
                self.u8(SIGN_ON);
                self.shift(shift);
            }
            Command::Presence { agent, presence } => {
                self.u8(PRESENCE);
                self.u32(agent.0);
                self.u8(presence.code());
            }
            Command::ShiftEnd(agent) => {
                self.u8(SHIFT_END);
                self.u32(agent.0);
            }
            Command::SignOff(agent) => {
                self.u8(SIGN_OFF);
                self.u32(agent.0);
            }
            Command::Offer(offer) => {
                self.u8(OFFER);
                self.offer(offer);
            }
            Command::Withdraw(conversation) => {
                self.u8(WITHDRAW);
                self.u64(conversation.0);
            }
            Command::Extend(extension) => {
                self.u8(EXTEND);
                self.key(extension.key);
                self.u64(extension.conversation.0);
                self.u32(extension.expires.as_secs());
            }
            Command::Claim { agent, conversation } => {
                self.u8(CLAIM);
                self.u32(agent.0);
                self.u64(conversation.0);
            }
            Command::Release(Release { agent, conversation }) => {
                self.u8(RELEASE);
                self.u32(agent.0);
                self.u64(conversation.0);
            }
            Command::Deny(denial) => {
                self.u8(DENY);
                self.denial(denial);
            }
            Command::Policy(change) => {
                self.u8(POLICY);
                self.policy(change);
            }
            Command::Turn => self.u8(TURN),
        }
    }

    fn shift(&mut self, shift: &Shift) {
        self.u32(shift.agent.0);
        match &shift.brands {
            Brands::All => self.u8(ABSENT),
            Brands::Only(brands) => {
                self.u8(0);
                self.count(brands.len());
                brands.iter().for_each(|brand| self.u32(brand.0));
            }
        }
        match &shift.queues {
            Queues::All => self.u8(ABSENT),
            Queues::Only(queues) => {
                self.u8(0);
                self.count(queues.len());
                queues.iter().for_each(|queue| self.u16(queue.0));
            }
        }
        self.u64(shift.skills.bits());
        self.u16(shift.capacity.total);
        shift.capacity.by_channel().iter().for_each(|most| self.u16(*most));
    }

    fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).expect("ids of 32 bits or fewer are not more than that"));
    }

    fn offer(&mut self, offer: &Offer) {
        self.key(offer.key);
        self.u64(offer.conversation.0);
        self.u32(offer.epoch);
        self.u16(offer.queue.0);
        self.u8(offer.reason.code());
        self.u8(offer.intent.code());
        match offer.campaign {
            None => self.u8(ABSENT),
            Some(campaign) => {
                self.u8(0);
                self.u32(campaign.0);
            }
        }
        self.u64(offer.at.as_micros());
        self.u8(offer.channel.code());
        self.u8(offer.priority.code());
        self.u64(offer.skills.bits());
        // No deadline is at second 0.
        self.u32(offer.expires.map_or(0, Deadline::as_secs));
        self.u64(offer.notes.0);
        match offer.starter {
            None => self.u8(ABSENT),
            Some(starter) => {
                self.u8(0);
                self.u8(starter);
            }
        }
        self.u64(offer.tags.0);
        self.u8(offer.filled.0);
        self.u64(offer.policy.0);
    }

    fn denial(&mut self, denial: &Denial) {
        self.u32(denial.agent.0);
        self.key(denial.key);
        self.u64(denial.conversation.0);
        self.u8(denial.reason.code());
        match denial.owner {
            None => self.u8(ABSENT),
            Some(owner) => {
                self.u8(0);
                self.u32(owner.0);
            }
        }
    }
}

impl Reader<'_> {
    pub(super) fn desk(&mut self) -> Result<Command, Damage> {
        Ok(match self.u8()? {
            SIGN_ON => Command::SignOn(self.shift()?),
            PRESENCE => Command::Presence {
                agent: self.agent()?,
                presence: self.code(Presence::from_code, "a presence")?,
            },
            SHIFT_END => Command::ShiftEnd(self.agent()?),
            SIGN_OFF => Command::SignOff(self.agent()?),
            OFFER => Command::Offer(self.offer()?),
            WITHDRAW => Command::Withdraw(self.conversation()?),
            EXTEND => Command::Extend(Extension {
                key: self.key()?,
                conversation: self.conversation()?,
                expires: self.deadline()?.ok_or(Damage { wanted: "a deadline" })?,
            }),
            CLAIM => Command::Claim { agent: self.agent()?, conversation: self.conversation()? },
            RELEASE => Command::Release(Release {
                agent: self.agent()?,
                conversation: self.conversation()?,
            }),
            DENY => Command::Deny(Denial {
                agent: self.agent()?,
                key: self.key()?,
                conversation: self.conversation()?,
                reason: self.code(DenialReason::from_code, "why an agent was denied")?,
                owner: if self.has()? { Some(self.agent()?) } else { None },
            }),
            POLICY => Command::Policy(self.policy()?),
            TURN => Command::Turn,
            _ => return Err(Damage { wanted: "a command of the desk" }),
        })
    }

    fn agent(&mut self) -> Result<AgentId, Damage> {
        Ok(AgentId(self.u32()?))
    }

    fn conversation(&mut self) -> Result<ConversationId, Damage> {
        Ok(ConversationId(self.u64()?))
    }

    fn has(&mut self) -> Result<bool, Damage> {
        match self.u8()? {
            ABSENT => Ok(false),
            0 => Ok(true),
            _ => Err(Damage { wanted: "something or nothing" }),
        }
    }

    fn deadline(&mut self) -> Result<Option<Deadline>, Damage> {
        let secs = self.u32()?;
        Ok((secs != 0).then(|| Deadline::from_secs(secs)))
    }

    /// A set, written in order and each once.
    fn set<T: Ord>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, Damage>,
    ) -> Result<BTreeSet<T>, Damage> {
        let (count, mut set) = (self.u32()?, BTreeSet::new());
        for _ in 0..count {
            let next = read(self)?;
            if set.last().is_some_and(|last| *last >= next) {
                return Err(Damage { wanted: "a set in order" });
            }
            set.insert(next);
        }
        Ok(set)
    }

    fn shift(&mut self) -> Result<Shift, Damage> {
        let agent = self.agent()?;
        let brands = match self.has()? {
            false => Brands::All,
            true => Brands::Only(self.set(|r| Ok(BrandId(r.u32()?)))?),
        };
        let queues = match self.has()? {
            false => Queues::All,
            true => Queues::Only(self.set(|r| Ok(QueueId(r.u16()?)))?),
        };
        let skills = Skills::from_bits(self.u64()?);
        let mut capacity = Capacity::of(self.u16()?);
        for channel in Channel::ALL {
            capacity = capacity.with(*channel, self.u16()?);
        }
        Ok(Shift { agent, brands, queues, skills, capacity })
    }

    fn offer(&mut self) -> Result<Offer, Damage> {
        Ok(Offer {
            key: self.key()?,
            conversation: self.conversation()?,
            epoch: self.u32()?,
            queue: QueueId(self.u16()?),
            reason: self.code(Reason::from_code, "a reason")?,
            intent: self.code(Intent::from_code, "an intent")?,
            campaign: if self.has()? { Some(CampaignId(self.u32()?)) } else { None },
            at: Timestamp::from_micros(self.u64()?),
            channel: self.code(Channel::from_code, "a channel")?,
            priority: self.code(Priority::from_code, "a priority")?,
            skills: Skills::from_bits(self.u64()?),
            expires: self.deadline()?,
            notes: NoteSet(self.u64()?),
            starter: if self.has()? { Some(self.u8()?) } else { None },
            tags: TagSet(self.u64()?),
            filled: Particulars(self.u8()?),
            policy: PolicyVersion(self.u64()?),
        })
    }
}
