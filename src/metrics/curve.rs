//! The confusion matrix at every threshold: the points of the ROC curve and the precision-recall curve.

use super::{Interval, Scored, interval};

/// The confusion matrix at one threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    pub threshold: f64,
    pub true_positives: usize,
    pub false_positives: usize,
    pub true_negatives: usize,
    pub false_negatives: usize,
}

/// A proportion with its Wilson interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub value: f64,
    pub interval: Interval,
}

impl Share {
    /// `part` of `whole`; `None` if `whole` is 0.
    pub fn of(part: usize, whole: usize) -> Option<Self> {
        let interval = interval::wilson(part as f64, whole as f64)?;
        let value = part as f64 / whole as f64;
        Some(Self { value, interval })
    }
}

impl CurvePoint {
    pub fn sensitivity(&self) -> Option<Share> {
        Share::of(
            self.true_positives,
            self.true_positives + self.false_negatives,
        )
    }

    pub fn specificity(&self) -> Option<Share> {
        Share::of(
            self.true_negatives,
            self.true_negatives + self.false_positives,
        )
    }

    /// Share of the films called pneumonia that have it, in this set; it depends on the prevalence.
    pub fn precision(&self) -> Option<Share> {
        Share::of(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }
}

/// In order of falling threshold: a point at infinity, where no film is called pneumonia, then one per distinct
/// probability, down to all films called. Empty if a probability is NaN.
pub fn curve(scored: &[Scored]) -> Vec<CurvePoint> {
    if scored.iter().any(|film| film.probability.is_nan()) {
        return Vec::new();
    }
    let mut films = scored.to_vec();
    films.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let pneumonia = films.iter().filter(|film| film.pneumonia).count();
    let mut point = CurvePoint {
        threshold: f64::INFINITY,
        true_positives: 0,
        false_positives: 0,
        true_negatives: films.len() - pneumonia,
        false_negatives: pneumonia,
    };
    let mut points = vec![point];
    for equals in films.chunk_by(|a, b| a.probability == b.probability) {
        for film in equals {
            if film.pneumonia {
                point.true_positives += 1;
                point.false_negatives -= 1;
            } else {
                point.false_positives += 1;
                point.true_negatives -= 1;
            }
        }
        point.threshold = equals[0].probability;
        points.push(point);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::evaluate;

    #[test]
    fn every_point_counts_what_its_threshold_does_and_equals_change_together() {
        let films: Vec<Scored> = [
            (0.9, true),
            (0.8, false),
            (0.8, true),
            (0.3, true),
            (0.1, false),
        ]
        .map(|(probability, pneumonia)| Scored {
            probability,
            pneumonia,
        })
        .to_vec();
        let points = curve(&films);
        let thresholds: Vec<f64> = points.iter().map(|point| point.threshold).collect();
        assert_eq!(thresholds, [f64::INFINITY, 0.9, 0.8, 0.3, 0.1]);
        for point in points {
            let counted = evaluate(&films, point.threshold);
            assert_eq!(point.true_positives, counted.true_positives);
            assert_eq!(point.false_positives, counted.false_positives);
            assert_eq!(point.true_negatives, counted.true_negatives);
            assert_eq!(point.false_negatives, counted.false_negatives);
            assert_eq!(
                point.sensitivity().map(|share| share.value),
                counted.sensitivity
            );
            assert_eq!(
                point.specificity().map(|share| share.interval),
                counted.specificity_ci
            );
        }
    }

    #[test]
    fn precision_is_undefined_where_nothing_is_called() {
        let films = [Scored {
            probability: 0.5,
            pneumonia: true,
        }];
        assert_eq!(curve(&films)[0].precision(), None);
        assert_eq!(
            curve(&films)[1].precision().map(|share| share.value),
            Some(1.0)
        );
    }
}
