//! Any bytes are a model or are refused; what is a model is written back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use volley_core::classify::Model;

fuzz_target!(|file: &[u8]| {
    // The checksum would stop every mutation, so it is put right.
    let mut file = file.to_vec();
    if let Some((body, checksum)) = file.split_last_chunk_mut() {
        *checksum = crc(body).to_le_bytes();
    }
    if let Ok(model) = Model::read(&file) {
        assert_eq!(model.parts().to_bytes(), file);
    }
});

/// CRC-32C, bit by bit: slow, and not the engine's own.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
    })
}
