//! The kinds of reply that customers send, and what the router ought to make of each.

use serde::{Deserialize, Serialize};
use volley_core::classify::{Compliance, Detail, Intent, Noise, Signals, Verdict};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What a simulated customer says: the ground truth of a text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
        pub enum Kind { $($(#[$doc])* #[serde(rename = $name)] $variant,)+ }

        impl Kind {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in scenario files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

kinds! {
    /// A wish to get no more texts: mostly the bare word.
    OptOut = "opt_out",
    /// A wish to get texts again.
    OptIn = "opt_in",
    /// HELP or INFO alone.
    Help = "help",
    /// A phone or car that answers while its owner drives or is busy.
    Driving = "driving",
    /// An office or a person's phone that answers by itself.
    OutOfOffice = "out_of_office",
    /// A reaction such as `Liked “…”`, quoting the campaign.
    Tapback = "tapback",
    /// A carrier that reports a failure.
    Bounce = "bounce",
    /// A question before buying.
    ProductQuestion = "product_question",
    /// Where is my order.
    OrderStatus = "order_status",
    /// Cancel or change an order, its address or a subscription box.
    OrderChange = "order_change",
    /// A return, a refund or an exchange.
    ReturnRefund = "return_refund",
    /// Arrived damaged, defective, wrong or incomplete.
    DamagedOrWrongItem = "damaged_or_wrong_item",
    /// A charge that is not accepted or not understood.
    BillingDispute = "billing_dispute",
    /// A person, please.
    HumanRequest = "human_request",
    /// Discontent without a further request.
    ComplaintFrustration = "complaint_frustration",
    /// Insults and harassment.
    Abuse = "abuse",
    /// Prompt injection and fraud.
    Malice = "malice",
    /// Health, safety, law and threats: matters that only a person may handle.
    Sensitive = "sensitive",
    /// Log-in, points, personal data.
    AccountHelp = "account_help",
    /// Hours, places, shipping and other general rules.
    StoreInfo = "store_info",
    /// Thanks, ok, hello, an emoji.
    Acknowledgement = "acknowledgement",
    /// Advertising and fraud addressed to nobody in particular.
    Spam = "spam",
    /// A one-time code that reached the brand by mistake.
    OneTimeCode = "one_time_code",
    /// A personal text to somebody else.
    Misdirected = "misdirected",
    /// Nothing, a stray key, keyboard mash.
    Mash = "mash",
    /// An ordinary text with a word of stopping or cancelling in it.
    NearMiss = "near_miss",
    /// Small talk, answers out of context, everything else.
    Other = "other",
    /// Two intents in one text.
    Mixed = "mixed",
}

impl Kind {
    /// What the router ought to make of any text of this kind. [`super::Speech::say`] knows more of
    /// the one text that it wrote.
    pub fn expected(self) -> Expected {
        let intent = |intent| Expected { intent: Some(intent), ..Expected::default() };
        let noise = |noise| Expected { noise: Some(noise), ..Expected::default() };
        let compliance = |compliance| Expected { compliance, ..Expected::default() };
        match self {
            Self::OptOut => compliance(Compliance::OptOut),
            Self::OptIn => compliance(Compliance::OptIn),
            Self::Help => compliance(Compliance::Help),
            Self::Driving | Self::OutOfOffice => noise(Noise::AutoReply),
            Self::Tapback => noise(Noise::Reaction),
            Self::Bounce => noise(Noise::Bounce),
            Self::OneTimeCode | Self::Misdirected | Self::Mash => noise(Noise::Other),
            Self::Spam => intent(Intent::Spam).or_noise(Noise::Other),
            Self::ProductQuestion => intent(Intent::ProductQuestion),
            Self::OrderStatus => intent(Intent::OrderStatus),
            Self::OrderChange => intent(Intent::OrderChange),
            Self::ReturnRefund => intent(Intent::ReturnRefund),
            Self::DamagedOrWrongItem => intent(Intent::DamagedOrWrongItem),
            Self::BillingDispute => intent(Intent::BillingDispute),
            Self::HumanRequest => intent(Intent::HumanRequest).with(Signals::WANTS_PERSON),
            Self::ComplaintFrustration => {
                intent(Intent::ComplaintFrustration).with(Signals::FRUSTRATED)
            }
            Self::Abuse => intent(Intent::Abuse).with(Signals::ABUSIVE),
            Self::Malice => Expected::default().with(Signals::MALICIOUS),
            Self::AccountHelp => intent(Intent::AccountHelp),
            Self::StoreInfo => intent(Intent::StoreInfo),
            Self::Acknowledgement => intent(Intent::Acknowledgement),
            Self::Other => intent(Intent::Other),
            Self::Sensitive | Self::NearMiss | Self::Mixed => Expected::default(),
        }
    }

    /// Whether the kind can be one half of a mixed text.
    pub(super) fn mixes(self) -> bool {
        matches!(
            self,
            Self::ProductQuestion
                | Self::OrderStatus
                | Self::OrderChange
                | Self::ReturnRefund
                | Self::DamagedOrWrongItem
                | Self::BillingDispute
                | Self::AccountHelp
                | Self::StoreInfo
        )
    }
}

/// The ground truth of a text, in the words of the core. What is `None` is not checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// What the law makes of it.
    pub compliance: Compliance,
    /// The noise that it is.
    pub noise: Option<Noise>,
    /// The intent, or the first of two.
    pub intent: Option<Intent>,
    /// The second intent of a mixed text.
    pub second: Option<Intent>,
    /// The particular within the intent, or within the first.
    pub detail: Detail,
    /// What has to be noticed besides.
    pub signals: Signals,
}

impl Expected {
    /// Whether a verdict gives the text its due. Compliance must match. A text known as noise must
    /// be told as that noise, any other as none; spam may be told as noise or as the intent. Either
    /// intent of a mixed text may come first. Detail and signals are not asked here.
    pub fn agrees(&self, verdict: &Verdict) -> bool {
        if verdict.compliance != self.compliance {
            return false;
        }
        if self.noise.is_some() && verdict.noise == self.noise {
            return true;
        }
        let intent = match self.intent {
            Some(intent) => verdict.intent == intent || self.second == Some(verdict.intent),
            None => self.noise.is_none(),
        };
        intent && verdict.noise.is_none()
    }

    fn or_noise(mut self, noise: Noise) -> Self {
        self.noise = Some(noise);
        self
    }

    pub(super) fn with(mut self, signals: Signals) -> Self {
        self.signals = self.signals.with(signals);
        self
    }
}
