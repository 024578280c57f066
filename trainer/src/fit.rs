//! What is fitted on the validation patients once a network is trained: its calibration, its operating points, and
//! figures to go with them.

use anyhow::{Context, Result};
use pneumonia_cnn::metrics::{self, CurvePoint, Scored, Share};
use pneumonia_cnn::network::metadata::{Calibration, OperatingPoint, OperatingPoints};

use crate::dataset::Film;

/// Least sensitivity of the operating point for screening.
pub const SCREENING: f64 = 0.99;
/// Parts of the validation patients, each judged by a calibration that was fitted on the others.
const PARTS: usize = 5;
/// Points of the ROC curve at most.
const POINTS: usize = 40;

/// Fits `probability = sigmoid(slope * logit + intercept)` by the greatest likelihood (Platt 1999, with his targets a
/// little inside 0 and 1, so that perfectly parted films give finite numbers).
pub fn calibrate(logits: &[f32], films: &[&Film]) -> Calibration {
    let count = |pneumonia: bool| {
        films
            .iter()
            .filter(|film| film.pneumonia == pneumonia)
            .count() as f64
    };
    let (ill, well) = (count(true), count(false));
    let target = |film: &Film| {
        if film.pneumonia {
            (ill + 1.0) / (ill + 2.0)
        } else {
            1.0 / (well + 2.0)
        }
    };
    let mut fitted = Calibration::IDENTITY;
    // Newton's method; the likelihood has one maximum, and a small ridge keeps a step finite.
    for _ in 0..100 {
        let (mut slope, mut intercept) = (0.0, 0.0);
        let [mut a, mut b, mut c] = [1e-9, 0.0, 1e-9];
        for (&logit, film) in logits.iter().zip(films) {
            let probability = fitted.probability(logit);
            let (x, error) = (f64::from(logit), probability - target(film));
            let weight = probability * (1.0 - probability);
            slope += error * x;
            intercept += error;
            a += weight * x * x;
            b += weight * x;
            c += weight;
        }
        let determinant = a * c - b * b;
        let step = [
            (c * slope - b * intercept) / determinant,
            (a * intercept - b * slope) / determinant,
        ];
        // No longer than 1, since far from the maximum Newton's steps leap over it.
        let length = step[0].hypot(step[1]).max(1.0);
        fitted.slope -= step[0] / length;
        fitted.intercept -= step[1] / length;
        if step[0].abs() + step[1].abs() < 1e-10 {
            break;
        }
    }
    fitted
}

/// The calibrated films.
pub fn scored(calibration: &Calibration, logits: &[f32], films: &[&Film]) -> Vec<Scored> {
    let scored = logits.iter().zip(films).map(|(&logit, film)| Scored {
        probability: calibration.probability(logit),
        pneumonia: film.pneumonia,
    });
    scored.collect()
}

/// `films` with the probabilities that `calibration` makes of their logits.
pub fn calibrated(calibration: &Calibration, films: &[Scored]) -> Vec<Scored> {
    let calibrated = films.iter().map(|film| Scored {
        probability: calibration.probability(film.probability as f32),
        ..*film
    });
    calibrated.collect()
}

/// Each film's probability by a calibration that was fitted on other patients: what calibration gives on new ones.
pub fn cross_fitted(logits: &[f32], films: &[&Film]) -> Vec<Scored> {
    let mut patients: Vec<&str> = films.iter().map(|film| film.patient.as_str()).collect();
    patients.sort_unstable();
    patients.dedup();
    let part = |film: &Film| {
        patients
            .binary_search(&film.patient.as_str())
            .unwrap_or_default()
            % PARTS
    };
    let mut all = Vec::new();
    for held_out in 0..PARTS {
        let of = |inside: bool| -> (Vec<f32>, Vec<&Film>) {
            let pairs = logits.iter().zip(films);
            pairs
                .filter(|(_, film)| (part(film) == held_out) == inside)
                .map(|(&logit, &film)| (logit, film))
                .unzip()
        };
        let (fitting, fitting_films) = of(false);
        let (judged, judged_films) = of(true);
        all.extend(scored(
            &calibrate(&fitting, &fitting_films),
            &judged,
            &judged_films,
        ));
    }
    all
}

/// The operating points, with what they mean on `films`, whose probabilities are calibrated.
///
/// The balanced one has an equal error rate: it misses as large a share of the films with pneumonia as it calls normal ones
/// pneumonia, as a mean over `films` and `stress_tests`. On films of the hospital that was learnt from alone it could lie
/// anywhere in the wide gap that parts the classes. The one for screening keeps its promise on `harder` films too, changed
/// copies of the others.
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
    let balanced =
        metrics::equal_error_threshold(&sets).context("the validation films are of one class")?;
    let screening = [films, harder]
        .map(|films| metrics::threshold_for_sensitivity(films, SCREENING))
        .into_iter()
        .collect::<Option<Vec<f64>>>()
        .context("the validation films hold none with pneumonia")?;
    Ok(OperatingPoints {
        balanced: at(films, balanced),
        screening: at(films, screening.into_iter().fold(balanced, f64::min)),
    })
}

/// The ROC curve's corners, or as many of them as [`POINTS`]: by falling threshold, from "none is called pneumonia" to
/// "all are".
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

/// What `threshold` means on `films`.
fn at(films: &[Scored], threshold: f64) -> OperatingPoint {
    let curve = metrics::curve(films);
    // The last point whose threshold is not below; the first is at infinity.
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
        // "None is called" is as true from 1 on as from infinity, which no file can hold.
        threshold: point.threshold.min(1.0),
        sensitivity,
        sensitivity_ci,
        specificity,
        specificity_ci,
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::dataset::tests_support::film;
    use crate::rng::{Purpose, rng};

    /// 2,000 films of as many patients whose true probability is `sigmoid(0.5 * logit + 1)`.
    fn overconfident() -> (Vec<f32>, Vec<Film>) {
        let mut rng = rng(3, Purpose::Split, 0);
        let truth = Calibration {
            slope: 0.5,
            intercept: 1.0,
        };
        let films = (0..2000).map(|patient| {
            let logit = rng.random_range(-8.0..8.0f32);
            let pneumonia = rng.random::<f64>() < truth.probability(logit);
            (
                logit,
                film(&format!("person{patient}_virus_1.jpeg"), pneumonia),
            )
        });
        films.unzip()
    }

    #[test]
    fn calibration_finds_the_slope_and_intercept_that_made_the_films() {
        let (logits, films) = overconfident();
        let films: Vec<&Film> = films.iter().collect();
        let fitted = calibrate(&logits, &films);
        assert!((fitted.slope - 0.5).abs() < 0.05, "{fitted:?}");
        assert!((fitted.intercept - 1.0).abs() < 0.2, "{fitted:?}");
    }

    #[test]
    fn calibration_lowers_the_error_on_patients_it_was_not_fitted_on() {
        let (logits, films) = overconfident();
        let films: Vec<&Film> = films.iter().collect();
        let error = |films: &[Scored]| metrics::expected_calibration_error(films).unwrap();
        let before = error(&scored(&Calibration::IDENTITY, &logits, &films));
        let after = error(&cross_fitted(&logits, &films));
        assert!(before > 0.08 && after < 0.03, "{before} {after}");
        assert_eq!(cross_fitted(&logits, &films).len(), films.len());
    }

    #[test]
    fn films_that_are_perfectly_parted_give_a_finite_calibration() {
        let films: Vec<Film> = (0..20)
            .map(|patient| film(&format!("{patient}.png"), patient >= 10))
            .collect();
        let films: Vec<&Film> = films.iter().collect();
        let logits: Vec<f32> = (0..20).map(|patient| patient as f32 - 9.5).collect();
        let fitted = calibrate(&logits, &films);
        assert!(
            fitted.slope.is_finite() && fitted.slope > 0.0 && fitted.intercept.abs() < 1.0,
            "{fitted:?}"
        );
    }

    #[test]
    fn operating_points_keep_what_they_promise() {
        let (logits, films) = overconfident();
        let films: Vec<&Film> = films.iter().collect();
        let shifted: Vec<f32> = logits.iter().map(|logit| logit + 2.0).collect();
        let films_shifted = scored(&Calibration::IDENTITY, &shifted, &films);
        let films = scored(&Calibration::IDENTITY, &logits, &films);
        // Whichever of both is harder for it.
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
        let films: Vec<&Film> = films.iter().collect();
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
        // Of sensitivity and specificity.
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
        let films: Vec<&Film> = films.iter().collect();
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
