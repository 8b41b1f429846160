//! Any bytes are a journal file up to some byte, and no further: reading them ends, and panics nowhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use volley_core::journal::Reader;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reader) = Reader::new(bytes) else { return };
    let mut last = reader.header().first_seq.0.wrapping_sub(1);
    for entry in reader {
        let Ok(entry) = entry else { break };
        assert_eq!(entry.record.seq.0, last.wrapping_add(1));
        last = entry.record.seq.0;
    }
});
