//! Folding.
pub fn fold_to_string(text: &str) -> String {
    text.trim().to_lowercase()
}
