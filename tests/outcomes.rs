//! The figures of a run about what became of conversations: events, causes, tags, ends. Each is counted a
//! second time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use bytes::Bytes;
use volley_core::conversation::{Outcome, Owner};
use volley_core::effect::{Effect, Event, EventKind, Send, SendKind};
use volley_core::id::{AgentId, ConversationId};
use volley_core::input::{AgentAction, Echo, Input};
use volley_core::message::Channel;
use volley_core::policy::Policy;
use volley_core::record::Body;
use volley_core::segment::Segments;
use volley_core::time::Timestamp;
use volley_sim::book::Book;
use volley_sim::summary;

use crate::ran::{POLICY, Run, SCENARIO, Story, how_many, near, percentile, run, stories};
use crate::support::{Line, PERSON, START, root};

/// The figures are documented as they are.
#[test]
fn the_figures_are_documented_as_they_are() {
    let path = root().join("dashboards/FIGURES.md");
    let wanted = summary::as_markdown();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == wanted,
        "dashboards/FIGURES.md is out of date; run the tests with UPDATE=1 to write it anew"
    );
}

/// Events, each with the place of its record.
fn events(run: &Run) -> impl Iterator<Item = (usize, &Event)> {
    run.records.iter().enumerate().flat_map(|(place, (_, effects))| {
        let events = effects.iter().filter_map(|effect| match effect {
            Effect::Event(event) => Some(event),
            _ => None,
        });
        events.map(move |event| (place, event))
    })
}

#[test]
fn kl_76_events_can_be_selected_by_what_somebody_has_done() {
    let run = run();
    let rows = run.table("events");
    assert_eq!(rows.len(), events(run).count());
    for kind in EventKind::ALL {
        for channel in [Channel::Sms, Channel::Web] {
            let those = rows.iter().filter(|row| {
                row.word("kind") == kind.name() && row.word("channel") == channel.name()
            });
            let selected: BTreeSet<u64> = those.map(|row| row.whole("contact")).collect();
            let of_kind = events(run).map(|(_, event)| event);
            let of_kind = of_kind.filter(|event| event.kind == *kind && event.channel == channel);
            let told: BTreeSet<u64> = of_kind.map(|event| event.key.contact.0).collect();
            assert_eq!(selected, told, "{kind} by {channel}");
        }
        let count = rows.iter().filter(|row| row.word("kind") == kind.name()).count();
        assert_eq!(run.count(&format!("events.{kind}")), count, "{kind}");
    }
    assert!(rows.iter().any(|row| row.word("source") == "campaign" && row.whole("source_id") == 2));
}

#[test]
fn kl_77_every_conversation_that_the_ai_is_asked_in_has_started_once_and_first() {
    let run = run();
    let mut started = BTreeSet::new();
    for row in run.table("events") {
        let is_first = started.insert(row.conversation());
        assert_eq!(is_first, row.word("kind") == "started", "{row:?}");
    }
    let stories = stories(run);
    let asked = stories.iter().filter(|(_, story)| story.asked).map(|(id, _)| *id);
    assert_eq!(started, asked.collect());
}

#[test]
fn kl_78_what_the_ai_resolved_is_told_when_it_is() {
    let run = run();
    let resolved = events(run).filter(|(_, event)| event.kind == EventKind::Resolved);
    let mut count = 0;
    for (place, event) in resolved {
        let ended = run.records[place].1.iter().any(|effect| match effect {
            Effect::Ended(ended) => {
                let outcomes = [Outcome::ResolvedAssumed, Outcome::ResolvedConfirmed];
                let conversation = &ended.conversation;
                conversation.id == event.conversation && outcomes.contains(&conversation.outcome)
            }
            _ => false,
        });
        assert!(ended, "{event:?}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn kl_79_a_hand_off_is_told_with_its_reason() {
    let run = run();
    let escalated = events(run).filter(|(_, event)| event.kind == EventKind::Escalated);
    let mut count = 0;
    for (place, event) in escalated {
        let reason = run.records[place].1.iter().find_map(|effect| match effect {
            Effect::Offer(offer) => Some(offer.reason),
            Effect::HandOver(handed) => Some(handed.reason),
            _ => None,
        });
        assert_eq!(reason, Some(event.reason), "{event:?}");
        count += 1;
    }
    assert!(count > 50, "{count}");
    // None that the AI had begun, and that had no outcome yet, went to others without that.
    let (mut begun, mut done) = (BTreeSet::new(), BTreeSet::new());
    for (_, effects) in &run.records {
        for effect in effects {
            let given = match effect {
                Effect::Offer(offer) => offer.conversation,
                Effect::HandOver(handed) => handed.conversation,
                Effect::Event(event) => {
                    match event.kind {
                        EventKind::Started => _ = begun.insert(event.conversation),
                        EventKind::Revoked => _ = done.remove(&event.conversation),
                        _ => _ = done.insert(event.conversation),
                    }
                    continue;
                }
                _ => continue,
            };
            assert!(!begun.contains(&given) || done.contains(&given), "{effect:?}");
        }
    }
}

#[test]
fn kl_82_those_who_talked_to_the_ai_are_whom_the_next_campaign_goes_to() {
    let run = run();
    let begin = (START + Duration::from_secs(30 * 3600)).as_micros();
    let before = run
        .table("events")
        .iter()
        .filter(|row| row.word("kind") == "started" && row.whole("at_us") < begin);
    let talked: BTreeSet<u64> = before.map(|row| row.whole("contact")).collect();
    let answering = |campaign: u64| -> BTreeSet<u64> {
        let replies = run
            .table("decisions")
            .iter()
            .filter(|row| row.word("source") == "campaign" && row.whole("source_id") == campaign);
        replies.map(|row| row.whole("contact")).collect()
    };
    let (first, again) = (answering(1), answering(3));
    let others: Vec<_> = again.difference(&talked).collect();
    assert!(again.len() > 30 && others.is_empty(), "{} and {others:?}", again.len());
    assert!(!first.is_subset(&talked));
    assert_eq!(run.count("campaign_sends"), 6000 + 3000 + talked.len());
}

#[test]
fn ai_4_what_is_not_automated_is_told_by_cause() {
    let run = run();
    let stories = stories(run);
    let machine = |story: &Story| story.answered_by("ai");
    let automated = how_many(run, |story| machine(story) && story.cause.is_none());
    let unanswered = how_many(run, |story| !machine(story) && story.cause.is_none());
    assert_eq!(run.count("automated"), automated);
    assert_eq!(run.count("unanswered"), unanswered);
    near(run.figure("automation_rate"), automated as f64 / stories.len() as f64, 0.0);
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for cause in stories.values().filter_map(|story| story.cause) {
        *causes.entry(format!("escalated.{cause}")).or_default() += 1;
    }
    assert!(causes.len() > 6, "{causes:?}");
    for (name, told) in run.family("escalated.") {
        assert_eq!(told as usize, causes.get(name).copied().unwrap_or(0), "{name}");
    }
    // Nothing is left over.
    let all = automated + unanswered + causes.values().sum::<usize>();
    assert_eq!(run.count("conversations"), all);
}

/// How long, until when, and whether still: each conversation with each tag, by the tag's position.
fn tagged(run: &Run) -> BTreeMap<(usize, ConversationId), (Timestamp, Option<Timestamp>)> {
    let mut spans = BTreeMap::new();
    for (record, effects) in &run.records {
        for effect in effects {
            match effect {
                Effect::Tag(tagging) => {
                    for tag in tagging.tags.iter() {
                        let span =
                            spans.entry((tag, tagging.conversation)).or_insert((record.at, None));
                        if span.1.is_some() {
                            *span = (record.at, None);
                        }
                    }
                }
                Effect::Untag(tagging) => {
                    for tag in tagging.tags.iter() {
                        if let Some(span) = spans.get_mut(&(tag, tagging.conversation)) {
                            span.1.get_or_insert(record.at);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    spans
}

#[test]
fn ai_47_tags_are_told_with_counts_ages_and_outcomes() {
    let run = run();
    let (stories, spans) = (stories(run), tagged(run));
    let end = START + Duration::from_secs(72 * 3600);
    let policy = Policy::parse(POLICY, "a").unwrap();
    let mut shown = 0;
    for (position, tag) in policy.tags.iter().enumerate() {
        let of_tag = || spans.iter().filter(|((tag, _), _)| *tag == position);
        let conversations = of_tag().count();
        if conversations == 0 {
            continue;
        }
        let age = |id: &ConversationId, since: Timestamp, until: Option<Timestamp>| {
            let ended = stories[id].ended.map(|(at, _)| at);
            until.or(ended).unwrap_or(end).since(since).as_secs()
        };
        let ages: Vec<u64> = of_tag().map(|((_, id), span)| age(id, span.0, span.1)).collect();
        let mean = ages.iter().sum::<u64>() as f64 / conversations as f64;
        let name = |what: &str| format!("tag.{}.{what}", tag.name);
        assert_eq!(run.count(&name("conversations")), conversations, "{}", tag.name);
        let still = of_tag().filter(|(_, span)| span.1.is_none()).count();
        assert_eq!(run.count(&name("tagged")), still);
        near(run.figure(&name("age_mean_s")), mean, 1e-9);
        let resolved = of_tag().filter(|((_, id), _)| stories[id].is_resolved()).count();
        assert_eq!(run.count(&name("resolved")), resolved);
        // The table has the same, by outcome.
        let rows: Vec<_> =
            run.table("tags").iter().filter(|row| row.word("tag") == tag.name).collect();
        for row in &rows {
            let outcome = |id: &ConversationId| {
                stories[id].ended.map_or("open", |(_, outcome)| outcome.name())
            };
            let those = of_tag().filter(|((_, id), _)| outcome(id) == row.word("outcome"));
            assert_eq!(row.whole("conversations") as usize, those.count(), "{row:?}");
        }
        let longest = rows.iter().map(|row| row.whole("age_max_s")).max();
        assert_eq!(longest, ages.iter().copied().max());
        shown += 1;
    }
    assert!(shown >= 3, "tags of messages, of escalations, and of the AI's failures");
}

#[test]
fn g_103_a_resolution_that_was_none_is_taken_back() {
    let run = run();
    let count = |kind| events(run).filter(|(_, event)| event.kind == kind).count();
    let (resolved, revoked) = (count(EventKind::Resolved), count(EventKind::Revoked));
    assert!(revoked > 5, "{revoked}");
    assert_eq!(run.count("events.revoked"), revoked);
    assert_eq!(run.count("resolutions"), resolved - revoked);
    let rows = run.table("conversations");
    let in_rows: u64 = rows.iter().map(|row| row.whole("revoked")).sum();
    assert_eq!(in_rows as usize, revoked);
    // Each conversation counts as resolved at most once at a time.
    let mut standing: BTreeMap<ConversationId, i32> = BTreeMap::new();
    for (_, event) in events(run) {
        let change = match event.kind {
            EventKind::Resolved => 1,
            EventKind::Revoked => -1,
            _ => 0,
        };
        let stands = standing.entry(event.conversation).or_default();
        *stands += change;
        assert!((0..=1).contains(stands), "{event:?}");
    }
    let standing = standing.values().filter(|stands| **stands == 1).count();
    assert_eq!(run.count("resolutions"), standing);
}

#[test]
fn g_104_containment_causes_speed_handling_reopening_and_abandonment_are_told() {
    let run = run();
    let asked = how_many(run, |story| story.asked);
    let contained = how_many(run, |story| story.answered_by("ai") && story.cause.is_none());
    near(run.figure("containment_rate"), contained as f64 / asked as f64, 0.0);
    let waited = |story: &Story| story.offered && (story.ended.is_some() || story.handed);
    let abandoned = how_many(run, |story| waited(story) && !story.answered_by("human"));
    let all = how_many(run, waited);
    near(run.figure("abandonment_rate"), abandoned as f64 / all as f64, 0.0);
    let reopened: usize = stories(run).values().map(|story| story.reopened).sum();
    let closed = how_many(run, |story| story.ended.is_some());
    assert!(reopened > 5, "{reopened}");
    near(run.figure("reopen_rate"), reopened as f64 / (reopened + closed) as f64, 0.0);
    let mut taken = BTreeMap::new();
    let mut handled = Vec::new();
    for (record, effects) in &run.records {
        if let Body::Agent(command) = &record.body
            && command.action == AgentAction::Claim
        {
            taken.insert((command.agent, command.conversation), record.at);
        }
        for effect in effects {
            if let Effect::Release(release) = effect
                && let Some(since) = taken.remove(&(release.agent, release.conversation))
            {
                handled.push(record.at.since(since).as_micros() as u64);
            }
        }
    }
    assert!(handled.len() > 50);
    near(run.figure("handling.p50_s"), percentile(&mut handled, 0.5) / 1e6, 0.01);
    for (name, _) in run.family("escalated.") {
        assert!(summary::is_metric(name));
    }
}

#[test]
fn the_end_of_a_conversation_is_told_once() {
    let ends = |line: &Line| -> Vec<(ConversationId, Outcome, Owner)> {
        let ended = line.effects.iter().filter_map(|effect| match effect {
            Effect::Ended(it) => Some((it.conversation.id, it.conversation.outcome, it.owner)),
            _ => None,
        });
        ended.collect()
    };
    let mut line = Line::new();
    line.says("do you have this in blue?");
    line.ai_says("We do.");
    assert_eq!(ends(&line), []);
    let first = line.conversation();
    line.wait(25 * 3600);
    assert_eq!(ends(&line), [(first, Outcome::ResolvedAssumed, Owner::Ai)]);
    // Noise and what the law wants are no end.
    line.forget();
    line.says("HELP");
    line.says("thanks!");
    assert_eq!(ends(&line), []);
    line.wait(50 * 3600);
    line.says("I want a refund");
    line.agent(7, AgentAction::Claim);
    line.agent(7, AgentAction::Close);
    let agent = Owner::Human(AgentId(7));
    assert_eq!(ends(&line), [(line.conversation(), Outcome::ResolvedConfirmed, agent)]);
}

#[test]
fn ru_74_an_answer_past_the_inbox_after_the_ais_is_told() {
    let doubles = |line: &Line| {
        let events = line.effects.iter().filter_map(|effect| match effect {
            Effect::Event(event) => Some(event.kind),
            _ => None,
        });
        events.filter(|kind| *kind == EventKind::DoubleReply).count()
    };
    let echo = |line: &mut Line| {
        let (agent, channel) = (AgentId(0), Channel::Sms);
        let text = Bytes::from_static(b"Hello, Sam here.");
        line.give(Input::Echo(Echo { key: PERSON, agent, channel, text }));
    };
    let mut line = Line::new();
    line.says("do you have this in blue?");
    line.ai_says("We do.");
    echo(&mut line);
    assert_eq!(doubles(&line), 1);
    // In time it is none: what the AI says then is not sent.
    let mut line = Line::new();
    line.says("do you have this in blue?");
    echo(&mut line);
    line.ai_says("We do.");
    assert_eq!((doubles(&line), line.sends().len()), (0, 0));
    // A run counts them, and each conversation has its own.
    let often = SCENARIO.replace("[agents]", "[agents]\noutside_rate = 0.2").replace("72h", "6h");
    let run = Run::new(POLICY, &often);
    let told = events(&run).filter(|(_, event)| event.kind == EventKind::DoubleReply).count();
    assert!(told > 5, "{told}");
    assert_eq!(run.count("double_replies"), told);
    let rows = run.table("conversations");
    assert_eq!(rows.iter().map(|row| row.whole("double_replies")).sum::<u64>() as usize, told);
    assert_eq!(run.figure("ai_after_human"), 0.0);
}

#[test]
fn ru_77_the_ai_never_answers_what_a_person_has() {
    // A line by itself: every turn of every conversation, from the table of what was sent.
    let run = run();
    let mut people = BTreeSet::new();
    let mut doubles = 0;
    for row in run.table("sends").iter().filter(|row| row.word("status") == "released") {
        let turn = (row.conversation(), row.whole("turn"));
        match row.word("kind") {
            "agent" => _ = people.insert(turn),
            "ai" => doubles += usize::from(people.contains(&turn)),
            _ => {}
        }
    }
    assert!(people.len() > 50);
    assert_eq!((doubles, run.count("double_replies"), run.count("ai_after_human")), (0, 0, 0));
    // The counter would see one.
    let send = |kind, turn| {
        Effect::Send(Send {
            key: PERSON,
            conversation: ConversationId(1),
            at: START,
            kind,
            channel: Channel::Sms,
            sender: Default::default(),
            turn,
            agent: None,
            text: Bytes::from_static(b"Hello"),
            segments: Segments::default(),
        })
    };
    let mut book = Book::default();
    let told = [(SendKind::Agent, 1), (SendKind::Ai, 2), (SendKind::Agent, 3), (SendKind::Ai, 3)];
    for (kind, turn) in told {
        book.observe(&send(kind, turn), START);
    }
    book.end(START, &Policy::standard(), |_| None);
    assert_eq!(book.tally().ai_after_human, 1);
}
