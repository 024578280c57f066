//! Whether the probabilities mean what they say: of the films given 0.8, do eight in ten have
//! pneumonia?

use super::{Interval, Scored, interval};

/// Equal-width bins of the probability: [0, 0.1), [0.1, 0.2) … [0.9, 1].
///
/// Ten, as in Naeini et al.: the test split has 624 films, and with more bins the sparse middle ones measure noise.
const BINS: usize = 10;

/// Mean squared difference between the probability and the truth (1 for pneumonia, 0 for normal), 0
/// (best) to 1.
///
/// G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950), in
/// today's one-sided form for two classes. `None` without films or if a probability is NaN.
pub fn brier_score(scored: &[Scored]) -> Option<f64> {
    let errors = squared_errors(scored)?;
    Some(errors.iter().sum::<f64>() / errors.len() as f64)
}

/// The Brier score is a mean of independent errors, so its interval is mean ± z·s/√n, clipped to the range 0 to 1.
pub(super) fn brier_interval(scored: &[Scored]) -> Option<Interval> {
    let errors = squared_errors(scored)?;
    let (mean, variance) = interval::mean_and_variance(&errors)?;
    // Identical errors say nothing about their spread; an interval of zero width would claim certainty.
    if variance < interval::NO_VARIANCE {
        return None;
    }
    let half_width = interval::Z * (variance / errors.len() as f64).sqrt();
    Some([(mean - half_width).max(0.0), (mean + half_width).min(1.0)])
}

/// Expected calibration error of the probability of pneumonia, 0 (best) to 1.
///
/// The films are sorted into ten bins by probability; each bin contributes the gap between its mean probability and its
/// observed frequency of pneumonia, weighted by its number of films. M. P. Naeini et al., "Obtaining well calibrated
/// probabilities using Bayesian binning", AAAI 2015. (Guo et al., ICML 2017, bin the confidence in the predicted class
/// instead; for two classes that hides errors of opposite sign.) `None` without films or if a probability is NaN.
pub fn expected_calibration_error(scored: &[Scored]) -> Option<f64> {
    if scored.is_empty() || scored.iter().any(|film| film.probability.is_nan()) {
        return None;
    }
    // Sums of probability minus label: |Σ (p − y)| is the bin's number of films times its gap.
    let mut gaps = [0.0; BINS];
    for film in scored {
        let bin = ((film.probability * BINS as f64) as usize).min(BINS - 1);
        gaps[bin] += film.probability - truth(film);
    }
    Some(gaps.iter().map(|gap| gap.abs()).sum::<f64>() / scored.len() as f64)
}

fn squared_errors(scored: &[Scored]) -> Option<Vec<f64>> {
    if scored.is_empty() || scored.iter().any(|film| film.probability.is_nan()) {
        return None;
    }
    Some(
        scored
            .iter()
            .map(|film| (film.probability - truth(film)).powi(2))
            .collect(),
    )
}

fn truth(film: &Scored) -> f64 {
    if film.pneumonia { 1.0 } else { 0.0 }
}
