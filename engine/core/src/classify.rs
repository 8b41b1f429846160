//! What a reply is: compliance word or request, noise, or an intent with a score.
//!
//! Pure, deterministic and linear in the length of the text. The verdict is stamped into the journal
//! record of the reply, so that replay never asks a newer classifier.
//!
//! The order of decisions: the frame of a reaction, which leaves only what the customer added; then
//! compliance, by rules that a person can read; then noise; then the intent. An opt-out outranks all
//! else that a message says. What is doubtful is held, except in text that no person wrote.

mod book;
mod compliance;
mod explain;
mod features;
mod findings;
mod intent;
mod language;
mod model;
mod noise;
mod pattern;
mod rule;
mod typo;
mod vocabulary;
mod window;

pub use book::BookError;
pub use explain::{Explanation, Match, Sign};
pub use features::{FEATURES_MAX, each_feature};
pub use intent::frustration;
pub use model::{
    Calibration, FEATURES_KNOWN_MAX, MODEL_INTENTS, Model, ModelError, Parts as ModelParts,
    ROWS_MAX, Row, SENSES_MAX, Sense, feature_key,
};
pub use rule::RuleId;

use std::sync::Arc;

use crate::hash::{stable_hash, stable_hash_bytes};
use crate::names::named;
use crate::text::{Folded, Spellings};
use book::Book;
use findings::{Findings, Search};
use noise::Frame;
use pattern::Sight;
use window::{View, Window};

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
    /// Every signal with its name in files and explanations.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::WANTS_PERSON, "wants_person"),
        (Self::ABUSIVE, "abusive"),
        (Self::MALICIOUS, "malicious"),
        (Self::FRUSTRATED, "frustrated"),
        (Self::SELF_HARM, "self_harm"),
        (Self::THREAT, "threat"),
        (Self::LEGAL, "legal"),
        (Self::SENSITIVE, "sensitive"),
        (Self::WRONG_PERSON, "wrong_person"),
        (Self::ALSO_AN_ANSWER, "also_an_answer"),
    ];

    /// The signal of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let named = Self::ALL.iter().find(|(_, known)| *known == name);
        named.map(|(signal, _)| *signal)
    }

    /// The names of those that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let set = Self::ALL.iter().filter(move |(signal, _)| self.has(*signal));
        set.map(|(_, name)| *name)
    }

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

/// How many intents there are.
pub const INTENTS: usize = Intent::ALL.len();

/// Working memory of one classifying thread, reused from reply to reply.
#[derive(Debug, Default)]
pub struct Scratch {
    text: Folded,
    spare: Folded,
    search: Search,
}

impl Scratch {
    /// The text of the last reply in folded form.
    pub fn text(&self) -> &Folded {
        &self.text
    }
}

/// A verdict and the scores behind it.
struct Examined {
    verdict: Verdict,
    scores: intent::Scores,
}

impl Examined {
    /// Of a reaction nothing but the frame is read.
    fn reaction(rule: RuleId) -> Self {
        let verdict = Verdict { noise: Some(Noise::Reaction), rule, ..Verdict::default() };
        let mut scores = [Score::default(); INTENTS];
        scores[Intent::Unclear as usize] = Score::ONE;
        Self { verdict, scores }
    }
}

/// The compiled word lists and phrases of one brand.
#[derive(Clone, Debug)]
pub struct Classifier {
    book: Book,
    spellings: Spellings,
    keywords: compliance::Keywords,
    frames: noise::Frames,
    /// The rules of each file of one language.
    languages: language::Rules,
    model: Arc<Model>,
    threshold: Score,
    version: u32,
}

/// Below this score the intent is unclear, unless a policy says otherwise.
const SCORE_ENOUGH: Score = Score(3_000);

/// The rule files that ship with Volley.
const STANDARD: [(&str, &str); 22] = [
    ("words.toml", include_str!("classify/rules/words.toml")),
    ("keywords.toml", include_str!("classify/rules/keywords.toml")),
    ("guards.toml", include_str!("classify/rules/guards.toml")),
    ("requests.toml", include_str!("classify/rules/requests.toml")),
    ("person.toml", include_str!("classify/rules/person.toml")),
    ("again.toml", include_str!("classify/rules/again.toml")),
    ("spanish.toml", include_str!("classify/rules/spanish.toml")),
    ("french.toml", include_str!("classify/rules/french.toml")),
    ("german.toml", include_str!("classify/rules/german.toml")),
    ("portuguese.toml", include_str!("classify/rules/portuguese.toml")),
    ("reactions.toml", include_str!("classify/rules/reactions.toml")),
    ("away.toml", include_str!("classify/rules/away.toml")),
    ("carriers.toml", include_str!("classify/rules/carriers.toml")),
    ("others.toml", include_str!("classify/rules/others.toml")),
    ("people.toml", include_str!("classify/rules/people.toml")),
    ("signals.toml", include_str!("classify/rules/signals.toml")),
    ("temper.toml", include_str!("classify/rules/temper.toml")),
    ("orders.toml", include_str!("classify/rules/orders.toml")),
    ("returns.toml", include_str!("classify/rules/returns.toml")),
    ("shopping.toml", include_str!("classify/rules/shopping.toml")),
    ("service.toml", include_str!("classify/rules/service.toml")),
    ("courtesy.toml", include_str!("classify/rules/courtesy.toml")),
];

impl Classifier {
    /// The classifier that ships with Volley.
    pub fn standard() -> Self {
        // The files are part of the program, and a test compiles them.
        Self::compile(&STANDARD, Model::standard()).expect("the standard rules compile")
    }

    /// The standard rules without a model: what training reads texts with.
    pub fn untrained() -> Self {
        Self::compile(&STANDARD, Model::empty()).expect("the standard rules compile")
    }

    /// The standard classifier with the words and rules of a brand added, written in TOML as the
    /// standard ones are: sets of one name are joined, rules are added, nothing is taken away.
    ///
    /// # Errors
    ///
    /// If `extra` is no rule file, or speaks of a set, outcome or signal that does not exist.
    pub fn with_rules(extra: &str) -> Result<Self, BookError> {
        let mut files = STANDARD.to_vec();
        files.push(("extra rules", extra));
        Self::compile(&files, Model::standard())
    }

    /// The same rules with another model, such as one trained on a brand's own replies.
    pub fn with_model(mut self, model: Model) -> Self {
        self.version = stable_hash(u64::from(self.version), u64::from(model.version())) as u32;
        self.model = Arc::new(model);
        self
    }

    /// The same, abstaining below another score.
    pub fn with_threshold(mut self, threshold: Score) -> Self {
        self.threshold = threshold;
        self
    }

    /// The model in use.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Folds `text` as [`classify`](Self::classify) does.
    pub fn fold(&self, text: &[u8], folded: &mut Folded) {
        folded.fold(text, &self.spellings);
    }

    fn compile(files: &[(&str, &str)], model: Model) -> Result<Self, BookError> {
        let (book, padding) = Book::compile(files, "<padding>")?;
        let keywords = compliance::Keywords::new(&book, padding);
        let version = files.iter().fold(u64::from(model.version()), |hash, (_, text)| {
            stable_hash_bytes(hash, text.as_bytes())
        });
        Ok(Self {
            spellings: keywords.spellings(&book),
            frames: noise::Frames::new(&book),
            languages: language::rules(&book, files),
            keywords,
            book,
            model: Arc::new(model),
            threshold: SCORE_ENOUGH,
            version: version as u32,
        })
    }

    /// Names what wrote a verdict: it is stamped into decisions. A hash of all rules and weights.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// All words and phrases that the rules speak of, in folded form: what a text is searched for.
    pub fn phrases(&self) -> &[String] {
        self.book.vocabulary().phrases()
    }

    /// What `text`, raw bytes as they arrived, is.
    pub fn classify(&self, text: &[u8], scratch: &mut Scratch) -> Verdict {
        self.examine(text, scratch, false, |_, _, _, _| {}).verdict
    }

    /// What `text` is, and how likely each intent is, in the order of [`Intent::ALL`].
    pub fn scores(&self, text: &[u8], scratch: &mut Scratch) -> (Verdict, [Score; INTENTS]) {
        let examined = self.examine(text, scratch, false, |_, _, _, _| {});
        (examined.verdict, examined.scores)
    }

    fn examine(
        &self,
        raw: &[u8],
        scratch: &mut Scratch,
        thorough: bool,
        note: impl FnMut(u16, View<'_>, Sight, usize),
    ) -> Examined {
        scratch.text.fold(raw, &self.spellings);
        if scratch.text.marks().quotation {
            match self.frames.read(raw, &mut scratch.spare) {
                Frame::None => {}
                Frame::Whole(rule) => return Examined::reaction(rule),
                Frame::Tail(tail) => scratch.text.fold(tail, &self.spellings),
            }
        }
        let Scratch { text, search, .. } = scratch;
        let findings = findings::search(&self.book, text, search, thorough, note);
        let evidence = self.model.evidence(text);
        let scores = intent::scores(evidence, self.model.parts().nothing, &findings, text);
        let mut verdict = intent::decide(&scores, self.threshold, &findings, text);
        self.judge(&mut verdict, &findings, text, &search.window);
        Examined { verdict, scores }
    }

    /// Compliance and noise, which come before any intent.
    fn judge(&self, verdict: &mut Verdict, findings: &Findings, text: &Folded, window: &Window) {
        let unknown = window.unknown();
        let is_unknown = |at: usize| unknown >> at & 1 != 0;
        let noise = noise::decide(findings)
            .or_else(|| Some((Noise::Other, noise::nothing(text, is_unknown)?)));
        let view = window.view(text, self.book.vocabulary());
        let compliance = compliance::decide(&self.keywords, findings, text, view, unknown);
        match (compliance, noise) {
            (Some((Compliance::OptOut, rule)), _) => {
                verdict.compliance = Compliance::OptOut;
                verdict.rule = rule;
            }
            (_, Some((noise, rule))) => {
                verdict.noise = Some(noise);
                verdict.rule = rule;
            }
            (Some((compliance, rule)), None) => {
                verdict.compliance = compliance;
                verdict.rule = rule;
            }
            (None, None) => {}
        }
    }
}
