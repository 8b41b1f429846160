//! Expectations: bounds on figures of the summary that decide the exit code.

use std::fmt;

use crate::summary;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}

impl Comparison {
    /// Longer signs first, so that `<=` is not read as `<`.
    const SIGNS: [(&'static str, Self); 5] = [
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("==", Self::Equal),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::LessOrEqual => value <= bound,
            Self::Greater => value > bound,
            Self::GreaterOrEqual => value >= bound,
            Self::Equal => value == bound,
        }
    }
}

/// A bound on one figure, such as `escalation_rate = "< 0.2"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    metric: String,
    comparison: Comparison,
    bound: f64,
}

impl Expectation {
    /// Reads a bound. A metric that no run has is a mistake, not a pass.
    ///
    /// # Errors
    /// What is wrong and what to write.
    pub fn parse(metric: &str, written: &str) -> Result<Self, String> {
        if !summary::is_metric(metric) {
            let known = summary::metrics_like(metric).join(", ");
            return Err(format!(
                "expect.{metric}: there is no such figure; did you mean one of {known}?"
            ));
        }
        let trimmed = written.trim();
        let signed = Comparison::SIGNS
            .iter()
            .find_map(|(sign, comparison)| Some((comparison, trimmed.strip_prefix(sign)?)));
        let parsed =
            signed.and_then(|(comparison, rest)| Some((comparison, rest.trim().parse().ok()?)));
        let (comparison, bound) = parsed.ok_or_else(|| {
            format!("expect.{metric} is `{written}`; write a sign and a number, like \"< 0.2\" or \">= 1000\"")
        })?;
        Ok(Self { metric: metric.to_owned(), comparison: *comparison, bound })
    }

    /// The figure it bounds.
    pub fn metric(&self) -> &str {
        &self.metric
    }

    /// Whether `value` is within the bound. A figure that was not measured, because nothing of the
    /// kind happened, is never within one.
    pub fn holds(&self, value: Option<f64>) -> bool {
        value.is_some_and(|value| self.comparison.holds(value, self.bound))
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = Comparison::SIGNS
            .iter()
            .find(|(_, it)| *it == self.comparison)
            .map_or("", |(sign, _)| sign);
        write!(f, "{} {sign} {}", self.metric, self.bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_and_hold() {
        let check = |written: &str, value: f64, holds: bool| {
            let expectation = Expectation::parse("escalation_rate", written).unwrap();
            assert_eq!(expectation.holds(Some(value)), holds, "{value} {written}");
            assert!(!expectation.holds(None));
        };
        check("< 0.2", 0.2, false);
        check("<=0.2", 0.2, true);
        check(" > 0.2 ", 0.3, true);
        check(">= 0.2", 0.1, false);
        check("== 0.2", 0.2, true);
    }

    #[test]
    fn unknown_figures_and_bounds_are_mistakes() {
        let error = Expectation::parse("escalation_rat", "< 1").unwrap_err();
        assert!(error.contains("escalation_rate"), "{error}");
        let error = Expectation::parse("escalation_rate", "0.2").unwrap_err();
        assert!(error.contains("\"< 0.2\""), "{error}");
    }
}
