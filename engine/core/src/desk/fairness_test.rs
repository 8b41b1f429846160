//! The promises of the desk one by one, checked at each thing that it gives out.

use proptest::prelude::{ProptestConfig, TestCaseError, any, prop, prop_assert, proptest};

use super::model_test::{Both, Model, Step, Waits, step};
use crate::time::Timestamp;

/// Whether anybody could take it.
fn is_takable(model: &Model, waits: &Waits) -> bool {
    model.agents.iter().any(|works| model.can(works, waits))
}

/// Everything the desk gives out now, each held against what it could have given instead.
fn check_assignments(both: &mut Both) -> Result<(), TestCaseError> {
    let now = both.now;
    while let Some(given) = both.desk.assign(Timestamp::from_secs(now)) {
        let (agent, number) = (given.command.agent.0, given.offer.conversation.0);
        let model = &both.model;
        let given = model.waiting().find(|it| it.number == number).expect("it waits");
        let works = model.agents.iter().find(|it| it.agent == agent).expect("they work");
        prop_assert!(model.can(works, given), "G-38, G-40, G-43, X-18: {works:?} cannot {given:?}");
        for other in model.agents.iter().filter(|it| model.can(it, given)) {
            // G-41: nobody who could have it has less, or has waited longer for work.
            let (next, theirs) = (model.turn(works), model.turn(other));
            prop_assert!((next, agent) <= (theirs, other.agent), "{other:?} before {works:?}");
        }
        for other in model.waiting().filter(|it| is_takable(model, it)) {
            match (given.hasty_since(now), other.hasty_since(now)) {
                // G-39, RU-57: what is starved, or will soon be closed, goes before any priority, so no
                // flood of urgent ones can hold it up.
                (Some(since), Some(theirs)) => prop_assert!(since <= theirs, "{other:?}"),
                (None, Some(_)) => prop_assert!(false, "{other:?} is in haste, {given:?} is not"),
                (Some(_), None) => {}
                (None, None) => {
                    let (priority, theirs) = (given.kind.priority, other.kind.priority);
                    // G-42: within a priority the oldest first.
                    let fair =
                        priority > theirs || priority == theirs && given.since <= other.since;
                    prop_assert!(fair, "{other:?} before {given:?}");
                }
            }
        }
        both.model.give(agent, number);
    }
    // Nobody has room while something waits that they could take.
    let idle = both.model.waiting().find(|it| is_takable(&both.model, it));
    prop_assert!(idle.is_none(), "{idle:?} waits for nothing");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_assignment_is_fair(
        in_turn in any::<bool>(),
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut both = Both::new(in_turn);
        for step in steps {
            both.does(step);
            if matches!(step, Step::Assign) {
                check_assignments(&mut both)?;
            }
        }
        check_assignments(&mut both)?;
    }

    /// G-39: however many urgent ones keep coming, whatever has waited for the bound is next.
    #[test]
    fn a_flood_of_urgent_ones_starves_nobody(low in 1..5u64, per_turn in 1..4u64, places in 1..3u16) {
        use super::tests::offer;
        use super::{Answer, Command, Desk, DeskConfig, Shift};
        use crate::effect::{Offer, Release};
        use crate::id::AgentId;
        use crate::service::Priority;

        let starvation = std::time::Duration::from_secs(60);
        let mut desk = Desk::new(DeskConfig { starvation, ..DeskConfig::default() });
        let mut answers = Vec::new();
        let start = Timestamp::from_secs(1000);
        desk.apply(Command::SignOn(Shift::general(AgentId(1), places)), start, &mut answers);
        for number in 1..=low {
            let priority = Priority::Low;
            desk.apply(Command::Offer(Offer { priority, ..offer(number, 1000) }), start, &mut answers);
        }
        let mut number = 100;
        let mut last_low = 0;
        for second in 1000..1200 {
            let now = Timestamp::from_secs(second);
            // One is done each second, and more come than are done.
            for _ in 0..per_turn {
                number += 1;
                let offer = Offer { priority: Priority::Urgent, ..offer(number, second) };
                desk.apply(Command::Offer(offer), now, &mut answers);
            }
            answers.clear();
            desk.turn(now, &mut answers);
            for answer in std::mem::take(&mut answers) {
                let Answer::Assigned(it) = answer else { continue };
                let (agent, conversation) = (it.command.agent, it.offer.conversation);
                if conversation.0 <= low {
                    last_low = second;
                }
                desk.apply(Command::Release(Release { agent, conversation }), now, &mut answers);
            }
        }
        // The bound, and the time to serve those that waited as long.
        prop_assert!((1000..=1060 + low).contains(&last_low), "{last_low}");
    }
}
