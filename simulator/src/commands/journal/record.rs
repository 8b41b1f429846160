//! A record as people read it, and as JSON.

use serde_json::{Map, Value, json};
use volley_core::desk::Command;
use volley_core::id::{ConversationId, Key, Position};
use volley_core::input::{
    AgentAction, AgentCommand, AiResult, FeedbackKind, OutsideEvent, ProfileChange, Stamp,
};
use volley_core::journal::Entry;
use volley_core::message::Inbound;
use volley_core::record::Body;

/// What a record says beside when and about whom, in the order in which it is shown.
struct Told {
    kind: &'static str,
    fields: Vec<(&'static str, Value)>,
}

/// One line. `journal` says of which, if there are several.
pub(super) fn in_words(entry: &Entry, journal: Option<&str>) -> String {
    let Entry { position, record } = entry;
    let told = told(&record.body);
    let who = record.body.key().map_or_else(|| "-".to_owned(), shown_key);
    let previous = match record.previous {
        Position(0) => "-".to_owned(),
        previous => previous.offset().to_string(),
    };
    let journal = journal.map_or_else(String::new, |journal| format!("{journal:<10} "));
    let mut line = format!(
        "{journal}{:>9}  {}  at {:>11} after {previous:>11}  {:<9} {who:<18}",
        record.seq.0,
        record.at,
        position.offset(),
        told.kind
    );
    for (name, value) in &told.fields {
        if !value.is_null() {
            line.push_str(&format!("  {name}={value}"));
        }
    }
    line
}

/// One JSON object.
pub(super) fn in_json(entry: &Entry, journal: Option<&str>) -> Value {
    let Entry { position, record } = entry;
    let told = told(&record.body);
    let mut all = Map::new();
    if let Some(journal) = journal {
        all.insert("journal".to_owned(), json!(journal));
    }
    all.insert("seq".to_owned(), json!(record.seq.0));
    all.insert("at".to_owned(), json!(record.at.to_string()));
    all.insert("position".to_owned(), json!(position.offset()));
    let previous = (record.previous != Position(0)).then(|| record.previous.offset());
    all.insert("previous".to_owned(), json!(previous));
    all.insert("kind".to_owned(), json!(told.kind));
    let key = record.body.key();
    all.insert("brand".to_owned(), json!(key.map(|key| key.brand.0)));
    all.insert("contact".to_owned(), json!(key.map(|key| key.contact.0)));
    all.extend(told.fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Value::Object(all)
}

fn shown_key(Key { brand, contact }: Key) -> String {
    format!("{brand}:{contact}")
}

fn text(bytes: &[u8]) -> Value {
    json!(String::from_utf8_lossy(bytes))
}

fn conversation(id: ConversationId) -> (&'static str, Value) {
    ("conversation", json!(id.to_string()))
}

fn told(body: &Body) -> Told {
    let of = |kind, fields| Told { kind, fields };
    match body {
        Body::Reply(reply, stamp) => of("reply", of_reply(reply, stamp)),
        Body::Ai(result) => of("ai", of_ai(result)),
        Body::Agent(command) => of("agent", of_agent(command)),
        Body::Due(_) => of("due", Vec::new()),
        Body::Policy(change) => {
            of("policy", of_policy(change.brand.0, &change.author, &change.source))
        }
        Body::Echo(echo) => of(
            "echo",
            vec![
                ("channel", json!(echo.channel.name())),
                ("agent", Value::from(echo.agent.0)),
                ("text", text(&echo.text)),
            ],
        ),
        Body::Outside(news) => {
            let (what, words) = match &news.what {
                OutsideEvent::Taken => ("taken", None),
                OutsideEvent::Failed => ("failed", None),
                OutsideEvent::Answered(words) => ("answered", Some(words)),
                OutsideEvent::Closed => ("closed", None),
            };
            let words = words.map_or(Value::Null, |words| text(words));
            of(
                "outside",
                vec![("what", json!(what)), conversation(news.conversation), ("text", words)],
            )
        }
        Body::Outreach(outreach) => of(
            "outreach",
            vec![
                ("channel", json!(outreach.channel.name())),
                ("source", json!(outreach.source.kind().name())),
                ("source_id", json!(outreach.source.id())),
                ("text", text(&outreach.text)),
            ],
        ),
        Body::Profile(change) => of("profile", of_profile(change)),
        Body::Feedback(feedback) => {
            let what = match feedback.kind {
                FeedbackKind::Order(cents) => ("order_cents", json!(cents)),
                FeedbackKind::Rating(rating) => ("rating", json!(rating)),
                FeedbackKind::Accuracy(right) => ("right", json!(right)),
            };
            of("feedback", vec![what])
        }
        Body::Desk(command) => of("desk", of_desk(command)),
    }
}

fn of_reply(reply: &Inbound, stamp: &Stamp) -> Vec<(&'static str, Value)> {
    let verdict = &stamp.verdict;
    vec![
        ("text", text(&reply.text)),
        ("channel", json!(reply.channel.name())),
        ("source", json!(reply.source.kind().name())),
        ("source_id", json!(reply.source.id())),
        ("message", json!(format!("{:032x}", reply.message_id.0))),
        ("compliance", json!(verdict.compliance.name())),
        ("noise", json!(verdict.noise.map(|noise| noise.name()))),
        ("intent", json!(verdict.intent.name())),
        ("score", json!(verdict.score.as_f64())),
        ("policy", json!(format!("{:016x}", stamp.policy.0))),
    ]
}

fn of_ai(result: &AiResult) -> Vec<(&'static str, Value)> {
    vec![
        ("outcome", json!(result.outcome.name())),
        ("confidence", json!(result.confidence.as_f64())),
        conversation(result.conversation),
        ("turn", json!(result.turn)),
        ("epoch", json!(result.epoch)),
        ("text", text(&result.text)),
    ]
}

fn of_agent(command: &AgentCommand) -> Vec<(&'static str, Value)> {
    let (action, more) = match &command.action {
        AgentAction::Claim => ("claim", Value::Null),
        AgentAction::Reply(words) => ("reply", text(words)),
        AgentAction::Resume => ("resume", Value::Null),
        AgentAction::ToStore(lack) => ("to_store", json!(lack.name())),
        AgentAction::Close => ("close", Value::Null),
        AgentAction::SettleHold { opt_out } => ("settle_hold", json!(opt_out)),
        AgentAction::Block => ("block", Value::Null),
        AgentAction::Requeue => ("requeue", Value::Null),
        AgentAction::Pause(reason) => ("pause", json!(reason.name())),
        AgentAction::Unblock => ("unblock", Value::Null),
    };
    let agent = ("agent", Value::from(command.agent.0));
    vec![("action", json!(action)), ("with", more), agent, conversation(command.conversation)]
}

fn of_policy(brand: u32, author: &[u8], source: &[u8]) -> Vec<(&'static str, Value)> {
    vec![("of_brand", json!(brand)), ("author", text(author)), ("source", text(source))]
}

fn of_profile(change: &ProfileChange) -> Vec<(&'static str, Value)> {
    let segments = change.segments.as_ref();
    vec![
        ("consent", json!(change.consent.map(|consent| consent.name()))),
        ("language", json!(change.language.map(|language| language.name()))),
        ("zone_minutes", json!(change.zone.map(|zone| zone.offset_minutes))),
        ("segments", json!(segments.map(|all| all.iter().map(|id| id.0).collect::<Vec<_>>()))),
    ]
}

fn of_desk(command: &Command) -> Vec<(&'static str, Value)> {
    let named = |what: &'static str| ("command", json!(what));
    let agent = |id: u32| ("agent", json!(id));
    match command {
        Command::SignOn(shift) => vec![named("sign_on"), agent(shift.agent.0)],
        Command::Presence { agent: id, presence } => {
            vec![named("presence"), agent(id.0), ("presence", json!(presence.name()))]
        }
        Command::ShiftEnd(id) => vec![named("shift_end"), agent(id.0)],
        Command::SignOff(id) => vec![named("sign_off"), agent(id.0)],
        Command::Offer(offer) => vec![
            named("offer"),
            conversation(offer.conversation),
            ("person", json!(shown_key(offer.key))),
            ("reason", json!(offer.reason.name())),
            ("queue", json!(offer.queue.0)),
        ],
        Command::Withdraw(id) => vec![named("withdraw"), conversation(*id)],
        Command::Extend(extension) => vec![named("extend"), conversation(extension.conversation)],
        Command::Claim { agent: id, conversation: it } => {
            vec![named("claim"), agent(id.0), conversation(*it)]
        }
        Command::Release(release) => {
            vec![named("release"), agent(release.agent.0), conversation(release.conversation)]
        }
        Command::Deny(denial) => vec![
            named("deny"),
            agent(denial.agent.0),
            conversation(denial.conversation),
            ("reason", json!(denial.reason.name())),
        ],
        Command::Policy(change) => {
            let mut fields = vec![named("policy")];
            fields.extend(of_policy(change.brand.0, &change.author, &change.source));
            fields
        }
        Command::Turn => vec![named("turn")],
    }
}
