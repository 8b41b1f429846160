//! SMS segments: how many parts a text takes, in which encoding, and where it splits.
