//! The thresholds that a weights file ships with, chosen on the validation patients, and the ROC curve.

use pneumonia_cnn::metrics::{self, CurvePoint, Scored, Share};
use pneumonia_cnn::network::metadata::{OperatingPoint, OperatingPoints};

use crate::{Error, Result};

/// Minimum sensitivity of the screening operating point.
pub const SCREENING: f64 = 0.99;
/// Maximum number of points of the ROC curve.
const POINTS: usize = 40;

/// The operating points, with their sensitivity and specificity on `films`, whose probabilities are calibrated.
///
/// The balanced one is at the equal error rate: false negative and false positive rate are equal, averaged over `films`
/// and `stress_tests`. On films of the training hospital alone it could lie anywhere in the wide gap between the
/// classes. The screening one reaches its minimum sensitivity on `harder` films too, augmented copies of the others.
///
/// # Errors
/// When a class is missing.
pub fn operating_points(
    films: &[Scored],
    stress_tests: &[Vec<Scored>],
    harder: &[Scored],
) -> Result<OperatingPoints> {
    let sets: Vec<&[Scored]> = [films]
        .into_iter()
        .chain(stress_tests.iter().map(Vec::as_slice))
        .collect();
    let balanced = metrics::equal_error_threshold(&sets).ok_or(Error::OneClass)?;
    let screening = [films, harder]
        .map(|films| metrics::threshold_for_sensitivity(films, SCREENING))
        .into_iter()
        .collect::<Option<Vec<f64>>>()
        .ok_or(Error::OneClass)?;
    Ok(OperatingPoints {
        balanced: at(films, balanced),
        screening: at(films, screening.into_iter().fold(balanced, f64::min)),
    })
}

/// The ROC curve's corners, at most [`POINTS`], by falling threshold from "no film is called pneumonia" to "all are".
pub fn roc(films: &[Scored]) -> Vec<OperatingPoint> {
    let curve = metrics::curve(films);
    let rises = |a: &CurvePoint, b: &CurvePoint| {
        b.true_positives > a.true_positives && b.false_positives == a.false_positives
    };
    let mut corners: Vec<&CurvePoint> = Vec::new();
    for (place, point) in curve.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| &curve[before]);
        let corner = match (before, curve.get(place + 1)) {
            (Some(before), Some(after)) => rises(before, point) != rises(point, after),
            _ => true,
        };
        if corner {
            corners.push(point);
        }
    }
    let kept = POINTS.min(corners.len());
    let place = |index: usize| index * (corners.len() - 1) / (kept - 1).max(1);
    (0..kept)
        .map(|index| meaning(corners[place(index)]))
        .collect()
}

/// Sensitivity and specificity of `threshold` on `films`.
fn at(films: &[Scored], threshold: f64) -> OperatingPoint {
    let curve = metrics::curve(films);
    // The last point whose threshold is not lower; the first point's is infinite.
    let point = curve.iter().rfind(|point| point.threshold >= threshold);
    let point = point.map_or_else(|| meaning(&curve[0]), meaning);
    OperatingPoint { threshold, ..point }
}

fn meaning(point: &CurvePoint) -> OperatingPoint {
    let rounded = |share: f64| (share * 1e4).round() / 1e4;
    let known = |share: Option<Share>| {
        share.map_or((f64::NAN, [0.0, 1.0]), |share| {
            (rounded(share.value), share.interval.map(rounded))
        })
    };
    let (sensitivity, sensitivity_ci) = known(point.sensitivity());
    let (specificity, specificity_ci) = known(point.specificity());
    OperatingPoint {
        // A threshold of 1 calls no film pneumonia either, and unlike infinity can be stored in a file.
        threshold: point.threshold.min(1.0),
        sensitivity,
        sensitivity_ci,
        specificity,
        specificity_ci,
    }
}

#[cfg(test)]
mod tests {
    use pneumonia_cnn::network::metadata::Calibration;

    use super::*;
    use crate::calibration::tests_support::overconfident;
    use crate::calibration::{calibrate, scored};
    use crate::dataset::LabelledFilm;

    #[test]
    fn operating_points_keep_what_they_promise() {
        let (logits, films) = overconfident();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let shifted: Vec<f32> = logits.iter().map(|logit| logit + 2.0).collect();
        let films_shifted = scored(&Calibration::IDENTITY, &shifted, &films);
        let films = scored(&Calibration::IDENTITY, &logits, &films);
        // Whichever of the two sets is harder.
        for points in [
            operating_points(&films, &[], &films_shifted),
            operating_points(&films_shifted, &[], &films),
        ] {
            assert!(points.unwrap().screening.sensitivity >= 0.99);
        }
        let points = operating_points(&films, &[], &films).unwrap();
        assert!(points.screening.sensitivity >= 0.99);
        for point in roc(&films) {
            assert!(
                point.sensitivity < 0.99
                    || point.specificity <= points.screening.specificity + 1e-9
            );
        }
    }

    #[test]
    fn the_balanced_point_has_an_equal_error_rate_over_the_films_and_the_stress_tests() {
        let (logits, films) = overconfident();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let calibration = calibrate(&logits, &films);
        let plain = scored(&calibration, &logits, &films);
        // Normal films look more like pneumonia in the stress test.
        let harder =
            logits.iter().zip(&films).map(
                |(logit, film)| {
                    if film.pneumonia { *logit } else { logit + 3.0 }
                },
            );
        let harder = scored(&calibration, &harder.collect::<Vec<_>>(), &films);
        let balanced = |stress_tests: &[Vec<Scored>]| {
            let points = operating_points(&plain, stress_tests, &plain).unwrap();
            points.balanced.threshold
        };
        // Sensitivity minus specificity.
        let difference = |films: &[Scored], threshold| {
            let at = metrics::evaluate(films, threshold);
            at.sensitivity.unwrap() - at.specificity.unwrap()
        };
        let alone = balanced(&[]);
        assert!(difference(&plain, alone).abs() < 2e-3);
        let with_both = balanced(std::slice::from_ref(&harder));
        assert!(with_both > alone + 0.02, "{alone} {with_both}");
        let sum = difference(&plain, with_both) + difference(&harder, with_both);
        assert!(sum.abs() < 4e-3, "{sum}");
        let of_one_class: Vec<Scored> = plain.iter().copied().filter(|f| f.pneumonia).collect();
        assert!(operating_points(&of_one_class, &[], &of_one_class).is_err());
        assert_eq!(balanced(std::slice::from_ref(&of_one_class)), alone);
    }

    #[test]
    fn the_curve_begins_with_no_film_called_ends_with_all_and_never_falls() {
        let (logits, films) = overconfident();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let curve = roc(&scored(&Calibration::IDENTITY, &logits, &films));
        assert!(curve.len() == POINTS);
        let ends =
            [curve[0], curve[POINTS - 1]].map(|point| (point.sensitivity, point.specificity));
        assert_eq!(ends, [(0.0, 1.0), (1.0, 0.0)]);
        for pair in curve.windows(2) {
            assert!(pair[1].threshold < pair[0].threshold);
            assert!(
                pair[1].sensitivity >= pair[0].sensitivity
                    && pair[1].specificity <= pair[0].specificity
            );
        }
    }
}
