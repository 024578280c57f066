//! A probability → what it means at an operating point and at a given prevalence.

use super::Verdict;
use crate::network::Metadata;
use crate::network::metadata::{OperatingPoint, OperatingPoints};

/// An operating point, with the zone around it in which films are called uncertain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    pub point: OperatingPoint,
    /// The probabilities from the first to the second are uncertain: the films that the point was chosen on can't
    /// distinguish these thresholds from it. At each of them sensitivity and specificity lie within the point's own
    /// intervals.
    pub uncertain: [f64; 2],
}

impl Decision {
    /// The decision at `point`, which need not be one of the model's known points.
    pub fn new(point: OperatingPoint, named: &OperatingPoints, roc: &[OperatingPoint]) -> Self {
        let mut known = vec![named.balanced, named.screening];
        known.extend(roc);
        known.sort_by(|a, b| a.threshold.total_cmp(&b.threshold));
        let below = known.iter().rev();
        let below = below.filter(|other| other.threshold < point.threshold);
        let above = known
            .iter()
            .filter(|other| other.threshold > point.threshold);
        Self {
            point,
            uncertain: [reach(&point, below), reach(&point, above)],
        }
    }

    /// The decision at the model's balanced operating point.
    pub fn balanced(metadata: &Metadata) -> Self {
        let named = &metadata.operating_points;
        Self::new(named.balanced, named, &metadata.roc)
    }

    pub fn verdict(&self, probability: f64) -> Verdict {
        Verdict::at(self.point.threshold, probability)
    }

    pub fn is_uncertain(&self, probability: f64) -> bool {
        let [from, to] = self.uncertain;
        (from..=to).contains(&probability)
    }
}

/// The threshold farthest from `point`, along `others` from near to far, at which sensitivity and specificity are still
/// within the point's intervals. The curve is interpolated linearly between points.
fn reach<'a>(point: &OperatingPoint, others: impl Iterator<Item = &'a OperatingPoint>) -> f64 {
    let mut near = point;
    for far in others {
        let sensitivity = [near.sensitivity, far.sensitivity];
        let specificity = [near.specificity, far.specificity];
        let share = share_within(sensitivity, point.sensitivity_ci)
            .min(share_within(specificity, point.specificity_ci));
        if share < 1.0 {
            return near.threshold + share * (far.threshold - near.threshold);
        }
        near = far;
    }
    near.threshold
}

/// How much of the way from one value to another lies within an interval that contains the first, 0 to 1.
fn share_within([from, to]: [f64; 2], [low, high]: [f64; 2]) -> f64 {
    let end = to.clamp(low, high);
    if end == to {
        1.0
    } else {
        ((end - from) / (to - from)).clamp(0.0, 1.0)
    }
}

/// Adjusts a probability that was calibrated at the prevalence `from` to the prevalence `to`: the odds times the ratio
/// of the prior odds, since the film's likelihood ratio stays the same (Saerens, Latinne and Decaestecker, "Adjusting
/// the outputs of a classifier to new a priori probabilities", 2002). Prevalences that are not strictly between 0 and 1
/// change nothing.
pub fn at_prevalence(probability: f64, from: f64, to: f64) -> f64 {
    let known = |share: f64| share > 0.0 && share < 1.0;
    if !known(from) || !known(to) {
        return probability;
    }
    let with = probability * to / from;
    let without = (1.0 - probability) * (1.0 - to) / (1.0 - from);
    with / (with + without)
}

/// The predictive values of a verdict at a known prevalence (Bayes).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictiveValues {
    /// Share of the films called pneumonia that have it.
    pub positive: Estimate,
    /// Share of the films called normal that are normal.
    pub negative: Estimate,
}

/// A proportion, `None` if no film gets that verdict, and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: Option<f64>,
    pub interval: [Option<f64>; 2],
}

impl PredictiveValues {
    /// The values at an operating point. Both increase with sensitivity and specificity, so their intervals run from
    /// both lower bounds to both upper bounds, which makes them somewhat too wide.
    pub fn new(point: &OperatingPoint, prevalence: f64) -> Self {
        let [low, high] = [0, 1].map(|end| (point.sensitivity_ci[end], point.specificity_ci[end]));
        let all = [(point.sensitivity, point.specificity), low, high];
        let estimate = |of: fn(f64, f64, f64) -> Option<f64>| {
            let [value, low, high] =
                all.map(|(sensitivity, specificity)| of(sensitivity, specificity, prevalence));
            Estimate {
                value,
                interval: [low, high],
            }
        };
        Self {
            positive: estimate(|sensitivity, specificity, prevalence| {
                let wrong = (1.0 - specificity) * (1.0 - prevalence);
                share(sensitivity * prevalence, wrong)
            }),
            negative: estimate(|sensitivity, specificity, prevalence| {
                let wrong = (1.0 - sensitivity) * prevalence;
                share(specificity * (1.0 - prevalence), wrong)
            }),
        }
    }
}

fn share(right: f64, wrong: f64) -> Option<f64> {
    (right + wrong > 0.0).then(|| right / (right + wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(threshold: f64, sensitivity: f64, specificity: f64) -> OperatingPoint {
        OperatingPoint {
            threshold,
            sensitivity,
            sensitivity_ci: [sensitivity - 0.05, (sensitivity + 0.05).min(1.0)],
            specificity,
            specificity_ci: [specificity - 0.05, (specificity + 0.05).min(1.0)],
        }
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    fn curve() -> (OperatingPoints, Vec<OperatingPoint>) {
        let named = OperatingPoints {
            balanced: point(0.6, 0.90, 0.90),
            screening: point(0.3, 0.98, 0.70),
        };
        let roc = vec![
            point(1.0, 0.0, 1.0),
            point(0.8, 0.80, 0.94),
            point(0.5, 0.92, 0.88),
            point(0.0, 1.0, 0.0),
        ];
        (named, roc)
    }

    #[test]
    fn thresholds_that_the_films_cannot_tell_from_the_chosen_one_are_uncertain() {
        let (named, roc) = curve();
        let decision = Decision::new(named.balanced, &named, &roc);
        let [from, to] = decision.uncertain;
        // Above, the sensitivity falls from 0.90 to 0.80 between 0.6 and 0.8, and leaves its interval halfway.
        assert!(close(to, 0.7), "{to}");
        // Below, 0.5 is within; from there to 0.3 the specificity falls from 0.88 to 0.70, and leaves at 0.85.
        assert!(close(from, 0.5 - 0.2 * 0.03 / 0.18), "{from}");
        for (probability, uncertain) in [(from - 0.01, false), (0.6, true), (to + 0.01, false)] {
            assert_eq!(decision.is_uncertain(probability), uncertain);
        }
        assert_eq!(decision.verdict(0.6), Verdict::Pneumonia);
        assert_eq!(decision.verdict(0.59), Verdict::NoPneumonia);
    }

    #[test]
    fn more_films_make_the_uncertain_zone_narrower_and_none_is_uncertain_at_a_curves_end() {
        let (mut named, roc) = curve();
        let width = |named: &OperatingPoints| {
            let [from, to] = Decision::new(named.balanced, named, &roc).uncertain;
            to - from
        };
        let wide = width(&named);
        named.balanced.sensitivity_ci = [0.89, 0.91];
        named.balanced.specificity_ci = [0.89, 0.91];
        assert!(width(&named) < wide / 2.0);
        let end = OperatingPoint {
            sensitivity_ci: [0.0, 0.01],
            specificity_ci: [0.99, 1.0],
            ..roc[0]
        };
        let [from, to] = Decision::new(end, &named, &roc).uncertain;
        assert!(from > 0.99 && to == 1.0, "{from} {to}");
    }

    #[test]
    fn a_point_without_any_curve_is_a_threshold_alone() {
        let (named, _) = curve();
        let named = OperatingPoints {
            screening: named.balanced,
            ..named
        };
        assert_eq!(
            Decision::new(named.balanced, &named, &[]).uncertain,
            [0.6, 0.6]
        );
    }

    #[test]
    fn a_probability_moves_with_the_prevalence_and_back() {
        // Odds of 3 at prior odds of 3: the film carries no information, so the result is always the prior.
        assert!(close(at_prevalence(0.75, 0.75, 0.1), 0.1));
        assert!(close(at_prevalence(0.75, 0.75, 0.75), 0.75));
        // Odds of 4 at even prior odds are odds of 4/9 at a prevalence of one in ten.
        let rare = at_prevalence(0.8, 0.5, 0.1);
        assert!(close(rare, 4.0 / 13.0), "{rare}");
        assert!(close(at_prevalence(rare, 0.1, 0.5), 0.8));
        assert_eq!([0.0, 1.0].map(|p| at_prevalence(p, 0.7, 0.01)), [0.0, 1.0]);
        assert_eq!(at_prevalence(0.4, f64::NAN, 0.1), 0.4);
        assert_eq!(at_prevalence(0.4, 0.5, 0.0), 0.4);
    }

    #[test]
    fn predictive_values_follow_bayes() {
        // Altman and Bland, "Diagnostic tests 2: predictive values", BMJ 309 (1994): liver scans of 344 patients, 258
        // abnormal (75 %), sensitivity 231/258, specificity 54/86; PPV 0.88 and NPV 0.67, or 0.45 and 0.95 at a
        // prevalence of 25 %.
        let scan = point(0.5, 231.0 / 258.0, 54.0 / 86.0);
        let rounded = |prevalence| {
            let values = PredictiveValues::new(&scan, prevalence);
            [values.positive, values.negative]
                .map(|estimate| (estimate.value.unwrap() * 100.0).round())
        };
        assert_eq!(rounded(0.75), [88.0, 67.0]);
        assert_eq!(rounded(0.25), [45.0, 95.0]);
        let PredictiveValues { positive, .. } = PredictiveValues::new(&scan, 0.25);
        let [low, high] = positive.interval.map(Option::unwrap);
        assert!(low < positive.value.unwrap() && positive.value.unwrap() < high);
    }

    #[test]
    fn the_predictive_value_of_a_verdict_that_no_film_gets_is_undefined() {
        let none_called = PredictiveValues::new(&point(1.0, 0.0, 1.0), 0.3);
        assert_eq!(none_called.positive.value, None);
        assert!(close(none_called.negative.value.unwrap(), 0.7));
    }
}
