//! Batches of any size in segments of any size, however often the journal was opened: read as they were written.

use proptest::prelude::*;
use volley_core::id::Position;
use volley_core::journal::{
    Acknowledge, FileJournal, Journal as _, Lookup, MemoryJournal, Options, Reader, Scan,
};
use volley_sim::disk::{Kept, SimDisk};

use super::small::{dir, record};
use crate::support::header;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Each batch with whether the journal is opened anew before it, and whether the power goes in between.
    #[test]
    fn any_batches_are_read_as_they_were_written(
        batches in proptest::collection::vec((1..6u64, any::<bool>(), any::<bool>()), 1..12),
        segment_bytes in 100..3000u64,
    ) {
        let (disk, from) = (SimDisk::default(), Position::default());
        let options = Options { segment_bytes, ..Options::new(Acknowledge::Durable) };
        let open = || FileJournal::open_on(disk.clone(), dir(), header(), options, from, |_, _| {});
        let mut journal = open().unwrap().0;
        let mut positions = Vec::new();
        for (count, anew, dark) in batches {
            if anew {
                drop(journal);
                if dark {
                    disk.lose_power(Kept::Nothing);
                }
                let (opened, recovered) = open().unwrap();
                prop_assert_eq!(recovered.last_seq.0, positions.len() as u64);
                journal = opened;
            }
            for _ in 0..count {
                positions.push(journal.append(&record(positions.len() as u64 + 1)));
            }
            prop_assert_eq!(journal.sync().unwrap().0, positions.len() as u64);
        }
        let mut read = Vec::new();
        let mut scan = Scan::open(&disk, dir(), from).unwrap();
        while scan.next_segment(|_, entry| read.push(entry)).unwrap().is_some() {}
        prop_assert_eq!(scan.finish().unwrap().last_seq.0, positions.len() as u64);
        prop_assert_eq!(read.len(), positions.len());
        let mut lookup = Lookup::open_on(disk.clone(), dir()).unwrap();
        for ((entry, position), seq) in read.iter().zip(&positions).zip(1..) {
            prop_assert_eq!((entry.position, &entry.record), (*position, &record(seq)));
            prop_assert_eq!(lookup.read_at(*position).unwrap(), record(seq));
        }
    }

    /// Whatever overwrites a part of a journal: what is read before it is noticed is what was written.
    #[test]
    fn any_bytes_in_a_journal_are_noticed(
        strange in proptest::collection::vec(any::<u8>(), 1..300),
        at in 0..2000usize,
    ) {
        let mut journal = MemoryJournal::keeping(header());
        for seq in 1..=9 {
            journal.append(&record(seq));
            if seq % 2 == 0 {
                journal.sync().unwrap();
            }
        }
        journal.sync().unwrap();
        let mut bytes = journal.bytes().to_vec();
        let at = at % bytes.len();
        let end = bytes.len().min(at + strange.len());
        let same = bytes[at..end] == strange[..end - at];
        bytes[at..end].copy_from_slice(&strange[..end - at]);
        match Reader::new(&bytes) {
            Err(_) => prop_assert!(at < 64),
            Ok(reader) => {
                let read: Vec<_> = reader.collect();
                for (entry, seq) in read.iter().filter_map(|it| it.as_ref().ok()).zip(1..) {
                    prop_assert_eq!(&entry.record, &record(seq));
                }
                prop_assert!(same || read.iter().any(Result::is_err));
            }
        }
    }
}
