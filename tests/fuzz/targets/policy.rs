//! Any text is a policy or is refused in one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use volley_core::policy::Policy;

fuzz_target!(|source: &str| {
    if let Err(error) = Policy::parse(source, "fuzz.toml") {
        assert!(!error.to_string().contains('\n'));
    }
});
