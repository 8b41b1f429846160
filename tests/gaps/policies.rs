//! Who may do what, to whose customers, and under which policy.

use bytes::Bytes;
use volley_core::classify::Score;
use volley_core::contact::Consent;
use volley_core::conversation::Owner;
use volley_core::decision::Decision;
use volley_core::effect::{DenialReason, Effect, RefusalReason};
use volley_core::id::{AgentId, BrandId, Key};
use volley_core::input::{
    AgentAction, AgentCommand, AiOutcome, AiResult, Echo, Input, Lack, OutsideEvent, OutsideNews,
    PauseReason, PolicyChange, ProfileChange,
};
use volley_core::message::Channel;
use volley_core::policy::Policy;
use volley_core::policy::roles::Verb;
use volley_core::reason::{Disposition, Reason};
use volley_core::service::Role;

use super::{QUESTION, REFUND};
use crate::support::{BRAND, Line, PERSON, result};

/// What each verb does.
fn deed(verb: Verb) -> AgentAction {
    match verb {
        Verb::Claim => AgentAction::Claim,
        Verb::Reply => AgentAction::Reply(Bytes::from_static(b"Hi!")),
        Verb::Pause => AgentAction::Pause(PauseReason::Attention),
        Verb::Resume => AgentAction::Resume,
        Verb::ToStore => AgentAction::ToStore(Lack::Other),
        Verb::Close => AgentAction::Close,
        Verb::SettleHold => AgentAction::SettleHold { opt_out: true },
        Verb::Block => AgentAction::Block,
        Verb::Requeue => AgentAction::Requeue,
    }
}

/// What agent 1 of a role is told who does it, where everything else allows it; nothing if it works.
fn told(policy: &str, role: Role, verb: Verb) -> Option<DenialReason> {
    let mut line = Line::with_policy(policy);
    line.says(if verb == Verb::SettleHold { "too many texts" } else { REFUND });
    if verb == Verb::Requeue {
        let claim = line.command(Role::Admin, 1, AgentAction::Claim);
        line.give(Input::Agent(claim));
    }
    let before = line.state().conversation;
    let command = line.command(role, 1, deed(verb));
    line.give(Input::Agent(command));
    let denial = line.denials().pop().map(|denial| denial.reason);
    let mut after = line.state().conversation;
    after.last_record = before.last_record;
    assert_eq!(denial.is_some(), after == before, "{role} {verb}: what is denied changes nothing");
    denial
}

#[test]
fn g_97_only_the_verbs_of_a_role_work() {
    for allowed in Verb::ALL {
        let policy = format!("[roles]\nagent = [\"{allowed}\"]\n");
        for verb in Verb::ALL {
            let expected = (verb != allowed).then_some(DenialReason::NotAllowed);
            assert_eq!(told(&policy, Role::Agent, *verb), expected, "{verb} with {allowed} alone");
            assert_eq!(told(&policy, Role::Lead, *verb), None, "leads are not named");
        }
    }
    // Viewers only read, unless the brand says otherwise.
    for verb in Verb::ALL {
        assert_eq!(told("", Role::Viewer, *verb), Some(DenialReason::NotAllowed), "{verb}");
        assert_eq!(told("", Role::Agent, *verb), None, "{verb}");
        assert_eq!(told("[roles]\nviewer = [\"close\"]\n", Role::Viewer, Verb::Close), None);
    }
    let error = Policy::parse("[roles]\nagent = [\"clam\"]\n", "a").unwrap_err();
    assert!(error.message.contains("claim"), "{error}");
}

const OTHER: BrandId = BrandId(2);
/// The same person at the other brand: one telephone.
const OTHER_PERSON: Key = Key { brand: OTHER, contact: PERSON.contact };

/// Two brands that one person writes to; the other's conversation is at the AI.
fn two_brands() -> Line {
    let mut line = Line::new();
    let (source, author) = (Bytes::from_static(b"[ai]\ndeadline = \"1h\"\n"), Bytes::new());
    line.give(Input::Policy(PolicyChange { brand: OTHER, source, author }));
    let mut inbound = line.message(900, QUESTION);
    inbound.brand = OTHER;
    line.give(Input::Reply(inbound));
    line.says(REFUND);
    line
}

fn at_other(line: &Line) -> volley_core::contact::Contact {
    line.worker().shard().find(OTHER_PERSON).cloned().unwrap()
}

#[test]
fn g_101_with_a_brands_key_nothing_of_another_brand_can_be_changed() {
    // That a brand's burst does not slow another is a matter of capacity, and measured elsewhere.
    let mut line = two_brands();
    let theirs = at_other(&line);
    let (conversation, asked) = (theirs.conversation.id, line.last_request());
    assert_eq!((asked.key, theirs.conversation.owner), (OTHER_PERSON, Owner::Ai));
    line.forget();
    // An agent of this brand who names the other's conversation is told that there is none.
    for verb in Verb::ALL {
        for role in [Role::Agent, Role::Admin] {
            let (agent, action) = (AgentId(1), deed(*verb));
            let command = AgentCommand { agent, role, key: PERSON, conversation, action };
            line.give(Input::Agent(command));
            assert_eq!(
                line.denials().pop().map(|it| it.reason),
                Some(DenialReason::Gone),
                "{verb}"
            );
        }
    }
    // Nor does anything else reach over: answers, echoes, news, profiles, and what the person says here.
    let late = AiResult { key: PERSON, ..result(&asked, AiOutcome::Answer, Score::ONE, "We do!") };
    line.give(Input::Ai(late));
    assert_eq!(line.refusals().pop().map(|it| it.reason), Some(RefusalReason::Stale));
    let what = OutsideEvent::Closed;
    line.give(Input::Outside(OutsideNews { key: PERSON, conversation, what }));
    let (agent, channel, text) = (AgentId(9), Channel::Sms, Bytes::from_static(b"Hi!"));
    line.give(Input::Echo(Echo { key: PERSON, agent, channel, text }));
    let consent = Some(Consent::OptedOut);
    line.give(Input::Profile(ProfileChange { key: PERSON, consent, ..ProfileChange::default() }));
    line.says("STOP");
    line.agent(1, AgentAction::Block);
    line.becomes("[ai]\nmode = \"off\"\n[first_responder]\nproduct_question = \"silence\"\n");
    line.wait(5);
    assert_eq!(at_other(&line), theirs);
    assert_eq!(line.state().consent, Consent::OptedOut, "here it counts");
    // Nothing that was let out names the other brand, so nobody here reads of it.
    let elsewhere = line.effects.iter().filter(|effect| match effect {
        Effect::Decide(decision) => decision.brand != BRAND,
        Effect::Send(send) => send.key != PERSON,
        Effect::Refuse(refusal) => refusal.send.key != PERSON,
        Effect::Deny(denial) => denial.key != PERSON,
        Effect::Offer(offer) => offer.key != PERSON,
        _ => false,
    });
    assert_eq!(elsewhere.count(), 0);
    // And the other brand's own goes on as if nothing had been.
    line.give(Input::Ai(result(&asked, AiOutcome::Answer, Score::ONE, "We do!")));
    assert_eq!(line.sends().pop().map(|send| send.key), Some(OTHER_PERSON));
}

#[test]
fn g_101_consent_is_said_to_one_brand() {
    let mut line = two_brands();
    line.says("STOP");
    let mut inbound = line.message(901, QUESTION);
    inbound.brand = OTHER;
    line.give(Input::Reply(inbound));
    assert_eq!(line.last_request().key, OTHER_PERSON);
    assert_eq!(at_other(&line).consent, Consent::Unknown);
    assert_eq!(line.worker().shard().contacts(), 2, "two people, as far as anybody can tell");
}

/// What a decision says that a policy can change.
fn said(decision: &Decision) -> (Disposition, Reason, u64) {
    (decision.disposition, decision.reason, decision.policy.0)
}

const STRICT: &str = "[ai]\nconfidence_min = 0.95\n[first_responder]\norder_status = \"human\"\n";

#[test]
fn g_109_open_conversations_go_on_under_the_new_policy_at_once() {
    // Stated: there is no conversation under an old policy. What is decided after the change is decided by
    // the new one, whenever the conversation began; what was decided before stands.
    let mut line = Line::new();
    line.says(QUESTION);
    let id = line.conversation();
    line.becomes(STRICT);
    // The answer that was on its way is judged by the new threshold.
    line.ai_ends(AiOutcome::Answer, 0.9, "We do!");
    assert_eq!(line.offers()[0].reason, Reason::LowConfidence);
    let mut line = Line::new();
    line.says(QUESTION);
    line.ai_says("We do!");
    assert_eq!(line.says("where is my order").disposition, Disposition::Ai);
    line.ai_says("On its way.");
    line.becomes(STRICT);
    let decision = line.says("where is my order");
    assert_eq!((decision.conversation, decision.disposition), (id, Disposition::Human));
    let strict = Policy::parse(STRICT, "a").unwrap();
    assert_eq!(decision.policy, strict.version, "and the decision says whose it is");
    // Who has it keeps it: a policy moves nobody by itself.
    line.becomes("");
    assert_eq!(line.owner(), Owner::Queue);
    // An automation under way counts its steps by its own policy, and ends with it.
    let vip = "[[keyword]]\nword = \"vip\"\nreply = \"Which size?\"\nthen = [\"Noted.\"]\n";
    let mut line = Line::with_policy(vip);
    line.says("vip");
    line.becomes(&format!("{vip}[ai]\nconfidence_min = 0.7\n"));
    assert_eq!(line.says("what size?").disposition, Disposition::Ai);
}

#[test]
fn g_110_a_policy_that_is_rolled_back_decides_as_before_at_once() {
    let texts = [QUESTION, "where is my order", REFUND, "thanks!", "do you ship to Canada?"];
    let decided = |line: &mut Line| -> Vec<_> {
        texts
            .iter()
            .map(|text| {
                line.agent(1, AgentAction::Close);
                line.wait(48 * 3600);
                said(&line.says(text))
            })
            .collect()
    };
    let mut line = Line::new();
    let before = decided(&mut line);
    line.becomes("hand_off = \"helpdesk\"\n[ai]\nmode = \"off\"\n");
    let bad = decided(&mut line);
    line.becomes("");
    let after = decided(&mut line);
    assert_eq!(after, before);
    assert!(bad.iter().zip(&before).all(|(bad, good)| bad.2 != good.2));
    assert!(bad[0].0 == Disposition::Helpdesk && before[0].0 == Disposition::Ai);
    // Between two messages of one turn too: each is decided by the policy in force before it.
    let mut line = Line::new();
    let version = |policy: &str| Policy::parse(policy, "a").unwrap().version;
    let change = |source: &'static str| {
        let (source, author) = (Bytes::from_static(source.as_bytes()), Bytes::new());
        Input::Policy(PolicyChange { brand: BRAND, source, author })
    };
    let reply = |id| Input::Reply(line.message(id, QUESTION));
    let inputs = vec![reply(1), change(STRICT), reply(2), change(""), reply(3)];
    line.forget();
    line.give_at_once(inputs);
    let versions = line.effects.iter().filter_map(|effect| match effect {
        Effect::Decide(decision) => Some(decision.policy),
        _ => None,
    });
    assert_eq!(versions.collect::<Vec<_>>(), [version(""), version(STRICT), version("")]);
    // One that cannot be read changes nothing.
    let mut line = Line::with_policy(STRICT);
    line.becomes("[ai]\nconfidence_min = 7\n");
    line.becomes("this is no policy");
    assert_eq!(line.says(QUESTION).policy, version(STRICT));
}
