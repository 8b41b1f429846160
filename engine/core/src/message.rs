//! Messages as they arrive: who wrote what to whom, on which channel, in answer to what.

use bytes::Bytes;

use crate::id::{BrandId, CampaignId, ContactId, Key, MessageId, SenderId};
use crate::names::named;
use crate::time::Timestamp;

named! {
    /// The way a message travels.
    #[derive(Default)]
    pub enum Channel {
        /// Text message, plain.
        #[default]
        Sms = "sms",
        /// Text message with media.
        Mms = "mms",
        /// Rich Communication Services.
        Rcs = "rcs",
        /// WhatsApp Business.
        WhatsApp = "whatsapp",
        /// Facebook Messenger.
        Messenger = "messenger",
        /// Instagram direct message.
        Instagram = "instagram",
        /// A chat widget on a website or a shared link.
        Web = "web",
        /// Electronic mail.
        Email = "email",
    }
}

named! {
    /// A language that brand texts can be written in and replies be known by (`OT-34`).
    pub enum Language {
        /// English.
        English = "en",
        /// Spanish.
        Spanish = "es",
        /// French.
        French = "fr",
        /// German.
        German = "de",
        /// Portuguese.
        Portuguese = "pt",
    }
}

/// What provoked a reply (`OT-2`, `TX-8`): the kind of send is kept with its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Nothing known: the customer wrote of their own accord.
    #[default]
    Unprompted,
    /// A campaign, sent once to many.
    Campaign(CampaignId),
    /// A flow, sent when something happened, such as an abandoned cart.
    Flow(CampaignId),
}

named! {
    /// The kinds of source, for files.
    pub enum SourceKind {
        /// Nothing known.
        Unprompted = "unprompted",
        /// A campaign.
        Campaign = "campaign",
        /// A flow.
        Flow = "flow",
    }
}

impl Source {
    /// The kind of send.
    pub const fn kind(self) -> SourceKind {
        match self {
            Self::Unprompted => SourceKind::Unprompted,
            Self::Campaign(_) => SourceKind::Campaign,
            Self::Flow(_) => SourceKind::Flow,
        }
    }

    /// The number of the campaign or flow; 0 if there is none.
    pub const fn id(self) -> u32 {
        match self {
            Self::Unprompted => 0,
            Self::Campaign(CampaignId(id)) | Self::Flow(CampaignId(id)) => id,
        }
    }
}

/// One reply as a connector decoded it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbound {
    /// The brand it was written to.
    pub brand: BrandId,
    /// The person who wrote.
    pub contact: ContactId,
    /// The provider's id, by which a redelivery is recognised (`G-16`).
    pub message_id: MessageId,
    /// When it was due at the door: latency is measured from here.
    pub received_at: Timestamp,
    /// The channel it came by.
    pub channel: Channel,
    /// The brand's number or account that it was written to; 0 if there is only one.
    pub sender: SenderId,
    /// What it answers, as far as is known.
    pub source: Source,
    /// Pictures and other attachments that came with it.
    pub media: u8,
    /// The raw bytes that were written, kept as evidence; UTF-8 is not promised.
    pub text: Bytes,
}

impl Inbound {
    /// The person at the brand.
    pub fn key(&self) -> Key {
        Key { brand: self.brand, contact: self.contact }
    }
}
