//! Calibrates logits to probabilities, fitted on the validation patients.

use pneumonia_cnn::metrics::Scored;
use pneumonia_cnn::network::metadata::Calibration;

use crate::dataset::LabelledFilm;

/// Cross-fitting folds of the validation patients, each scored by a calibration fitted on the others.
const PARTS: usize = 5;

/// Fits `probability = sigmoid(slope * logit + intercept)` by maximum likelihood (Platt 1999, with his targets slightly
/// inside 0 and 1, so that perfectly separated films give finite parameters).
pub fn calibrate(logits: &[f32], films: &[&LabelledFilm]) -> Calibration {
    let count = |pneumonia: bool| {
        films
            .iter()
            .filter(|film| film.pneumonia == pneumonia)
            .count() as f64
    };
    let (positives, negatives) = (count(true), count(false));
    let target = |film: &LabelledFilm| {
        if film.pneumonia {
            (positives + 1.0) / (positives + 2.0)
        } else {
            1.0 / (negatives + 2.0)
        }
    };
    let mut fitted = Calibration::IDENTITY;
    // Newton's method; the likelihood has one maximum, and a small ridge keeps the step finite.
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
        // Limited to length 1, because Newton's method overshoots far from the maximum.
        let length = step[0].hypot(step[1]).max(1.0);
        fitted.slope -= step[0] / length;
        fitted.intercept -= step[1] / length;
        if step[0].abs() + step[1].abs() < 1e-10 {
            break;
        }
    }
    fitted
}

/// `films` with calibrated probabilities.
pub fn scored(calibration: &Calibration, logits: &[f32], films: &[&LabelledFilm]) -> Vec<Scored> {
    let scored = logits.iter().zip(films).map(|(&logit, film)| Scored {
        probability: calibration.probability(logit),
        pneumonia: film.pneumonia,
    });
    scored.collect()
}

/// `films`, whose `probability` holds the logit, with calibrated probabilities.
pub fn calibrated(calibration: &Calibration, films: &[Scored]) -> Vec<Scored> {
    let calibrated = films.iter().map(|film| Scored {
        probability: calibration.probability(film.probability as f32),
        ..*film
    });
    calibrated.collect()
}

/// Each film's probability from a calibration fitted on other patients, to estimate the calibration on new ones.
pub fn cross_fitted(logits: &[f32], films: &[&LabelledFilm]) -> Vec<Scored> {
    let mut patients: Vec<&str> = films.iter().map(|film| film.patient.as_str()).collect();
    patients.sort_unstable();
    patients.dedup();
    let part = |film: &LabelledFilm| {
        patients
            .binary_search(&film.patient.as_str())
            .unwrap_or_default()
            % PARTS
    };
    let mut all = Vec::new();
    for held_out in 0..PARTS {
        let of = |inside: bool| -> (Vec<f32>, Vec<&LabelledFilm>) {
            let pairs = logits.iter().zip(films);
            pairs
                .filter(|(_, film)| (part(film) == held_out) == inside)
                .map(|(&logit, &film)| (logit, film))
                .unzip()
        };
        let (fitting, fitting_films) = of(false);
        let (test, test_films) = of(true);
        all.extend(scored(
            &calibrate(&fitting, &fitting_films),
            &test,
            &test_films,
        ));
    }
    all
}

#[cfg(test)]
pub mod tests_support {
    use rand::RngExt;

    use super::*;
    use crate::dataset::tests_support::film;
    use crate::rng::{Purpose, rng};

    /// 2,000 films of 2,000 patients whose true probability is `sigmoid(0.5 * logit + 1)`.
    pub fn overconfident() -> (Vec<f32>, Vec<LabelledFilm>) {
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
}

#[cfg(test)]
mod tests {
    use pneumonia_cnn::metrics;

    use super::tests_support::overconfident;
    use super::*;
    use crate::dataset::tests_support::film;

    #[test]
    fn calibration_finds_the_slope_and_intercept_that_made_the_films() {
        let (logits, films) = overconfident();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let fitted = calibrate(&logits, &films);
        assert!((fitted.slope - 0.5).abs() < 0.05, "{fitted:?}");
        assert!((fitted.intercept - 1.0).abs() < 0.2, "{fitted:?}");
    }

    #[test]
    fn calibration_lowers_the_error_on_patients_it_was_not_fitted_on() {
        let (logits, films) = overconfident();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let error = |films: &[Scored]| metrics::expected_calibration_error(films).unwrap();
        let before = error(&scored(&Calibration::IDENTITY, &logits, &films));
        let after = error(&cross_fitted(&logits, &films));
        assert!(before > 0.08 && after < 0.03, "{before} {after}");
        assert_eq!(cross_fitted(&logits, &films).len(), films.len());
    }

    #[test]
    fn films_that_are_perfectly_parted_give_a_finite_calibration() {
        let films: Vec<LabelledFilm> = (0..20)
            .map(|patient| film(&format!("{patient}.png"), patient >= 10))
            .collect();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let logits: Vec<f32> = (0..20).map(|patient| patient as f32 - 9.5).collect();
        let fitted = calibrate(&logits, &films);
        assert!(
            fitted.slope.is_finite() && fitted.slope > 0.0 && fitted.intercept.abs() < 1.0,
            "{fitted:?}"
        );
    }
}
