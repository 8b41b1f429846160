//! TxtCart Conversations: escalation, override, silence.
