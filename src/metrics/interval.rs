//! Intervals that several metrics use.

use super::Interval;

/// The 97.5 % quantile of the standard normal distribution, for two-sided 95 % intervals.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// A smaller variance of numbers from 0 to 1 is rounding error (about 1e-33): probabilities, which are single
/// precision, cannot differ by so little.
pub(super) const NO_VARIANCE: f64 = 1e-20;

/// Wilson's score interval for `successes` out of `trials`, within 0 to 1; `None` without trials.
///
/// Unlike the textbook p ± z·√(p(1−p)/n) it stays inside 0 to 1, keeps its coverage near 0 and 1, and never has zero
/// width. E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
/// Statistical Association 22 (1927); recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001).
pub(super) fn wilson(successes: f64, trials: f64) -> Option<Interval> {
    if trials <= 0.0 {
        return None;
    }
    let share = successes / trials;
    let pull = Z * Z / trials;
    let center = (share + pull / 2.0) / (1.0 + pull);
    let half_width = (pull * (share * (1.0 - share) + pull / 4.0)).sqrt() / (1.0 + pull);
    // If all succeed, the bound is exactly 1; rounding would put it a hair off.
    let high = if successes < trials {
        center + half_width
    } else {
        1.0
    };
    Some([center - half_width, high])
}

/// Mean and unbiased variance (divided by n − 1); `None` for fewer than two values.
pub(super) fn mean_and_variance(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((mean, squares / (values.len() - 1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_statsmodels() {
        // statsmodels 0.15, proportion_confint(k, n, method="wilson").
        for (successes, trials, expected) in [
            (0.0, 10.0, [0.0, 0.277_532_799_862_889_26]),
            (10.0, 10.0, [0.722_467_200_137_110_6, 1.0]),
            (
                1.0,
                10.0,
                [0.017_876_213_095_072_924, 0.404_150_026_795_238_54],
            ),
            (6.0, 12.0, [0.253_781_597_633_706, 0.746_218_402_366_294]),
            (
                390.0,
                400.0,
                [0.954_598_412_128_354_4, 0.986_364_908_254_064],
            ),
        ] {
            let [low, high] = wilson(successes, trials).expect("there are trials");
            assert!(
                (low - expected[0]).abs() < 1e-12,
                "{successes}/{trials}: {low}"
            );
            assert!(
                (high - expected[1]).abs() < 1e-12,
                "{successes}/{trials}: {high}"
            );
        }
        assert_eq!(wilson(0.0, 0.0), None);
    }

    #[test]
    fn wilson_ends_exactly_at_zero_and_one() {
        for trials in 1..500 {
            assert_eq!(
                wilson(0.0, f64::from(trials)).map(|[low, _]| low),
                Some(0.0)
            );
            assert_eq!(
                wilson(f64::from(trials), f64::from(trials)).map(|[_, high]| high),
                Some(1.0)
            );
        }
    }
}
