//! What a person has said about being written to, to which of the brand's numbers, and what counts.
//!
//! What they say to a brand as a whole stands in the contact itself, where every message looks first. What
//! they say to some of its numbers (`G-28`) stands in the profile, and is always the younger of the two: a
//! word to the whole brand wipes out what was said to parts of it.

use super::{Consent, Contact, ScopedConsent};
use crate::id::SenderId;
use crate::policy::{ConsentRules, Scope};
use crate::time::Deadline;

impl Consent {
    /// Of several words that count for one number, the one that closes more wins.
    const fn weight(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::OptedIn => 1,
            Self::Held => 2,
            Self::OptedOut => 3,
        }
    }

    /// Whether nothing may be sent, by nobody: they opted out (`KL-84`), or never agreed and the brand
    /// answers subscribers alone (`G-31`).
    pub fn is_closed(self, rules: &ConsentRules) -> bool {
        match self {
            Self::OptedOut => true,
            Self::Unknown => rules.subscribers_only,
            Self::OptedIn | Self::Held => false,
        }
    }
}

impl Contact {
    /// What counts for messages from `sender`.
    pub fn consent_for(&self, sender: SenderId, rules: &ConsentRules) -> Consent {
        let scoped = self.profile().scoped.iter();
        let heard = scoped.filter(|scoped| rules.reaches(scoped.sender, sender));
        let heard = heard.map(|scoped| scoped.consent).max_by_key(|consent| consent.weight());
        match (heard, rules.scope) {
            (None, _) => self.consent,
            (Some(heard), Scope::Service | Scope::Number) => heard,
            // Said under a policy that kept its numbers apart, which this one does not.
            (Some(heard), Scope::Brand) if heard.weight() > self.consent.weight() => heard,
            (Some(_), Scope::Brand) => self.consent,
        }
    }

    /// Notes what they said to `sender`, as far as the rules let it reach.
    pub fn set_consent(
        &mut self,
        consent: Consent,
        sender: SenderId,
        rules: &ConsentRules,
        since: Deadline,
    ) {
        let before = self.settled(sender, rules);
        if rules.scope == Scope::Brand {
            self.set_consent_everywhere(consent, since);
            if consent == Consent::Held && before == Consent::OptedIn {
                self.profile_mut().before_hold = before;
            }
            return;
        }
        let scoped = &mut self.profile_mut().scoped;
        scoped.retain(|other| !rules.reaches(other.sender, sender));
        scoped.push(ScopedConsent { sender, consent, before, since });
    }

    /// What counted for `sender` before the hold, if there is one.
    fn settled(&self, sender: SenderId, rules: &ConsentRules) -> Consent {
        let consent = self.consent_for(sender, rules);
        if consent != Consent::Held {
            return consent;
        }
        let mut scoped = self.profile().scoped.iter();
        let held = scoped.find(|held| rules.reaches(held.sender, sender));
        held.map_or(self.profile().before_hold, |held| held.before)
    }

    /// Notes what counts for all of the brand's numbers.
    pub fn set_consent_everywhere(&mut self, consent: Consent, since: Deadline) {
        self.consent = consent;
        self.consent_since = Some(since);
        if let Some(more) = self.more_if_any() {
            more.profile.scoped.clear();
            more.profile.before_hold = Consent::Unknown;
        }
    }

    /// Since when something they said is held for a person to decide: the oldest of all that is.
    pub fn held_since(&self) -> Option<Deadline> {
        let brand = self.consent_since.filter(|_| self.consent == Consent::Held);
        let scoped = self.profile().scoped.iter();
        let scoped = scoped.filter(|scoped| scoped.consent == Consent::Held);
        scoped.map(|scoped| scoped.since).chain(brand).min()
    }

    /// Decides all that is held. What was no opt-out is as if it had not been said.
    pub fn settle_hold(&mut self, opt_out: bool, since: Deadline) {
        let decided = |before| if opt_out { Consent::OptedOut } else { before };
        if self.consent == Consent::Held {
            self.consent = decided(self.profile().before_hold);
            self.consent_since = Some(since);
        }
        let Some(more) = self.more_if_any() else { return };
        more.profile.before_hold = Consent::Unknown;
        for scoped in &mut more.profile.scoped {
            if scoped.consent == Consent::Held {
                (scoped.consent, scoped.since) = (decided(scoped.before), since);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const MARKETING: SenderId = SenderId(1);
    const ALERTS: SenderId = SenderId(2);
    const OFFERS: SenderId = SenderId(3);

    fn rules(scope: Scope) -> ConsentRules {
        let services = BTreeMap::from([(MARKETING, 0), (OFFERS, 0), (ALERTS, 1)]);
        ConsentRules { scope, services, ..ConsentRules::default() }
    }

    const fn at(secs: u32) -> Deadline {
        Deadline::from_secs(secs)
    }

    fn said(contact: &Contact, rules: &ConsentRules) -> [Consent; 3] {
        [MARKETING, ALERTS, OFFERS].map(|sender| contact.consent_for(sender, rules))
    }

    use Consent::{Held, OptedIn, OptedOut, Unknown};

    #[test]
    fn an_opt_out_counts_as_far_as_the_rules_say() {
        let check = |scope, heard: [Consent; 3]| {
            let (mut contact, rules) = (Contact::default(), rules(scope));
            contact.set_consent(OptedOut, MARKETING, &rules, at(1));
            assert_eq!(said(&contact, &rules), heard, "{scope}");
            contact.set_consent(OptedIn, MARKETING, &rules, at(2));
            let back = heard.map(|consent| if consent == OptedOut { OptedIn } else { consent });
            assert_eq!(said(&contact, &rules), back, "{scope}");
        };
        check(Scope::Brand, [OptedOut, OptedOut, OptedOut]);
        check(Scope::Service, [OptedOut, Unknown, OptedOut]);
        check(Scope::Number, [OptedOut, Unknown, Unknown]);
    }

    #[test]
    fn a_word_to_the_whole_brand_wipes_out_the_others() {
        let (mut contact, rules) = (Contact::default(), rules(Scope::Number));
        contact.set_consent(OptedIn, ALERTS, &rules, at(1));
        contact.set_consent_everywhere(OptedOut, at(2));
        assert_eq!(said(&contact, &rules), [OptedOut; 3]);
        contact.set_consent(OptedIn, ALERTS, &rules, at(3));
        assert_eq!(said(&contact, &rules), [OptedOut, OptedIn, OptedOut]);
    }

    #[test]
    fn a_policy_that_reaches_further_forgets_no_opt_out() {
        let (mut contact, number) = (Contact::default(), rules(Scope::Number));
        contact.set_consent(OptedOut, MARKETING, &number, at(1));
        contact.set_consent(OptedIn, OFFERS, &number, at(2));
        assert_eq!(said(&contact, &rules(Scope::Service)), [OptedOut, Unknown, OptedOut]);
        assert_eq!(said(&contact, &rules(Scope::Brand)), [OptedOut; 3]);
        contact.set_consent(OptedIn, OFFERS, &rules(Scope::Service), at(3));
        assert_eq!(said(&contact, &rules(Scope::Brand)), [OptedIn; 3]);
    }

    #[test]
    fn what_was_no_opt_out_leaves_things_as_they_were() {
        for (scope, opt_out) in
            [(Scope::Brand, false), (Scope::Number, false), (Scope::Brand, true)]
        {
            let (mut contact, rules) = (Contact::default(), rules(scope));
            contact.set_consent(OptedIn, MARKETING, &rules, at(1));
            contact.set_consent(Held, MARKETING, &rules, at(2));
            contact.set_consent(Held, MARKETING, &rules, at(5));
            assert_eq!(contact.consent_for(MARKETING, &rules), Held);
            assert_eq!(contact.held_since(), Some(at(5)));
            contact.settle_hold(opt_out, at(9));
            let left = if opt_out { OptedOut } else { OptedIn };
            assert_eq!(contact.consent_for(MARKETING, &rules), left, "{scope}");
            assert_eq!(contact.held_since(), None);
        }
    }
}
