//! Any bytes are a record or are refused; what is a record is written back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use volley_core::record::Record;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = Record::decode(bytes) {
        let mut again = Vec::new();
        record.encode(&mut again);
        assert_eq!(Record::decode(&again).as_ref(), Ok(&record));
    }
});
