//! What a brand wants its AI and people to know, and that it is nobody else's business.

use bytes::Bytes;
use volley_core::id::{BrandId, Key};
use volley_core::input::{AiOutcome, Input, PolicyChange};
use volley_core::policy::{NoteSet, Policy};
use volley_core::reason::Disposition;

use super::{POLICY, QUESTION, SUPPORT};
use crate::support::{Line, PERSON};

/// What the notes of a set say under the policy in `source`.
fn said(source: &str, notes: NoteSet) -> Vec<String> {
    let policy = Policy::parse(source, "a test").unwrap();
    notes.iter().map(|note| policy.notes[note].text.clone()).collect()
}

fn noted(about: &str, text: &str, when: &str) -> String {
    format!("{POLICY}[[note]]\nabout = \"{about}\"\ntext = \"{text}\"\n{when}")
}

/// What AI and people are given to know in a conversation that begins now.
fn known(line: &mut Line, source: &str, person: u64) -> (Vec<String>, Vec<String>) {
    line.turns_to(person);
    line.says(QUESTION);
    let request = line.last_request();
    line.ai_ends(AiOutcome::NoKnowledge, 0.0, "");
    let offer = *line.offers().last().unwrap();
    let version = Policy::parse(source, "a test").unwrap().version;
    assert_eq!((request.policy, offer.policy), (version, version));
    (said(source, request.notes), said(source, offer.notes))
}

/// A note counts for the AI and for people from the next conversation on.
fn reaches_both(about: &str, text: &str) {
    let mut line = Line::with_policy(POLICY);
    assert_eq!(known(&mut line, POLICY, 1), (vec![], vec![]));
    let changed = noted(about, text, "");
    line.becomes(&changed);
    let wanted = vec![text.to_owned()];
    assert_eq!(known(&mut line, &changed, 2), (wanted.clone(), wanted));
}

#[test]
fn ot_32_ai_and_people_know_the_details_of_products() {
    reaches_both("product", "The blue jackets run small.");
}

#[test]
fn ot_33_ai_and_people_know_the_stores_rules() {
    reaches_both("policy", "Returns are free for 30 days.");
}

#[test]
fn ot_35_a_promotion_is_known_in_its_time_alone() {
    // The tests begin on 2026-11-27 at 14:00 UTC.
    let window = "from = \"2026-11-28\"\nuntil = \"2026-11-30\"\n";
    let policy = noted("promotion", "20% off all coats.", window);
    let mut line = Line::with_policy(&policy);
    let none = (vec![], vec![]);
    let told = (vec!["20% off all coats.".to_owned()], vec!["20% off all coats.".to_owned()]);
    assert_eq!(known(&mut line, &policy, 1), none);
    line.wait(10 * 3600);
    assert_eq!(known(&mut line, &policy, 2), told);
    line.wait(47 * 3600);
    assert_eq!(known(&mut line, &policy, 3), told);
    line.wait(3600);
    assert_eq!(known(&mut line, &policy, 4), none);
}

#[test]
fn ot_41_what_a_brand_changes_is_its_own_alone() {
    let other = Key { brand: BrandId(2), contact: PERSON.contact };
    let mut line = Line::with_policy(POLICY);
    line.give(Input::Policy(PolicyChange {
        brand: other.brand,
        source: Bytes::from_static(POLICY.as_bytes()),
        author: Bytes::new(),
    }));
    let changed = noted("tone", "Be brief.", "")
        .replace("store_info = \"human\"", "product_question = \"human\"");
    let changed = changed.replacen("product_question = \"ai\"\n", "", 1);
    line.becomes(&changed);
    line.person = other;
    assert_eq!(line.says(QUESTION).disposition, Disposition::Ai);
    assert_eq!(said(POLICY, line.last_request().notes), Vec::<String>::new());
    line.person = PERSON;
    assert_eq!(line.says(QUESTION).disposition, Disposition::Human);
    assert_eq!(said(&changed, line.offers().last().unwrap().notes), ["Be brief."]);
    // The same person at two brands is two people.
    line.person = other;
    line.ai_says("We do!");
    assert_eq!(line.sends().last().map(|send| send.key), Some(other));
    assert_eq!(line.says(SUPPORT).disposition, Disposition::Human);
}
