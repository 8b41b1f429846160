//! Invitations to reply, which a brand puts into campaigns and flows (`KL-53..56`).

use std::collections::BTreeSet;

use crate::message::Source;
use crate::names::named;

use super::Sources;

named! {
    /// Where in their way to a purchase customers are.
    pub enum Stage {
        /// They have just subscribed.
        Welcome = "welcome",
        /// They look around.
        Browse = "browse",
        /// Something is in the cart.
        Cart = "cart",
        /// They have bought.
        PostPurchase = "post_purchase",
    }
}

impl Stage {
    /// An invitation for this stage, for brands that have none of their own (`KL-53`, `KL-54`).
    pub const fn template(self) -> &'static str {
        match self {
            Self::Welcome => "Reply with questions: what are you looking for?",
            Self::Browse => "Reply with questions about sizes, colors or fit!",
            Self::Cart => "Anything holding you back? Reply with questions!",
            Self::PostPurchase => "Questions about your order? Just reply!",
        }
    }
}

/// An invitation, saved to be used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starter {
    /// Its name.
    pub name: String,
    /// For which stage.
    pub stage: Stage,
    /// What it says.
    pub text: String,
    /// The sends it stands in.
    pub sends: Sources,
}

impl Starter {
    /// Whether it stood in `source`.
    pub fn stands_in(&self, source: Source) -> bool {
        source != Source::Unprompted && self.sends.has(source)
    }
}

/// The sends with these numbers.
pub(super) fn sends(campaigns: &BTreeSet<u32>, flows: &BTreeSet<u32>) -> Sources {
    Sources { campaigns: campaigns.clone(), flows: flows.clone(), unprompted: false }
}
