//! What users of such systems expect beyond the five.
