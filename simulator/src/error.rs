//! The one way in which a command fails: a line that says where, what, and what to do, and an exit code.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// Ends a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Bad input: the user can mend it. Exit code 2.
    Input(String),
    /// An expectation of the scenario failed. Exit code 99.
    Expectation(String),
    /// Whoever read the output has closed it. Not a failure.
    ReaderGone,
    /// The user interrupted; what was done so far is written. Exit code 130.
    Interrupted,
    /// A promise of the engine was broken: our mistake. Exit code 1.
    Internal(String),
}

impl Error {
    /// Bad input, from anything that can be shown.
    pub fn input(message: impl fmt::Display) -> Self {
        Self::Input(message.to_string())
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::ReaderGone => 0,
            Self::Internal(_) => 1,
            Self::Input(_) => 2,
            Self::Expectation(_) => 99,
            Self::Interrupted => 130,
        })
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::input(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(message) | Self::Expectation(message) => f.write_str(message),
            Self::ReaderGone => f.write_str("the output was closed"),
            Self::Interrupted => {
                f.write_str("interrupted; the results cover what was done until then")
            }
            Self::Internal(message) => {
                write!(
                    f,
                    "{message} (this is a mistake in Volley; please report it with the scenario and seed)"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
