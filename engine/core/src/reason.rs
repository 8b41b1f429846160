//! The words in which decisions are told: steps of the ladder, dispositions and reasons.

use crate::names::named;

named! {
    /// The steps of the precedence ladder, highest first. [`crate::ladder`] is the ladder itself.
    pub enum Step {
        /// Duplicate, malformed or for an unknown brand.
        Structural = "structural",
        /// Opt-out keyword or request.
        OptOut = "opt_out",
        /// HELP and re-subscription.
        HelpOrOptIn = "help_or_opt_in",
        /// The brand has blocked this person.
        Blocked = "blocked",
        /// Noise and automatic replies.
        Noise = "noise",
        /// Abuse and malice.
        Abuse = "abuse",
        /// Triggers that no policy can switch off.
        Safety = "safety",
        /// Somebody owns the conversation already.
        Owned = "owned",
        /// A keyword automation of the brand.
        Keyword = "keyword",
        /// Brand eligibility and audience.
        Audience = "audience",
        /// First responder by intent.
        Intent = "intent",
        /// Consent, budget and capacity of the chosen responder.
        Limits = "limits",
        /// The AI answers.
        Ai = "ai",
        /// Nobody else may or can: hand-off by settings.
        HandOff = "hand_off",
    }
}

named! {
    /// What happens to a reply.
    pub enum Disposition {
        /// Nothing, on purpose. A silence has a reason like any other decision (`X-5`).
        Ignore = "ignore",
        /// The compliance function answers.
        Compliance = "compliance",
        /// Perhaps an opt-out: AI and marketing stop until a person decides.
        Hold = "hold",
        /// A keyword automation answers.
        Automation = "automation",
        /// The AI answers.
        Ai = "ai",
        /// A person answers; the conversation waits in a queue.
        Human = "human",
        /// The store's own team answers, outside.
        Store = "store",
        /// A ticket at the brand's helpdesk.
        Helpdesk = "helpdesk",
        /// The closing text is sent and the conversation ends unresolved.
        Closeout = "closeout",
        /// Added to a conversation that somebody owns; they answer, not the engine.
        Append = "append",
    }
}

named! {
    /// Why. Every decision has one, and a hand-off never lacks it (`TX-46`).
    #[derive(Default)]
    pub enum Reason {
        /// None; only where there is nothing to explain.
        #[default]
        None = "none",
        /// The provider delivered this message before.
        Duplicate = "duplicate",
        /// No policy for this brand.
        UnknownBrand = "unknown_brand",
        /// Opt-out by keyword or request.
        OptOut = "opt_out",
        /// Opt-out by somebody who is opted out already.
        AlreadyOptedOut = "already_opted_out",
        /// Opt-in.
        OptIn = "opt_in",
        /// HELP.
        Help = "help",
        /// Perhaps an opt-out.
        OptOutUnclear = "opt_out_unclear",
        /// The brand blocked this person.
        Blocked = "blocked",
        /// A device answered by itself.
        AutoReply = "auto_reply",
        /// A tapback.
        Reaction = "reaction",
        /// A delivery failure notice.
        Bounce = "bounce",
        /// Other text that no person wrote to the brand.
        OtherNoise = "other_noise",
        /// Advertising or fraud sent to the brand.
        Spam = "spam",
        /// Abusive language.
        Abusive = "abusive",
        /// Fraud, injection, harassment.
        Malicious = "malicious",
        /// Speaks of self-harm.
        SelfHarm = "self_harm",
        /// A threat.
        Threat = "threat",
        /// Lawyers, regulators, the press.
        Legal = "legal",
        /// Two machines seem to answer each other (`KL-43`).
        Loop = "loop",
        /// Somebody owns the conversation.
        Owned = "owned",
        /// A keyword of the brand.
        Keyword = "keyword",
        /// The brand may not use AI on this channel (`KL-12`).
        NotEligible = "not_eligible",
        /// The intent is for the AI first.
        AiFirst = "ai_first",
        /// The intent is for people first.
        HumanFirst = "human_first",
        /// The intent is for the store first.
        StoreFirst = "store_first",
        /// Thanks, ok and the like need no answer.
        Acknowledgement = "acknowledgement",
        /// The intent is one the brand leaves unanswered.
        SilenceByPolicy = "silence_by_policy",
        /// Opted out: nobody may send to them.
        OptedOut = "opted_out",
        /// Asked for a person.
        WantsPerson = "wants_person",
        /// Arrived damaged.
        Damaged = "damaged",
        /// Does not work.
        Defective = "defective",
        /// Not what was ordered.
        WrongItem = "wrong_item",
        /// Something is missing.
        MissingItem = "missing_item",
        /// Wants to return.
        Return = "return",
        /// Wants a refund.
        Refund = "refund",
        /// Wants an exchange.
        Exchange = "exchange",
        /// Disputes a charge.
        BillingDispute = "billing_dispute",
        /// A sensitive matter.
        Sensitive = "sensitive",
        /// Still frustrated after several attempts of the AI.
        FrustratedAfterAttempts = "frustrated_after_attempts",
        /// The AI found nothing in what it knows.
        KnowledgeMiss = "knowledge_miss",
        /// The AI understood, but cannot do it.
        NoCapability = "no_capability",
        /// The AI was not sure enough.
        LowConfidence = "low_confidence",
        /// The AI did not answer in time.
        AiTimeout = "ai_timeout",
        /// The AI failed or answered nonsense.
        AiError = "ai_error",
        /// The AI's messages or segments for this conversation are used up.
        BudgetExhausted = "budget_exhausted",
        /// The customer has been silent since the last answer.
        Inactive = "inactive",
        /// An agent said so.
        Agent = "agent",
        /// A deadline passed without an answer from people.
        Unattended = "unattended",
        /// No person decided about a possible opt-out in time: it counts as one.
        HoldExpired = "hold_expired",
        /// The brand has switched the AI off (`G-70`, `G-72`).
        AiOff = "ai_off",
        /// The AI may not have replies to this send (`KL-60`, `KL-61`).
        NotInAudience = "not_in_audience",
        /// A word that keeps the AI out (`KL-64`).
        ExcludedKeyword = "excluded_keyword",
        /// No word that lets the AI in (`KL-63`).
        NoRequiredKeyword = "no_required_keyword",
        /// The AI's answer is a draft for a person to send (`G-70`).
        Draft = "draft",
        /// The AI asked for particulars and fell silent (`AI-13`).
        InfoRequested = "info_requested",
        /// The customer sent what the AI had asked for (`AI-15`).
        InfoSubmitted = "info_submitted",
        /// The AI has tried as often as it may without success (`KL-50`).
        AttemptsExhausted = "attempts_exhausted",
        /// A score of the AI reached its threshold (`RU-3`).
        ScoreThreshold = "score_threshold",
        /// The AI lacks access to what the answer takes (`OT-25`, `AI-2`, `KL-11`).
        NoAccess = "no_access",
        /// A tag brings people in (`AI-20`, `AI-28`).
        CustomTag = "custom_tag",
        /// An agent paused the AI: a person's lasting attention is needed (`RU-35`).
        PausedForAttention = "paused_for_attention",
        /// An agent paused the AI: the customer has yet to confirm (`RU-36`).
        PausedForConfirmation = "paused_for_confirmation",
        /// Somebody answered outside of this inbox (`G-5`).
        OutsideReply = "outside_reply",
        /// The agent lacks access to the details (`OT-23`).
        AgentLacksAccess = "agent_lacks_access",
        /// The agent lacks the store's rule (`OT-24`).
        AgentLacksPolicy = "agent_lacks_policy",
        /// The system outside could not take it (`G-52`).
        HandOverFailed = "hand_over_failed",
        /// It is done outside.
        OutsideClosed = "outside_closed",
        /// The AI resumes, since people have been silent for long enough (`X-3`).
        ResumeTimer = "resume_timer",
        /// The closing text was sent lately and is not repeated (`KL-36`).
        ClosedOutLately = "closed_out_lately",
        /// A keyword automation waited for an answer that did not come (`KL-27`).
        AutomationTimeout = "automation_timeout",
        /// The customer never agreed to be written to (`G-31`).
        NoConsent = "no_consent",
        /// What the brand may spend in a day is used up (`G-105`, `KL-73`).
        BrandBudgetExhausted = "brand_budget_exhausted",
        /// People had it, and it stays with them (`TX-54`).
        StaysManual = "stays_manual",
    }
}
