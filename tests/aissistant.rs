//! Aissistant: tags, suspension, inboxes.
