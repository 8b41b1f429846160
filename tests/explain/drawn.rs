//! Situations of all kinds, drawn from seeds: whoever may write whatever to whatever brand.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use volley_core::budget::BrandDay;
use volley_core::classify::{Compliance, Detail, Intent, Noise, RuleId, Score, Signals, Verdict};
use volley_core::contact::{Consent, Contact, DaySpent, Episode, Profile, Running, ScopedConsent};
use volley_core::conversation::{Conversation, Outcome, Owner, Speaker, Told};
use volley_core::hash::stable_hash;
use volley_core::id::{
    AgentId, CampaignId, ConversationId, PartitionId, PolicyVersion, Position, SegmentId, SenderId,
};
use volley_core::input::Stamp;
use volley_core::ladder::situation::Situation;
use volley_core::message::{Channel, Inbound, Language, Source};
use volley_core::policy::{Gates, Particulars, Policy, Spent, TagSet};
use volley_core::reason::Reason;
use volley_core::time::Deadline;

use crate::support::{PERSON, START};

/// Policies under which situations are drawn: between them they use every key that the ladder reads.
const POLICIES: [&str; 5] = [
    "",
    r#"
hand_off = "helpdesk"
segments = { vip = 12, staff = 3 }
[score_min]
default = 0.4
product_question = 0.7
[audience]
include = { campaigns = [1, 2], unprompted = true, segments = ["vip"] }
exclude = { flows = [3], segments = ["staff"] }
membership = "start"
required_keywords = ["style me"]
excluded_keywords = ["wholesale"]
[access]
ai = ["products", "policies"]
human = ["products", "orders"]
[escalation.refund]
to = "store"
[escalation.sensitive]
on = false
"#,
    r#"
sticky = false
[ai]
channels = ["sms", "web"]
attempts_max = 1
[budget]
conversation_messages = 4
conversation_segments = 6
[first_responder]
order_status = "store"
acknowledgement = "ai"
[hours]
monday = ["09:00-12:00", "13:00-17:00"]
friday = ["09:00-17:00"]
outside = "helpdesk"
[resume]
rule = "never"
[[keyword]]
word = "vip"
reply = "What size?"
then = ["Noted."]
[[keyword]]
word = "sizes"
reply = "S to XL."
[[tag]]
name = "return"
intents = ["return_refund"]
after = "suspend"
wants = ["order_number"]
"#,
    "[ai]\nmode = \"off\"\n[consent]\nscope = \"number\"\nsubscribers_only = true\n",
    r#"
[zone]
utc_offset = "-05:00"
[budget]
turn_cents = 4
conversation_cents = 12
day_messages = 9
day_segments = 14
day_cents = 20
brand_day_messages = 40
brand_day_segments = 60
brand_day_cents = 90
"#,
];

/// The policies, compiled.
pub fn policies() -> &'static [Arc<Policy>] {
    static POLICIES_COMPILED: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
        let compiled = POLICIES.map(|source| Policy::parse(source, "test").unwrap());
        compiled.into_iter().map(Arc::new).collect()
    });
    &POLICIES_COMPILED
}

/// Draws from a seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = stable_hash(self.0, 1);
        self.0 % sides
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len() as u64) as usize]
    }

    /// The usual, or once in a while anything.
    fn mostly<T: Copy>(&mut self, usual: T, all: &[T]) -> T {
        if self.once_in(4) { self.pick(all) } else { usual }
    }

    fn score(&mut self) -> Score {
        Score(self.roll(10_001) as u16)
    }

    fn deadline(&mut self) -> Option<Deadline> {
        let secs = START.as_micros() / 1_000_000 - self.roll(10 * 86_400);
        (!self.once_in(3)).then_some(Deadline::from_secs(secs as u32))
    }

    fn source(&mut self) -> Source {
        let id = CampaignId(self.roll(5) as u32);
        self.pick(&[Source::Unprompted, Source::Campaign(id), Source::Flow(id)])
    }

    fn verdict(&mut self) -> Verdict {
        let (noise, signal) =
            (self.pick(Noise::ALL), self.pick(&[0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]));
        Verdict {
            compliance: self.mostly(Compliance::None, Compliance::ALL),
            noise: self.once_in(6).then_some(noise),
            intent: self.pick(Intent::ALL),
            score: self.score(),
            second: self.mostly(Intent::Unclear, Intent::ALL),
            second_score: self.score(),
            signals: if self.once_in(3) { Signals(signal) } else { Signals::default() },
            detail: self.mostly(Detail::None, Detail::ALL),
            rule: RuleId(self.roll(9) as u16),
        }
    }

    fn conversation(&mut self) -> Conversation {
        let owners = [
            Owner::Automation,
            Owner::Ai,
            Owner::Queue,
            Owner::Human(AgentId(self.roll(3) as u32)),
            Owner::Store,
            Owner::Suspended,
        ];
        Conversation {
            id: ConversationId(self.roll(9)),
            last_record: Position(self.roll(99)),
            owner: self.mostly(Owner::Closed, &owners),
            epoch: self.roll(9) as u32,
            turn: self.pick(&[1, 3, 19, 20, 25]),
            last_inbound: self.deadline(),
            waiting_since: self.deadline(),
            deadline: self.deadline(),
            intent: self.pick(Intent::ALL),
            source: self.source(),
            channel: self.pick(Channel::ALL),
            sender: SenderId(self.roll(3) as u16),
            answered_at: self.deadline(),
            answered_by: self.pick(Speaker::ALL),
            escalated_for: self.mostly(Reason::None, Reason::ALL),
            ai_messages: self.roll(10) as u16,
            ai_segments: self.roll(16) as u16,
            rapid_exchanges: self.roll(6) as u8,
            ai_pending: self.once_in(2),
            started: self.once_in(2),
            outcome_told: self.pick(Told::ALL),
            reason: self.pick(Reason::ALL),
            outcome: self.pick(Outcome::ALL),
        }
    }

    fn spent(&mut self, most: u64) -> Spent {
        let messages = self.roll(most) as u32;
        let segments = messages + self.roll(most) as u32;
        Spent { messages, segments, centicents: 100 * self.roll(2 * most) as u32 }
    }

    fn brand(&mut self, contact: &Contact, policy: &Policy) -> BrandDay {
        let brand = BrandDay::new(PartitionId(0), 1);
        let at = START + Duration::from_secs(self.roll(2 * 86_400));
        let mut brand = brand.with_taken(self.spent(45), contact, policy, at);
        if self.once_in(2) {
            brand.set_aside(self.spent(9));
        }
        brand
    }

    fn episode(&mut self, policy: &Policy) -> Episode {
        let version = self.pick(&[policy.version, PolicyVersion(7)]);
        let running = Running { keyword: 0, step: 0, policy: version };
        Episode {
            tags: TagSet(self.roll(8)),
            tags_of: version,
            wanted: Particulars(self.mostly(0, &[1, 2, 3])),
            filled: Particulars(self.roll(4) as u8),
            burst: vec![Bytes::from_static(b"hello"); self.roll(2) as usize],
            told_at: self.deadline(),
            automation: self.once_in(4).then_some(running),
            spent: self.spent(10),
            reserved: self.spent(4),
            failures: self.roll(3) as u8,
            after_people: self.once_in(2),
            ..Episode::default()
        }
    }

    fn profile(&mut self) -> Profile {
        let (sender, since) = (SenderId(self.roll(3) as u16), Deadline::from_secs(5));
        let (consent, before) = (self.pick(Consent::ALL), Consent::Unknown);
        let scoped = ScopedConsent { sender, consent, before, since };
        let segments = [SegmentId(3), SegmentId(9), SegmentId(12)];
        Profile {
            segments: segments.into_iter().filter(|_| self.once_in(3)).collect(),
            language: self.once_in(3).then_some(Language::Spanish),
            scoped: if self.once_in(5) { vec![scoped] } else { Vec::new() },
            closed_out_at: self.deadline(),
            day: DaySpent { day: 20_784 + self.roll(3) as u32, spent: self.spent(12) },
            ..Profile::default()
        }
    }

    fn contact(&mut self, policy: &Policy) -> Contact {
        let mut contact = Contact::new(PERSON);
        contact.conversation = self.conversation();
        contact.consent = self.mostly(Consent::Unknown, Consent::ALL);
        contact.blocked = self.once_in(12);
        *contact.episode_mut() = self.episode(policy);
        // What was priced was sent.
        let Conversation { ai_messages, ai_segments, .. } = contact.conversation;
        let spent = &mut contact.episode_mut().spent;
        spent.messages = spent.messages.min(ai_messages.into());
        spent.segments = spent.segments.min(ai_segments.into());
        *contact.profile_mut() = self.profile();
        contact
    }

    /// A situation under `policy`.
    pub fn situation(&mut self, policy: &Arc<Policy>) -> Situation {
        let stamp = Stamp {
            verdict: self.verdict(),
            segments: self.roll(4) as u16,
            keyword: (!policy.keywords.is_empty() && self.once_in(5)).then_some(0),
            gates: Gates(self.roll(4) as u8),
            language: self.once_in(2).then_some(Language::German),
            particulars: Particulars(self.roll(8) as u8),
            policy: policy.version,
        };
        let reply = Inbound {
            brand: PERSON.brand,
            contact: PERSON.contact,
            channel: self.pick(Channel::ALL),
            source: self.source(),
            sender: SenderId(self.roll(3) as u16),
            media: self.roll(3) as u8,
            text: Bytes::from_static(self.pick(&[&b"hello"[..], b"hello", b" "])),
            ..Inbound::default()
        };
        let contact = self.contact(policy);
        let brand = self.brand(&contact, policy);
        Situation {
            contact,
            brand,
            first_delivery: !self.once_in(20),
            reply,
            stamp,
            policy: Arc::clone(policy),
            at: START + Duration::from_secs(self.roll(7 * 86_400)),
        }
    }
}

/// Situations of all kinds, each from its seed.
pub fn situations(count: u64) -> impl Iterator<Item = Situation> {
    (0..count).map(|seed| {
        let mut dice = Dice(seed);
        let policy = dice.pick(&(0..policies().len()).collect::<Vec<_>>());
        dice.situation(&policies()[policy])
    })
}
