//! Klaviyo Customer Agent on SMS: who is answered, and who is not.
