//! The things that can happen, and the inputs they are.

use bytes::Bytes;
use volley_core::classify::{Compliance, Intent, Noise, Score, Signals, Verdict};
use volley_core::id::{AgentId, BrandId, ContactId, ConversationId, Key, MessageId};
use volley_core::input::{
    AgentAction, AgentCommand, AiOutcome, AiResult, Echo, Lack, Outreach, OutsideEvent,
    OutsideNews, PauseReason, Stamp,
};
use volley_core::message::{Channel, Inbound, Source};
use volley_core::record::Body;
use volley_core::service::Role;
use volley_core::time::Timestamp;

/// The one person.
pub const PERSON: Key = Key { brand: BrandId(1), contact: ContactId(12_025_550_100) };

/// What a customer can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Says {
    Question,
    Return,
    Person,
    Keyword,
    Stop,
    Start,
    Unclear,
    Noise,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Says(Says),
    Redelivery,
    /// The AI answers the newest request, or the one before it.
    Answer {
        older: bool,
    },
    Fail,
    Agent(u32, Does),
    ViewerReplies,
    Echo,
    OutsideClosed,
    OutsideFailed,
    OutsideAnswered,
    Outreach,
    Due,
}

/// What an agent can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Does {
    Claim,
    Reply,
    Resume,
    Close,
    Pause,
    Requeue,
    ToStore,
    Block,
    SettleOut,
    SettleIn,
}

/// All of it.
pub const ACTS: [Act; 31] = [
    Act::Says(Says::Question),
    Act::Says(Says::Return),
    Act::Says(Says::Person),
    Act::Says(Says::Keyword),
    Act::Says(Says::Stop),
    Act::Says(Says::Start),
    Act::Says(Says::Unclear),
    Act::Says(Says::Noise),
    Act::Redelivery,
    Act::Answer { older: false },
    Act::Answer { older: true },
    Act::Fail,
    Act::Agent(1, Does::Claim),
    Act::Agent(1, Does::Reply),
    Act::Agent(1, Does::Resume),
    Act::Agent(1, Does::Close),
    Act::Agent(1, Does::Pause),
    Act::Agent(1, Does::Requeue),
    Act::Agent(1, Does::ToStore),
    Act::Agent(1, Does::Block),
    Act::Agent(1, Does::SettleOut),
    Act::Agent(1, Does::SettleIn),
    Act::Agent(2, Does::Claim),
    Act::Agent(2, Does::Resume),
    Act::ViewerReplies,
    Act::Echo,
    Act::OutsideClosed,
    Act::OutsideFailed,
    Act::OutsideAnswered,
    Act::Outreach,
    Act::Due,
];

/// A request to the AI, as it was seen to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    pub turn: u32,
    pub epoch: u32,
    /// Whether an answer to it may still be sent.
    pub is_live: bool,
}

fn text(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

/// The message of that number, read as meaning `says`.
pub fn reply(says: Says, number: u32, at: Timestamp) -> Body {
    let mut verdict = Verdict { score: Score::ONE, ..Verdict::default() };
    let mut keyword = None;
    match says {
        Says::Question => verdict.intent = Intent::ProductQuestion,
        Says::Return => verdict.intent = Intent::ReturnRefund,
        Says::Person => {
            verdict.intent = Intent::HumanRequest;
            verdict.signals = Signals::WANTS_PERSON;
        }
        Says::Keyword => keyword = Some(0),
        Says::Stop => verdict.compliance = Compliance::OptOut,
        Says::Start => verdict.compliance = Compliance::OptIn,
        Says::Unclear => verdict.compliance = Compliance::Hold,
        Says::Noise => verdict.noise = Some(Noise::AutoReply),
    }
    let inbound = Inbound {
        brand: PERSON.brand,
        contact: PERSON.contact,
        message_id: MessageId(u128::from(number)),
        received_at: at,
        text: text("words"),
        ..Inbound::default()
    };
    Body::Reply(inbound, Stamp { verdict, keyword, segments: 1, ..Stamp::default() })
}

/// The AI's result for a request.
pub fn result(asked: Asked, conversation: ConversationId, outcome: AiOutcome) -> Body {
    Body::Ai(AiResult {
        key: PERSON,
        conversation,
        turn: asked.turn,
        epoch: asked.epoch,
        outcome,
        confidence: Score::ONE,
        text: if outcome == AiOutcome::Answer { text("We do!") } else { Bytes::new() },
        scores: Vec::new(),
        tags: Bytes::new(),
        task: Bytes::new(),
    })
}

/// What an agent, or a viewer, does.
pub fn command(agent: u32, role: Role, does: Does, conversation: ConversationId) -> Body {
    let action = match does {
        Does::Claim => AgentAction::Claim,
        Does::Reply => AgentAction::Reply(text("Hi!")),
        Does::Resume => AgentAction::Resume,
        Does::Close => AgentAction::Close,
        Does::Pause => AgentAction::Pause(PauseReason::WantsPerson),
        Does::Requeue => AgentAction::Requeue,
        Does::ToStore => AgentAction::ToStore(Lack::Access),
        Does::Block => AgentAction::Block,
        Does::SettleOut => AgentAction::SettleHold { opt_out: true },
        Does::SettleIn => AgentAction::SettleHold { opt_out: false },
    };
    Body::Agent(AgentCommand { agent: AgentId(agent), role, key: PERSON, conversation, action })
}

/// Somebody answers from a phone.
pub fn echo() -> Body {
    let (agent, channel) = (AgentId(0), Channel::Sms);
    Body::Echo(Echo { key: PERSON, agent, channel, text: text("Hello from my phone") })
}

/// News from outside.
pub fn outside(conversation: ConversationId, what: OutsideEvent) -> Body {
    Body::Outside(OutsideNews { key: PERSON, conversation, what })
}

/// The store answers.
pub fn store_says() -> OutsideEvent {
    OutsideEvent::Answered(text("It is on its way."))
}

/// The brand writes of its own accord.
pub fn outreach() -> Body {
    Body::Outreach(Outreach {
        key: PERSON,
        source: Source::Unprompted,
        channel: Channel::Sms,
        sender: Default::default(),
        text: text("Sale!"),
    })
}
