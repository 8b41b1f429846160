//! The search: depth first, a state that was seen with as much depth left is not searched again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{Hash, Hasher};

use bytes::Bytes;
use volley_core::effect::Effect;
use volley_core::hash::StableHasher;
use volley_core::id::{BrandId, Position, Seq};
use volley_core::input::{AiOutcome, OutsideEvent, PolicyChange};
use volley_core::record::{Body, Record};
use volley_core::service::Role;
use volley_core::shard::{Layout, Shard};
use volley_core::time::Timestamp;

use crate::acts::{self, ACTS, Act, Does, PERSON};
use crate::oracle::{Oracle, Seen};

const START: Timestamp = Timestamp::from_secs(1_795_788_000);

/// What happened, and the promise it broke.
pub struct Story {
    acts: Vec<Act>,
    broken: String,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} breaks: {}", self.acts, self.broken)
    }
}

#[derive(Clone)]
struct State {
    shard: Shard,
    oracle: Oracle,
    now: Timestamp,
}

impl State {
    fn digest(&self) -> u64 {
        let mut hasher = StableHasher::default();
        self.shard.state_hash().hash(&mut hasher);
        self.oracle.hash(&mut hasher);
        self.now.hash(&mut hasher);
        hasher.finish()
    }
}

/// A search under one policy.
pub struct Search {
    first: State,
    /// States, with the depth they were searched to.
    seen: BTreeMap<u64, usize>,
    steps: u64,
    happened: BTreeSet<&'static str>,
    path: Vec<Act>,
}

impl Search {
    pub fn new(policy: &str) -> Self {
        let mut shard = Shard::new(Layout::single(1));
        let source = Bytes::copy_from_slice(policy.as_bytes());
        let change = PolicyChange { brand: BrandId(1), source, author: Bytes::new() };
        let body = Body::Policy(change);
        let record = Record { seq: Seq(1), at: START, previous: Position::default(), body };
        shard.apply(&record, Position(1), &mut Vec::new());
        assert!(shard.policy(BrandId(1)).is_some(), "the policy is refused: {policy}");
        let policy = shard.policy(BrandId(1)).unwrap().clone();
        let first = State { shard, oracle: Oracle::new(&policy), now: START };
        let (seen, happened) = (BTreeMap::new(), BTreeSet::new());
        Self { first, seen, steps: 0, happened, path: Vec::new() }
    }

    /// Looks at everything that can happen in `depth` steps; the first story that breaks a promise.
    pub fn run(&mut self, depth: usize) -> Option<Story> {
        let first = self.first.clone();
        self.explore(&first, depth)
    }

    pub fn states(&self) -> usize {
        self.seen.len()
    }

    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether the search came by what it is about.
    pub fn is_not_vacuous(&self) -> bool {
        ["send", "refuse", "ask", "deny", "offer"].iter().all(|it| self.happened.contains(it))
    }

    pub fn happened(&self) -> String {
        format!("{:?}", self.happened)
    }

    fn explore(&mut self, state: &State, depth: usize) -> Option<Story> {
        if depth == 0 {
            return None;
        }
        for act in ACTS {
            let Some(body) = body(act, state) else { continue };
            self.path.push(act);
            let found = match self.step(state, act, body) {
                Ok(next) => {
                    let searched = self.seen.entry(next.digest()).or_insert(0);
                    if *searched >= depth {
                        None
                    } else {
                        *searched = depth;
                        self.explore(&next, depth - 1)
                    }
                }
                Err(broken) => Some(Story { acts: self.path.clone(), broken }),
            };
            self.path.pop();
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn step(&mut self, state: &State, act: Act, body: Body) -> Result<State, String> {
        self.steps += 1;
        let mut next = state.clone();
        let before = state.shard.find(PERSON).cloned().unwrap_or_default();
        if act == Act::Due {
            let deadline = before.conversation.due().unwrap();
            next.now = next.now.max(deadline.at());
            let mut is_due = false;
            next.shard.take_due(next.now, |key| is_due |= key == PERSON);
            if !is_due {
                return Err("a deadline passed and nothing came of it".to_owned());
            }
        }
        let (at, previous) = (next.now, Position::default());
        let record = Record { seq: Seq(2), at, previous, body };
        let mut effects = Vec::new();
        next.shard.apply(&record, Position(1), &mut effects);
        self.note(&effects);
        let after = next.shard.find(PERSON).cloned().unwrap_or_default();
        let seen = Seen { act, before: &before, effects: &effects, after: &after, now: at };
        next.oracle.judge(&seen)?;
        Ok(next)
    }

    fn note(&mut self, effects: &[Effect]) {
        self.happened.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Send(_) => Some("send"),
            Effect::Refuse(_) => Some("refuse"),
            Effect::AskAi(_) => Some("ask"),
            Effect::Deny(_) => Some("deny"),
            Effect::Offer(_) => Some("offer"),
            _ => None,
        }));
    }
}

/// The input that `act` is in this state; none if it cannot happen there.
fn body(act: Act, state: &State) -> Option<Body> {
    let contact = state.shard.find(PERSON);
    let conversation = contact.map(|contact| &contact.conversation);
    let id = conversation.map(|conversation| conversation.id);
    let oracle = &state.oracle;
    let (newest, older) = (oracle.asked[1], oracle.asked[0]);
    let result = |asked, outcome| Some(acts::result(asked, id?, outcome));
    match act {
        Act::Says(says) => Some(acts::reply(says, oracle.messages + 1, state.now)),
        Act::Redelivery => {
            let says = oracle.last_said?;
            Some(acts::reply(says, oracle.messages, state.now))
        }
        Act::Answer { older: false } => result(newest?, AiOutcome::Answer),
        Act::Answer { older: true } => result(older?, AiOutcome::Answer),
        Act::Fail => result(newest?, AiOutcome::NoKnowledge),
        Act::Agent(agent, does) => Some(acts::command(agent, Role::Agent, does, id?)),
        Act::ViewerReplies => Some(acts::command(3, Role::Viewer, Does::Reply, id?)),
        Act::Echo => Some(acts::echo()),
        Act::OutsideClosed => Some(acts::outside(id?, OutsideEvent::Closed)),
        Act::OutsideFailed => Some(acts::outside(id?, OutsideEvent::Failed)),
        Act::OutsideAnswered => Some(acts::outside(id?, acts::store_says())),
        Act::Outreach => Some(acts::outreach()),
        Act::Due => conversation?.due().map(|_| Body::Due(PERSON)),
    }
}
