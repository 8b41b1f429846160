//! Tags, as they are written.

use bytes::Bytes;
use serde::Deserialize;
use toml::Spanned;

use super::people::position;
use super::place::Place;
use crate::classify::Intent;
use crate::id::QueueId;
use crate::limits::TAGS_MAX;
use crate::policy::{Error, Particular, Particulars, PostAction, SYSTEM_TAGS, Tag, TagSet, Tagged};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTag {
    name: Spanned<String>,
    #[serde(default)]
    intents: Vec<Intent>,
    #[serde(default)]
    instructions: Option<Spanned<String>>,
    #[serde(default)]
    wants: Vec<Particular>,
    after: Option<PostAction>,
    #[serde(default)]
    notify: bool,
    #[serde(default)]
    queue: Option<Spanned<String>>,
}

/// All tags of a brand, those that everybody has first, and what messages of each intent carry.
pub(super) type TagTables = (Vec<Tag>, [Tagged; Intent::ALL.len()]);

pub(super) fn tags(
    place: &Place,
    written: &[WrittenTag],
    queues: &[String],
) -> Result<TagTables, Error> {
    let mut tags: Vec<Tag> = SYSTEM_TAGS.iter().map(|name| Tag::system(name)).collect();
    let mut tagged: [Tagged; Intent::ALL.len()] = Default::default();
    let mut told: [Vec<String>; Intent::ALL.len()] = Default::default();
    for (position, tag) in written.iter().enumerate() {
        let compiled = tag.compile(place, queues)?;
        tag.check(place, &compiled, &written[..position], tags.len())?;
        let system = SYSTEM_TAGS.iter().position(|name| *name == compiled.name);
        let index = system.unwrap_or(tags.len());
        for intent in &tag.intents {
            let slot = usize::from(intent.code());
            tagged[slot].add(index, &compiled);
            if !compiled.instructions.is_empty() {
                told[slot].push(compiled.instructions.clone());
            }
        }
        match system {
            Some(index) => tags[index] = compiled,
            None => tags.push(compiled),
        }
    }
    for (tagged, told) in tagged.iter_mut().zip(told) {
        tagged.instructions = Bytes::from(told.join("\n"));
    }
    Ok((tags, tagged))
}

impl Tagged {
    fn add(&mut self, index: usize, tag: &Tag) {
        self.tags = self.tags.and(TagSet::one(index));
        // The strictest of several counts (AI-46).
        self.after = self.after.max(tag.after);
        self.wants = self.wants.and(tag.wants);
    }
}

impl Tag {
    /// One that every brand has: it says that people are needed, so they get the conversation, also if the
    /// AI has an answer (`AI-21`).
    fn system(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            instructions: String::new(),
            after: PostAction::HandOff,
            wants: Particulars::default(),
            notify: false,
            queue: None,
        }
    }
}

impl WrittenTag {
    fn compile(&self, place: &Place, queues: &[String]) -> Result<Tag, Error> {
        let name = self.name.get_ref().trim();
        let instructions = self.instructions.as_ref().map_or("", |text| text.get_ref().trim());
        let queue = self.queue.as_ref().map(|queue| {
            position(place, "queue", "queues", queue, queues.iter())
                .map(|index| QueueId(index as u16))
        });
        let is_system = SYSTEM_TAGS.contains(&name);
        let otherwise = if is_system { PostAction::HandOff } else { PostAction::GoOn };
        let mut wants = Particulars::default();
        self.wants.iter().for_each(|particular| wants.insert(*particular));
        Ok(Tag {
            name: name.to_owned(),
            instructions: instructions.to_owned(),
            after: self.after.unwrap_or(otherwise),
            wants,
            notify: self.notify,
            queue: queue.transpose()?,
        })
    }

    /// `before` are the tags that were written before this one, and `there` is how many exist by then.
    fn check(
        &self,
        place: &Place,
        compiled: &Tag,
        before: &[Self],
        there: usize,
    ) -> Result<(), Error> {
        let name = &compiled.name[..];
        let is_system = SYSTEM_TAGS.contains(&name);
        let message = if name.is_empty() {
            "a tag has no name; give it one".to_owned()
        } else if name.starts_with("sys_") && !is_system {
            format!(
                "the tag `{name}` begins with sys_, which is reserved for {}; name it otherwise \
                 (AI-29)",
                SYSTEM_TAGS.join(" and ")
            )
        } else if before.iter().any(|other| other.name.get_ref().trim() == name) {
            format!("the tag `{name}` stands twice; join the two")
        } else if there == TAGS_MAX && !is_system {
            format!("there are more than {} tags; remove some", TAGS_MAX - SYSTEM_TAGS.len())
        } else if !compiled.wants.is_empty() && compiled.after != PostAction::Suspend {
            format!(
                "the tag `{name}` wants particulars, which are waited for only with \
                 after = \"suspend\"; add that, or remove `wants`"
            )
        } else {
            return Ok(());
        };
        Err(place.error(&self.name, message))
    }
}
