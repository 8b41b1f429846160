//! What the operating system says of this process. Where it says nothing, nothing is reported.

use std::fs;

/// Of the clock that processor time is counted by; the same on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of all threads so far, in seconds.
pub fn cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in parentheses and may contain anything, so count from their end.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}

/// Memory that is resident, in bytes.
pub fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().next().and_then(|field| field.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
