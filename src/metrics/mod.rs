//! How well probabilities of pneumonia agree with the ground truth: metrics with 95 % confidence intervals.
//!
//! Takes the scored films of a split from the trainer, or a visitor's own from the page; the [`Evaluation`] goes to the
//! terminal, the report, the weights file and the page. Pure functions: no files, no network, no randomness.
//!
//! Every interval assumes that the films are independent. Several films of one patient are not, so with such data the
//! true uncertainty is somewhat larger than printed.

mod calibration;
mod curve;
mod discrimination;
mod interval;
pub mod plots;

use std::fmt;

use serde::Serialize;

pub use calibration::{brier_score, expected_calibration_error};
pub use curve::{CurvePoint, Share, curve};
pub use discrimination::{equal_error_threshold, roc_auc, threshold_for_sensitivity};

/// A 95 % confidence interval, `[low, high]`.
pub type Interval = [f64; 2];

/// A metric and its interval, each if defined.
pub type Figure = (Option<f64>, Option<Interval>);

/// The network's probability for one film, and the film's label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Probability of pneumonia, 0 to 1.
    pub probability: f64,
    /// Whether the film's label says pneumonia.
    pub pneumonia: bool,
}

impl Scored {
    /// The verdict, here and everywhere else: pneumonia if the probability is at or above the
    /// threshold.
    fn called_pneumonia(&self, threshold: f64) -> bool {
        self.probability >= threshold
    }
}

/// A classifier's metrics on one set of films.
///
/// All metrics are fractions, not percentages. A metric that the films leave undefined, such as the sensitivity without
/// a film with pneumonia, is `None` (`null` in JSON), never NaN.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Number of films.
    pub n: usize,
    /// Probability at and above which a film was called pneumonia.
    pub threshold: f64,
    /// Films with pneumonia called pneumonia.
    pub true_positives: usize,
    /// Normal films called pneumonia.
    pub false_positives: usize,
    /// Normal films called normal.
    pub true_negatives: usize,
    /// Films with pneumonia called normal.
    pub false_negatives: usize,
    /// Share of all films that were classified correctly.
    pub accuracy: Option<f64>,
    /// Wilson score interval.
    pub accuracy_ci: Option<Interval>,
    /// Share of the films with pneumonia that were called pneumonia.
    pub sensitivity: Option<f64>,
    /// Wilson score interval.
    pub sensitivity_ci: Option<Interval>,
    /// Share of the normal films that were called normal.
    pub specificity: Option<f64>,
    /// Wilson score interval.
    pub specificity_ci: Option<Interval>,
    /// Area under the receiver operating characteristic curve, see [`roc_auc`]; independent of the
    /// threshold.
    pub auc: Option<f64>,
    /// DeLong's interval on the logit scale; where its variance is zero (as in perfect separation)
    /// or a class has a single film, Wilson's with the smaller class as the number of trials.
    pub auc_ci: Option<Interval>,
    /// Mean squared error of the probability, see [`brier_score`]; 0 is best, and a constant 0.5 scores 0.25.
    pub brier: Option<f64>,
    /// Normal-theory interval of a mean. `None` for fewer than two films, or when all have the same
    /// error.
    pub brier_ci: Option<Interval>,
    /// Expected calibration error, see [`expected_calibration_error`]; 0 is best. It has no interval: chance alone
    /// raises it above zero, resampling adds that bias again, and a bootstrap interval then often lies entirely above
    /// the estimate.
    pub ece: Option<f64>,
}

/// Compares the verdicts at `threshold`, and the probabilities themselves, with the labels.
///
/// A NaN probability (from a diverged network) counts as a verdict of normal, and leaves the AUC, the Brier score and
/// the calibration error undefined.
pub fn evaluate(scored: &[Scored], threshold: f64) -> Evaluation {
    let count = |pneumonia: bool, called_pneumonia: bool| {
        scored
            .iter()
            .filter(|film| {
                film.pneumonia == pneumonia && film.called_pneumonia(threshold) == called_pneumonia
            })
            .count()
    };
    let (true_positives, false_negatives) = (count(true, true), count(true, false));
    let (true_negatives, false_positives) = (count(false, false), count(false, true));
    let (pneumonia, normal) = (
        true_positives + false_negatives,
        true_negatives + false_positives,
    );
    let correct = true_positives + true_negatives;
    Evaluation {
        n: scored.len(),
        threshold,
        true_positives,
        false_positives,
        true_negatives,
        false_negatives,
        accuracy: proportion(correct, scored.len()),
        accuracy_ci: interval::wilson(correct as f64, scored.len() as f64),
        sensitivity: proportion(true_positives, pneumonia),
        sensitivity_ci: interval::wilson(true_positives as f64, pneumonia as f64),
        specificity: proportion(true_negatives, normal),
        specificity_ci: interval::wilson(true_negatives as f64, normal as f64),
        auc: roc_auc(scored),
        auc_ci: discrimination::roc_auc_interval(scored),
        brier: brier_score(scored),
        brier_ci: calibration::brier_interval(scored),
        ece: expected_calibration_error(scored),
    }
}

impl Evaluation {
    /// Every metric with its interval, under its usual name, in display order.
    pub fn figures(&self) -> [(&'static str, Figure); 6] {
        [
            ("accuracy", (self.accuracy, self.accuracy_ci)),
            ("sensitivity", (self.sensitivity, self.sensitivity_ci)),
            ("specificity", (self.specificity, self.specificity_ci)),
            ("AUC", (self.auc, self.auc_ci)),
            ("Brier score", (self.brier, self.brier_ci)),
            ("calibration error", (self.ece, None)),
        ]
    }

    /// Share of the films called pneumonia that have it; `None` if none was called.
    pub fn precision(&self) -> Option<f64> {
        proportion(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }
}

fn proportion(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A table for the terminal: each metric with its interval, then the confusion matrix.
impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pneumonia = self.true_positives + self.false_negatives;
        let normal = self.true_negatives + self.false_positives;
        writeln!(
            f,
            "{} films: {pneumonia} with pneumonia, {normal} normal",
            self.n
        )?;
        writeln!(
            f,
            "pneumonia is called at a probability of {:.4} or more\n",
            self.threshold
        )?;
        writeln!(f, "{:<22}{:>8}   95 % interval", "", "value")?;
        for (name, (value, interval)) in self.figures() {
            let value = value.map_or_else(|| "-".into(), |value| format!("{value:.4}"));
            let interval = interval.map_or_else(
                || "-".into(),
                |[low, high]| format!("{low:.4} to {high:.4}"),
            );
            writeln!(f, "{name:<22}{value:>8}   {interval}")?;
        }
        writeln!(
            f,
            "\n{:<14}{:>18}{:>16}",
            "", "called pneumonia", "called normal"
        )?;
        writeln!(
            f,
            "{:<14}{:>18}{:>16}",
            "pneumonia", self.true_positives, self.false_negatives
        )?;
        write!(
            f,
            "{:<14}{:>18}{:>16}",
            "normal", self.false_positives, self.true_negatives
        )
    }
}

#[cfg(test)]
mod tests;
