//! Whom the AI may talk to: by the brand's goods, by segments, sends and words.

use volley_core::conversation::Owner;
use volley_core::effect::{Effect, Outside};
use volley_core::id::{CampaignId, SegmentId};
use volley_core::input::{AgentAction, ProfileChange};
use volley_core::message::{Channel, Source};
use volley_core::policy::Policy;
use volley_core::reason::{Disposition, Reason, Step};

use crate::support::Line;

const QUESTION: &str = "do you have this jacket in blue?";

/// A person in these segments.
fn member(policy: &str, segments: &[u32]) -> Line {
    let mut line = Line::with_policy(policy);
    joins(&mut line, segments);
    line
}

fn joins(line: &mut Line, segments: &[u32]) {
    let segments = Some(segments.iter().copied().map(SegmentId).collect());
    line.learns(ProfileChange { segments, ..ProfileChange::default() });
}

/// Why the AI may not have a question of somebody in these segments, or that it may.
#[track_caller]
fn asks(gates: &str, segments: &[u32], reason: Reason) {
    let policy = format!("segments = {{ vip = 12, staff = 3 }}\n[audience]\n{gates}\n");
    let decision = member(&policy, segments).says(QUESTION);
    assert_eq!(decision.reason, reason, "{gates} {segments:?}");
}

#[test]
fn kl_12_kl_14_a_brand_that_carriers_bar_has_no_ai_on_sms() {
    let error =
        Policy::parse("[ai]\nshaft = true\nchannels = [\"sms\"]\n", "a").expect_err("refused");
    assert!(error.message.contains("shaft"), "{error}");
    let policy = "[ai]\nshaft = true\n";
    let decision = Line::with_policy(policy).says(QUESTION);
    assert_eq!((decision.step, decision.reason), (Step::Audience, Reason::NotEligible));
    let mut line = Line::with_policy(policy);
    line.channel = Channel::Web;
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
}

#[test]
fn kl_13_a_brand_that_becomes_one_falls_silent_at_once() {
    let mut line = Line::with_policy("hand_off = \"helpdesk\"\n");
    line.says(QUESTION);
    line.becomes("hand_off = \"helpdesk\"\n[ai]\nshaft = true\n");
    line.ai_says("We do!");
    assert_eq!(line.sends(), []);
    let to = line.effects.iter().find_map(|effect| match effect {
        Effect::HandOver(handed) => Some((handed.to, handed.reason)),
        _ => None,
    });
    assert_eq!(to, Some((Outside::Helpdesk, Reason::NotEligible)));
}

#[test]
fn kl_58_kl_59_all_profiles_or_segments_or_keywords() {
    for segments in [&[][..], &[12]] {
        asks("", segments, Reason::AiFirst);
    }
    asks("include = { segments = [\"vip\"] }", &[], Reason::NotInAudience);
    asks("required_keywords = [\"style me\"]", &[], Reason::NoRequiredKeyword);
    // of each kind that is written, one has to fit.
    let both = "include = { segments = [\"vip\"], campaigns = [7] }";
    asks(both, &[12], Reason::NotInAudience);
    let policy = format!("segments = {{ vip = 12 }}\n[audience]\n{both}\n");
    let mut line = member(&policy, &[12]);
    line.source = Source::Campaign(CampaignId(7));
    assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
    let mut line = Line::with_policy(&policy);
    line.source = Source::Campaign(CampaignId(7));
    assert_eq!(line.says(QUESTION).reason, Reason::NotInAudience);
}

#[test]
fn kl_60_kl_62_an_ai_for_one_segment_alone() {
    let concierge = "include = { segments = [\"vip\"] }";
    asks(concierge, &[12], Reason::AiFirst);
    asks(concierge, &[4, 12, 900], Reason::AiFirst);
    asks(concierge, &[3], Reason::NotInAudience);
}

#[test]
fn kl_61_kl_70_an_excluded_segment_is_out_whatever_else_lets_it_in() {
    asks("exclude = { segments = [\"staff\"] }", &[3], Reason::NotInAudience);
    asks("exclude = { segments = [\"staff\"] }", &[12], Reason::AiFirst);
    let both = "include = { segments = [\"vip\"] }\nexclude = { segments = [\"staff\"] }";
    asks(both, &[3, 12], Reason::NotInAudience);
    asks(both, &[12], Reason::AiFirst);
}

#[test]
fn kl_69_segments_count_as_they_are_or_as_they_were() {
    let check = |membership: &str, reason| {
        let policy = format!(
            "segments = {{ vip = 12 }}\n[audience]\ninclude = {{ segments = [\"vip\"] }}\n\
             membership = \"{membership}\"\n"
        );
        let mut line = member(&policy, &[12]);
        assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
        line.ai_says("We do.");
        joins(&mut line, &[]);
        assert_eq!(line.says("do you have it in red?").reason, reason, "{membership}");
    };
    check("live", Reason::NotInAudience);
    check("start", Reason::AiFirst);
}

#[test]
fn kl_63_kl_66_kl_67_a_required_keyword_begins_a_conversation() {
    let policy = "[audience]\nrequired_keywords = [\"style me\"]\n";
    assert_eq!(Line::with_policy(policy).says(QUESTION).reason, Reason::NoRequiredKeyword);
    let mut line = Line::with_policy(policy);
    assert_eq!(line.says("Style Me please, do you have jackets?").reason, Reason::AiFirst);
    line.ai_says("Sure, which colour?");
    assert_eq!(line.says(QUESTION).reason, Reason::AiFirst);
}

#[test]
fn kl_64_kl_65_kl_85_an_excluded_keyword_is_for_the_helpdesk_first_or_later() {
    let policy = "hand_off = \"helpdesk\"\n[audience]\nexcluded_keywords = [\"wholesale\"]\n";
    let check = |line: &mut Line| {
        line.forget();
        let decision = line.says("do you have this jacket wholesale?");
        let asked = line.effects.iter().any(|effect| matches!(effect, Effect::AskAi(_)));
        let found = (decision.disposition, decision.reason, asked);
        assert_eq!(found, (Disposition::Helpdesk, Reason::ExcludedKeyword, false));
    };
    check(&mut Line::with_policy(policy));
    let mut line = Line::with_policy(policy);
    line.says(QUESTION);
    line.ai_says("We do.");
    assert_eq!(line.state().conversation.owner, Owner::Ai);
    check(&mut line);
    assert_eq!(line.state().conversation.owner, Owner::Store);
}

#[test]
fn kl_68_whom_the_ai_may_not_have_is_never_dropped() {
    let policy = "segments = { vip = 12 }\n[audience]\ninclude = { segments = [\"vip\"] }\n";
    let mut line = Line::with_policy(policy);
    assert_eq!(line.says(QUESTION).disposition, Disposition::Human);
    assert_eq!(line.offers()[0].reason, Reason::NotInAudience);
    line.agent(1, AgentAction::Claim);
    line.agent_says(1, "We do!");
    assert_eq!(line.sends().len(), 1);
}
