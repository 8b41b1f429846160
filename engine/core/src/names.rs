//! Enumerations with a name for each value: the one that files, the command line and policies use.

/// An enumeration with names, for code that treats all of them alike.
pub trait Named: Copy {
    /// The names, in the order of codes.
    fn names() -> &'static [&'static str];

    /// The code.
    fn code(self) -> u8;
}

/// Declares an enumeration whose values have names. It gives `ALL`, `name`, `from_name`, `code`,
/// `from_code`, `Display`, and reads from TOML and JSON by name, listing the names when one is
/// unknown. Codes are positions, written to journals: append values, never insert.
macro_rules! named {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of its code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            const NAMES: &'static [&'static str] = &[$($text,)+];

            /// The name in files and on the command line.
            pub const fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            /// The value of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }

            /// The code in journals.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The value of that code.
            pub fn from_code(code: u8) -> Option<Self> {
                Self::ALL.get(usize::from(code)).copied()
            }
        }

        impl $crate::names::Named for $name {
            fn names() -> &'static [&'static str] {
                Self::NAMES
            }

            fn code(self) -> u8 {
                self as u8
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::from_name(&name)
                    .ok_or_else(|| serde::de::Error::unknown_variant(&name, Self::NAMES))
            }
        }
    };
}

pub(crate) use named;
