//! The figures of a run, under the names that expectations, `summary.arrow` and `--json` use.

mod families;
mod list;

use std::time::Duration;

use volley_core::export::SummaryRow;
use volley_core::time::Timestamp;

use crate::measure::Measures;
use crate::scenario::Costs;
use families::{FAMILIES, Row, is_of_a_tag};
use list::FIGURES;

/// What prices are applied to, beside what is in [`Measures`].
#[derive(Clone, Copy, Debug)]
pub struct Prices {
    /// Per unit.
    pub costs: Costs,
    /// Hours of agents that are paid.
    pub agent_hours: f64,
}

struct Figure {
    name: &'static str,
    unit: &'static str,
    means: &'static str,
    /// None if nothing of the kind happened.
    read: fn(&Measures, &Prices) -> Option<f64>,
}

/// All figures of a run, in order; those that were not measured have no value.
fn all(measures: &Measures, prices: &Prices) -> Vec<Row> {
    let own = FIGURES
        .iter()
        .map(|figure| (figure.name.to_owned(), figure.unit, (figure.read)(measures, prices)));
    let of_families = FAMILIES.iter().flat_map(|family| (family.read)(measures, prices));
    own.chain(of_families).collect()
}

/// All figures of a run that were measured. One whose denominator is zero is left out.
pub fn figures(measures: &Measures, prices: &Prices) -> Vec<SummaryRow> {
    let measured = all(measures, prices)
        .into_iter()
        .filter_map(|(metric, unit, value)| value.map(|value| SummaryRow { metric, unit, value }));
    measured.collect()
}

/// Every name that [`figures`] can give, but for those of tags, which a policy names.
fn all_metrics() -> impl Iterator<Item = String> {
    let nothing = Measures::new(Timestamp::default(), Duration::from_secs(60));
    let costs = Costs { segment_out: 0.0, segment_in: 0.0, ai_request: 0.0, agent_hour: 0.0 };
    let rows = all(&nothing, &Prices { costs, agent_hours: 0.0 });
    rows.into_iter().map(|(metric, _, _)| metric)
}

/// The documentation of all figures.
pub fn as_markdown() -> String {
    use std::fmt::Write as _;
    let mut out = String::from(
        "# Figures of a run\n\n\
         Under these names figures stand in `summary.arrow` and `--json`, and can be expected in a scenario\n\
         (`[expect]`, as in `\"queue_wait.p95_s\" = \"< 600\"`). One of which nothing was measured is left out,\n\
         and never as expected. A test writes this file from what is measured (`UPDATE=1 cargo test`).\n\n\
         | figure | unit | meaning |\n|---|---|---|\n",
    );
    let own = FIGURES.iter().map(|figure| (figure.name, figure.unit, figure.means));
    let families = FAMILIES.iter().map(|family| (family.name, family.units, family.means));
    for (name, unit, means) in own.chain(families) {
        let _ = writeln!(out, "| `{}` | {unit} | {means} |", name.replace(", ", "`, `"));
    }
    out
}

/// Whether any run has a figure of that name.
pub fn is_metric(name: &str) -> bool {
    is_of_a_tag(name) || all_metrics().any(|metric| metric == name)
}

/// The names most like `name`, for somebody who mistyped.
pub fn metrics_like(name: &str) -> Vec<String> {
    let common = |metric: &String| {
        let shared = metric.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        let inside = metric.contains(name) || name.contains(metric.as_str());
        std::cmp::Reverse(shared + if inside { 100 } else { 0 })
    };
    let mut metrics: Vec<String> = all_metrics().collect();
    metrics.sort_by_key(common);
    metrics.truncate(4);
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_one_name_and_can_be_expected() {
        let mut names: Vec<String> = all_metrics().collect();
        assert!(names.iter().all(|name| is_metric(name)));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for name in ["replies", "escalated.refund", "channel.sms.replies", "handling.p95_s"] {
            assert!(is_metric(name), "{name}");
        }
    }

    #[test]
    fn tags_have_the_names_that_policies_give_them() {
        for (name, known) in [
            ("tag.return.age_mean_s", true),
            ("tag.a.b.conversations", true),
            ("tag.return.colour", false),
            ("tag..tagged", false),
        ] {
            assert_eq!(is_metric(name), known, "{name}");
        }
    }
}
