//! Two machines that answer each other: the engine stops first, says nothing more and tells people.

use volley_core::conversation::Owner;
use volley_core::reason::{Disposition, Reason, Step};

use crate::support::Line;

/// A shop's robot at the other end writes again `pace` seconds after each answer, never the same words
/// twice. The number of answers it got before the engine stopped, out of eight.
fn answers_to_a_robot(pace: u64) -> usize {
    let mut line =
        Line::with_policy("[budget]\nconversation_messages = 100\nconversation_segments = 200\n");
    for answers in 0..8 {
        let decision = line.says(&format!("do you have the jacket number {answers} in blue?"));
        if decision.reason == Reason::Loop {
            assert_eq!((decision.step, decision.disposition), (Step::Noise, Disposition::Human));
            assert_eq!(line.state().conversation.owner, Owner::Queue);
            assert_eq!(line.sends().len(), answers, "nothing is said when a loop is broken");
            assert_eq!(line.offers().len(), 1, "people are told");
            return answers;
        }
        line.ai_says("Yes, in blue.");
        line.wait(pace);
    }
    8
}

#[test]
fn kl_43_g_112_an_exchange_of_machines_ends_after_a_few_messages() {
    assert_eq!(answers_to_a_robot(2), 5);
}

#[test]
fn a_person_who_takes_their_time_is_never_taken_for_a_machine() {
    assert_eq!(answers_to_a_robot(30), 8);
}
