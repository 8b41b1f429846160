//! Includes and excludes that meet, where exclusion wins (`KL-70`), and invitations to those who are kept out.

use std::sync::Arc;

use super::table::{Circumstances, verdict_of};
use super::{Check, FindingKind, machine, samples};

use crate::classify::Intent;
use crate::id::CampaignId;
use crate::ladder::counterfactual::sources;
use crate::message::Source;
use crate::reason::{Disposition, Reason};

pub(super) fn check(check: &mut Check) {
    sends(check);
    segments(check);
    never_meant(check);
    starters(check);
}

fn named(source: Source) -> String {
    match source {
        Source::Unprompted => "nothing".to_owned(),
        Source::Campaign(id) => format!("campaign {id}"),
        Source::Flow(id) => format!("flow {id}"),
    }
}

fn sends(check: &mut Check) {
    let audience = &check.policy.audience;
    let Some(include) = &audience.include else { return };
    for source in sources(check.policy) {
        if include.has(source) && audience.exclude.has(source) {
            let text = format!(
                "replies to {} are included and excluded, and exclusion wins; remove one of the two \
                 (KL-70)",
                named(source)
            );
            let message = check.says(machine::for_ai(check)).answering(source);
            check.find(FindingKind::Conflict, "audience", text, message);
        }
    }
}

fn segments(check: &mut Check) {
    let (policy, audience) = (check.policy, &check.policy.audience);
    for (name, id) in &policy.segments {
        if audience.include_segments.contains(id) && audience.exclude_segments.contains(id) {
            let text = format!(
                "the segment `{name}` is included and excluded, and exclusion wins; remove one of the \
                 two (KL-70)"
            );
            let message = check.says(machine::for_ai(check)).of(*id);
            check.find(FindingKind::Conflict, "audience", text, message);
        }
    }
}

/// Segments that the policy names and nothing speaks of.
fn never_meant(check: &mut Check) {
    let (policy, audience) = (check.policy, &check.policy.audience);
    for (name, id) in &policy.segments {
        let is_meant =
            audience.include_segments.contains(id) || audience.exclude_segments.contains(id);
        if !is_meant {
            let text = format!(
                "the segment `{name}` is named and nothing is said of it; name it in \
                 audience.include or audience.exclude, or remove it"
            );
            let message = check.says(machine::for_ai(check)).of(*id);
            check.find(FindingKind::NeverFires, "segments", text, message);
        }
    }
}

/// Invitations to write to an AI that may not have the replies.
fn starters(check: &mut Check) {
    let policy = Arc::new(check.policy.clone());
    let usual = Circumstances::usual(&policy);
    for starter in &policy.starters {
        let campaigns = starter.sends.campaigns.iter().map(|id| Source::Campaign(CampaignId(*id)));
        let flows = starter.sends.flows.iter().map(|id| Source::Flow(CampaignId(*id)));
        for source in campaigns.chain(flows) {
            let here = Circumstances { source, ..usual.clone() };
            // What is not understood shows little.
            let barred = Intent::ALL.iter().skip(1).find(|intent| {
                let route = here.route(&policy, verdict_of(**intent));
                route.reason == Reason::NotInAudience && route.disposition != Disposition::Ai
            });
            let Some(intent) = barred else { continue };
            let text = format!(
                "the starter `{}` invites replies to {}, which the audience keeps from the AI; \
                 include them, or take the starter out",
                starter.name,
                named(source)
            );
            let message = check.says(samples::of_intent(*intent)).answering(source);
            check.find(FindingKind::Conflict, "starter", text, message);
        }
    }
}
