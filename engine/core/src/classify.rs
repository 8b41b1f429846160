//! What a reply is: compliance word or request, noise, or an intent with a score.
//!
//! Pure, deterministic and linear in the length of the text. The verdict is stamped into the journal
//! record of the reply, so that replay never asks a newer classifier.

use crate::names::named;

named! {
    /// What the law and the carriers make of a reply (`KL-16`, `KL-17`, `KL-20..22`).
    #[derive(Default)]
    pub enum Compliance {
        /// Not a matter of compliance.
        #[default]
        None = "none",
        /// A wish to get no more messages (47 CFR 64.1200(a)(10)), or proof of a wrong number.
        OptOut = "opt_out",
        /// A wish to get messages again.
        OptIn = "opt_in",
        /// HELP or INFO alone (`X-8`).
        Help = "help",
        /// Perhaps an opt-out: marketing and AI stop until a person has decided.
        Hold = "hold",
    }
}

named! {
    /// Text that no person wrote to the brand (`KL-37..40`).
    pub enum Noise {
        /// A phone, a car or an office that answers by itself.
        AutoReply = "auto_reply",
        /// A tapback such as `Liked “…”`.
        Reaction = "reaction",
        /// A carrier or gateway that reports a failure.
        Bounce = "bounce",
        /// Robots, one-time codes, misdirected or empty text, keyboard mash.
        Other = "other",
    }
}

named! {
    /// What the customer wants.
    #[derive(Default)]
    pub enum Intent {
        /// Nothing could be told with enough certainty.
        #[default]
        Unclear = "unclear",
        /// Shopping: availability, sizing, price, promotion, recommendation, purchase.
        ProductQuestion = "product_question",
        /// Where is my order.
        OrderStatus = "order_status",
        /// Cancel or change an order or its address.
        OrderChange = "order_change",
        /// Return, refund or exchange, and their rules.
        ReturnRefund = "return_refund",
        /// The thing arrived broken, does not work, or is another thing.
        DamagedOrWrongItem = "damaged_or_wrong_item",
        /// A charge that the customer does not accept or understand.
        BillingDispute = "billing_dispute",
        /// A person, please.
        HumanRequest = "human_request",
        /// Discontent without a further request.
        ComplaintFrustration = "complaint_frustration",
        /// Insult or harassment.
        Abuse = "abuse",
        /// Log-in, password, address book, points.
        AccountHelp = "account_help",
        /// Hours, shipping, payment methods, warranty, general rules.
        StoreInfo = "store_info",
        /// Thanks, ok, yes, no, hello.
        Acknowledgement = "acknowledgement",
        /// Advertising or fraud sent to the brand.
        Spam = "spam",
        /// Understood, and none of the above.
        Other = "other",
    }
}

/// How sure, in steps of 0.0001, from 0 to 10,000: an integer, so that two machines agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(pub u16);

impl Score {
    /// Certain.
    pub const ONE: Self = Self(10_000);

    /// The score as a fraction, for people and files.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

/// Things worth knowing beside the intent; any number of them at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signals(pub u16);

impl Signals {
    /// Asks for a person (`TX-27`).
    pub const WANTS_PERSON: Self = Self(1);
    /// Abusive language (`TX-35`).
    pub const ABUSIVE: Self = Self(1 << 1);
    /// Fraud, prompt injection or harassment (`TX-36`).
    pub const MALICIOUS: Self = Self(1 << 2);
    /// Frustrated (`TX-32`).
    pub const FRUSTRATED: Self = Self(1 << 3);
    /// Speaks of harming themselves (`G-74`).
    pub const SELF_HARM: Self = Self(1 << 4);
    /// Threatens somebody (`G-74`).
    pub const THREAT: Self = Self(1 << 5);
    /// Lawyers, regulators, the press, chargebacks (`G-74`).
    pub const LEGAL: Self = Self(1 << 6);
    /// Health, allergy, injury and other sensitive matters (`TX-31`).
    pub const SENSITIVE: Self = Self(1 << 7);
    /// Says that the number has another owner now: the consent was not theirs.
    pub const WRONG_PERSON: Self = Self(1 << 8);
    /// The compliance word is an ordinary answer too, such as YES (`X-9`).
    pub const ALSO_AN_ANSWER: Self = Self(1 << 9);

    /// Whether all of `other` are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is set.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

named! {
    /// The particular within an intent that has a reason code of its own (`TX-28`, `TX-29`).
    #[derive(Default)]
    pub enum Detail {
        /// Nothing more particular.
        #[default]
        None = "none",
        /// Arrived broken.
        Damaged = "damaged",
        /// Does not work.
        Defective = "defective",
        /// Another thing, size or colour than ordered.
        WrongItem = "wrong_item",
        /// Something is not in the parcel.
        MissingItem = "missing_item",
        /// Wants to send it back.
        Return = "return",
        /// Wants the money back.
        Refund = "refund",
        /// Wants another one instead.
        Exchange = "exchange",
    }
}

/// The phrase or rule that decided, as an index into the classifier's own list; zero is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u16);

/// All that routing needs to know of a text. Stamped into the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Compliance, which outranks all else.
    pub compliance: Compliance,
    /// Noise, if no person wrote it.
    pub noise: Option<Noise>,
    /// The likeliest intent, or `Unclear`.
    pub intent: Intent,
    /// How likely.
    pub score: Score,
    /// The second intent of a mixed message (`OT-17`), or `Unclear`.
    pub second: Intent,
    /// How likely the second is.
    pub second_score: Score,
    /// What else was noticed.
    pub signals: Signals,
    /// The particular within the intent.
    pub detail: Detail,
    /// What decided.
    pub rule: RuleId,
}

/// Working memory of one classifying thread, reused from reply to reply.
#[derive(Debug, Default)]
pub struct Scratch {}

/// The compiled word lists, phrases and weights of one brand.
#[derive(Debug)]
pub struct Classifier {}

impl Classifier {
    /// The classifier that ships with Volley.
    pub fn standard() -> Self {
        Self {}
    }

    /// Names what wrote a verdict: it is stamped into decisions.
    pub fn version(&self) -> u32 {
        0
    }

    /// What `text`, raw bytes as they arrived, is.
    pub fn classify(&self, _text: &[u8], _scratch: &mut Scratch) -> Verdict {
        Verdict::default()
    }
}
