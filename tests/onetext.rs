//! OneText: AI first, people next, the store last.
