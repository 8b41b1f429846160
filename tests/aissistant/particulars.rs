//! What a tag asks customers for: asked, known when it comes, in one piece or in several, and shown to people.

use volley_core::conversation::Owner;
use volley_core::effect::SendKind;
use volley_core::input::AgentAction;
use volley_core::policy::{Particular, Particulars};
use volley_core::reason::{Disposition, Reason};

use super::{POLICY, RETURN};
use crate::support::Line;

/// A tag on returns that wants one particular.
fn wanting(particular: Particular, ask: &str) -> String {
    format!(
        "[first_responder]\nreturn_refund = \"ai\"\n[[tag]]\nname = \"return_or_refund\"\n\
         intents = [\"return_refund\"]\ninstructions = \"{ask}\"\nafter = \"suspend\"\n\
         wants = [\"{particular}\"]\n"
    )
}

/// The AI is told to ask for it; other words are not it; `text`, with so many pictures, is.
fn is_asked_for(particular: Particular, ask: &str, text: &str, media: u8) {
    let mut line = Line::with_policy(&wanting(particular, ask));
    line.says(RETURN);
    assert_eq!(&line.last_request().instructions[..], ask.as_bytes());
    line.ai_says(ask);
    assert!(line.state().episode().wanted.has(particular));
    assert_eq!(line.says("ok").disposition, Disposition::Append);
    assert_eq!((line.owner(), line.offers().len()), (Owner::Suspended, 0));
    let decision = line.says_with_media(text, media);
    assert_eq!(
        (decision.disposition, decision.reason),
        (Disposition::Human, Reason::InfoSubmitted),
        "{text}"
    );
    assert!(line.offers()[0].filled.has(particular), "{text}");
}

#[test]
fn ai_9_the_ai_asks_for_the_order_number() {
    is_asked_for(Particular::OrderNumber, "What is your order number?", "order 82711", 0);
}

#[test]
fn ai_10_the_ai_asks_for_the_address() {
    let ask = "What is your shipping address?";
    is_asked_for(Particular::Address, ask, "12 Oak Street, Springfield", 0);
}

#[test]
fn ai_11_the_ai_asks_for_the_reason() {
    is_asked_for(Particular::Text, "Why do you return it?", "they do not fit me", 0);
}

#[test]
fn ai_12_the_ai_asks_for_a_photo() {
    let ask = "Please send a photo of how it looks now.";
    is_asked_for(Particular::Photo, ask, "here you go", 1);
    // Most photos come without a word.
    is_asked_for(Particular::Photo, ask, "", 1);
}

/// A return, and the AI has asked for all that [`POLICY`] wants.
fn asked() -> Line {
    let mut line = Line::with_policy(POLICY);
    line.says(RETURN);
    line.ai_says("Your order number, address, reason and a photo, please?");
    line
}

#[test]
fn ai_15_what_was_asked_for_brings_people_who_have_it() {
    let mut line = asked();
    let decision =
        line.says_with_media("order 82711, too small for me. 12 Oak Street, Springfield", 2);
    assert_eq!(
        (decision.disposition, decision.reason),
        (Disposition::Human, Reason::InfoSubmitted)
    );
    assert_eq!(line.offers()[0].filled.iter().count(), 4);
    line.agent(7, AgentAction::Claim);
    line.agent_says(7, "Your label is on its way.");
    assert_eq!(line.kinds(), [SendKind::Ai, SendKind::Agent]);
}

#[test]
fn ai_16_what_comes_in_pieces_is_counted_piece_by_piece() {
    let mut line = asked();
    let pieces = [
        ("order 82711", 0, Particular::OrderNumber),
        ("they do not fit me", 0, Particular::Text),
        ("", 1, Particular::Photo),
    ];
    let mut came = Particulars::default();
    for (text, media, particular) in pieces {
        assert_eq!(line.says_with_media(text, media).disposition, Disposition::Append, "{text}");
        came.insert(particular);
        assert_eq!(line.state().episode().filled, came, "{text}");
    }
    // People who look before all is there see what is.
    line.agent(7, AgentAction::Claim);
    line.agent(7, AgentAction::Requeue);
    assert_eq!(line.offers().last().unwrap().filled, came);
    // The last piece brings them.
    let mut line = asked();
    for (text, media, _) in pieces {
        line.says_with_media(text, media);
    }
    assert_eq!(line.says("12 Oak Street, Springfield").reason, Reason::InfoSubmitted);
    came.insert(Particular::Address);
    assert_eq!(line.offers()[0].filled, came);
    // Whoever never sends the rest gets to people with what there is.
    let mut line = asked();
    line.says("order 82711");
    line.wait(25 * 3600);
    let filled: Vec<_> = line.offers()[0].filled.iter().collect();
    assert_eq!(filled, [Particular::OrderNumber]);
}

#[test]
fn ai_16_what_came_unasked_is_not_waited_for() {
    let mut line = Line::with_policy(&wanting(Particular::OrderNumber, "Which order is it?"));
    assert_eq!(line.says("I want to return order 82711").disposition, Disposition::Ai);
    line.ai_says("Thanks, I pass it on.");
    assert_eq!((line.owner(), line.offers()[0].reason), (Owner::Queue, Reason::InfoSubmitted));
    assert!(line.offers()[0].filled.has(Particular::OrderNumber));
    // Words alone are no reason yet, and numbers no address.
    let mut line = Line::with_policy(POLICY);
    line.says_with_media("I want to return 2 shirts from order 82711", 1);
    line.ai_says("Your address and the reason, please?");
    let missing: Vec<_> = line.state().episode().wanted.iter().collect();
    assert_eq!(missing, [Particular::Address, Particular::Text]);
}
