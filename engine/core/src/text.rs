//! Folding of text: what people really send, brought to one plain form for matching.
