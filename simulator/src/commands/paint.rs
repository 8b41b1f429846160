//! Colour on a terminal, and none elsewhere.

use std::io::{IsTerminal, stdout};

use clap::ValueEnum;

/// Whether to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal
    Auto,
    Always,
    Never,
}

impl Colour {
    /// The brush for standard output.
    pub(super) fn paint(self) -> Paint {
        Paint(match self {
            Self::Auto => stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            Self::Always => true,
            Self::Never => false,
        })
    }
}

/// Paints text, or leaves it as it is.
#[derive(Clone, Copy)]
pub(super) struct Paint(bool);

impl Paint {
    fn text(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn strong(self, text: &str) -> String {
        self.text("1", text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.text("2", text)
    }

    /// What stops messages or answers is seen at once.
    pub(super) fn alarm(self, text: &str) -> String {
        self.text("1;31", text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.text("1;32", text)
    }
}
