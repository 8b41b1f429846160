//! One recorded reply as it is written, and what it means.

use std::time::UNIX_EPOCH;

use bytes::Bytes;
use serde::Deserialize;
use volley_core::hash::stable_hash_bytes;
use volley_core::id::{BrandId, CampaignId, ContactId, MessageId, SenderId};
use volley_core::limits::TEXT_BYTES_MAX;
use volley_core::message::{Channel, Inbound, Source};
use volley_core::time::Timestamp;

use super::BadLine;

/// A name that may be written as a number.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub(super) enum Name {
    Number(u64),
    Text(String),
}

/// The columns that are read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
pub(super) struct Row {
    #[serde(skip)]
    pub(super) number: u64,
    pub(super) text: String,
    #[serde(alias = "from")]
    pub(super) contact: Option<Name>,
    pub(super) brand: Option<u32>,
    pub(super) channel: Option<Channel>,
    #[serde(alias = "id")]
    pub(super) message_id: Option<Name>,
    pub(super) campaign: Option<u32>,
    pub(super) flow: Option<u32>,
    pub(super) media: Option<u8>,
    pub(super) received_us: Option<u64>,
    pub(super) received_at: Option<String>,
}

/// Addresses that stand for no telephone have the top bit set, so that they never meet one.
const NAMED: u64 = 1 << 63;

impl Row {
    /// The reply; `count` names it, and its writer, where the row does not.
    pub(super) fn into_inbound(self, count: u64, usual_at: Timestamp) -> Result<Inbound, BadLine> {
        let bad = |message| BadLine { number: self.number, message };
        if self.text.len() > TEXT_BYTES_MAX {
            let len = self.text.len();
            return Err(bad(format!(
                "text is {len} bytes long; at most {TEXT_BYTES_MAX} are taken"
            )));
        }
        let received_at = match (self.received_us, &self.received_at) {
            (Some(micros), _) => Timestamp::from_micros(micros),
            (None, Some(written)) => time(written).ok_or_else(|| {
                bad(format!("received_at is `{written}`; write a time like 2026-11-27T14:00:00Z"))
            })?,
            (None, None) => usual_at,
        };
        Ok(Inbound {
            brand: BrandId(self.brand.unwrap_or(1)),
            contact: self.contact.map_or(ContactId(NAMED | count), |name| contact(&name)),
            message_id: self.message_id.map_or(MessageId(u128::from(count)), |name| match name {
                Name::Number(number) => MessageId::from_text(&number.to_string()),
                Name::Text(text) => MessageId::from_text(&text),
            }),
            received_at,
            channel: self.channel.unwrap_or_default(),
            sender: SenderId::default(),
            source: match (self.campaign, self.flow) {
                (Some(id), _) => Source::Campaign(CampaignId(id)),
                (None, Some(id)) => Source::Flow(CampaignId(id)),
                (None, None) => Source::Unprompted,
            },
            media: self.media.unwrap_or(0),
            text: Bytes::from(self.text),
        })
    }
}

fn time(written: &str) -> Option<Timestamp> {
    let time = humantime::parse_rfc3339_weak(written).ok()?;
    Some(Timestamp::default() + time.duration_since(UNIX_EPOCH).ok()?)
}

/// A telephone number is its digits, however it is punctuated; any other name is hashed.
fn contact(name: &Name) -> ContactId {
    let text = match name {
        Name::Number(number) => return ContactId(*number),
        Name::Text(text) => text,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let punctuated = text.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
    match digits.parse() {
        Ok(number) if punctuated && (5..=15).contains(&digits.len()) => ContactId(number),
        _ => ContactId(NAMED | stable_hash_bytes(0, text.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_the_same_however_they_are_written() {
        let check = |written: &str, number| {
            assert_eq!(contact(&Name::Text(written.to_owned())), ContactId(number), "{written}");
        };
        check("+1 (415) 555-0100", 14_155_550_100);
        check("14155550100", 14_155_550_100);
        assert_eq!(contact(&Name::Number(14_155_550_100)), ContactId(14_155_550_100));
        let named = contact(&Name::Text("maria".to_owned()));
        assert_ne!(named, contact(&Name::Text("mario".to_owned())));
        assert_eq!(named.0 & NAMED, NAMED);
    }
}
