//! What stories need beside words: pictures, all that an AI gives out, traffic with its ground truth, and the
//! journal read again.

use bytes::Bytes;
use volley_core::classify::Score;
use volley_core::decision::Decision;
use volley_core::effect::{Effect, Tagging};
use volley_core::id::{ContactId, Key};
use volley_core::input::{AiOutcome, AiResult, Input};
use volley_core::journal::{Entry, Reader};
use volley_core::policy::Policy;
use volley_core::shard::{Layout, Shard};
use volley_sim::rng::{self, Stream};
use volley_sim::speech::{Context, Expected, Kind, Speech, Style};

use super::{BRAND, Line, result};

impl Line {
    /// The person writes, with pictures.
    pub fn says_with_media(&mut self, text: &str, media: u8) -> Decision {
        self.next_message += 1;
        let mut inbound = self.message(self.next_message, text);
        inbound.media = media;
        self.give(Input::Reply(inbound));
        *self.decisions().last().expect("every reply is decided")
    }

    /// The AI ends its turn for the last request, surely, with what `fill` adds.
    pub fn ai_gives(&mut self, outcome: AiOutcome, text: &str, fill: impl FnOnce(&mut AiResult)) {
        let mut result = result(&self.last_request(), outcome, Score::ONE, text);
        fill(&mut result);
        self.give(Input::Ai(result));
    }

    /// The AI answers the last request and finds tags, one a line.
    pub fn ai_tags(&mut self, text: &str, tags: &'static str) {
        self.ai_gives(AiOutcome::Answer, text, |result| {
            result.tags = Bytes::from_static(tags.as_bytes())
        });
    }

    /// The replies that were decided.
    pub fn decisions(&self) -> Vec<Decision> {
        self.told(|effect| match effect {
            Effect::Decide(decision) => Some(*decision),
            _ => None,
        })
    }

    /// Labels that were set, each time.
    pub fn tagged(&self) -> Vec<Tagging> {
        self.told(|effect| match effect {
            Effect::Tag(tagging) => Some(*tagging),
            _ => None,
        })
    }

    /// Labels that people were told of.
    pub fn notified(&self) -> Vec<Tagging> {
        self.told(|effect| match effect {
            Effect::Notify(tagging) => Some(*tagging),
            _ => None,
        })
    }

    /// Labels that were taken away.
    pub fn untagged(&self) -> Vec<Tagging> {
        self.told(|effect| match effect {
            Effect::Untag(tagging) => Some(*tagging),
            _ => None,
        })
    }

    /// Another person writes from here on; `number` names them.
    pub fn turns_to(&mut self, number: u64) {
        self.person = someone(number);
    }

    /// The journal from the beginning, and a fresh shard that has come to what is written there, with all
    /// that it wanted done on the way.
    pub fn replayed(self) -> (Vec<Entry>, Shard, Vec<Effect>) {
        let journal = self.worker.into_journal();
        let entries: Result<Vec<_>, _> = Reader::new(journal.bytes()).unwrap().collect();
        let entries = entries.expect("what was written can be read");
        let (mut shard, mut effects) = (Shard::new(Layout::single(8)), Vec::new());
        for entry in &entries {
            shard.apply(&entry.record, entry.position, &mut effects);
        }
        (entries, shard, effects)
    }
}

/// The person of that number.
pub fn someone(number: u64) -> Key {
    Key { brand: BRAND, contact: ContactId(12_025_560_000 + number) }
}

/// The names of tags under the policy in `source`.
pub fn names(source: &str, taggings: &[Tagging]) -> Vec<String> {
    let policy = Policy::parse(source, "a test").unwrap();
    let tags = taggings.iter().flat_map(|tagging| tagging.tags.iter());
    tags.map(|tag| policy.tags[tag].name.clone()).collect()
}

/// What simulated customers say, with what ought to be made of it; the same for the same seed.
pub struct Traffic {
    speech: Speech,
    draws: Stream,
}

impl Traffic {
    /// From `seed`.
    pub fn new(seed: u64) -> Self {
        Self { speech: Speech::new(), draws: rng::stream(seed, "traffic") }
    }

    /// A text of that kind.
    pub fn text(&mut self, kind: Kind) -> (String, Expected) {
        let mut text = Vec::new();
        let (style, context) = (Style::default(), Context::default());
        let expected = self.speech.say(kind, &style, &mut self.draws, &context, &mut text);
        (String::from_utf8(text).unwrap(), expected)
    }
}
