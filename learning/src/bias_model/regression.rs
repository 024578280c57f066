//! Logistic regression with an L2 penalty.

use nalgebra::{DMatrix, DVector};

/// L2 penalty on standardised features, for a loss summed over films.
const RIDGE: f64 = 1.0;
/// Maximum number of Newton steps; about eight suffice.
const STEPS: usize = 50;

/// A fitted model.
pub struct Regression {
    mean: Vec<f64>,
    deviation: Vec<f64>,
    /// Coefficients of the standardised features; the last is the intercept.
    weights: DVector<f64>,
}

impl Regression {
    /// Penalised maximum-likelihood fit to `examples` (features, and whether it is pneumonia) with equal class weights.
    /// Without examples of both classes every logit is 0.
    pub fn fit(examples: &[(&[f64], bool)]) -> Self {
        let size = examples.first().map_or(0, |(features, _)| features.len());
        let count = examples.len() as f64;
        let over = |value: &dyn Fn(&[f64]) -> f64| {
            examples
                .iter()
                .map(|(features, _)| value(features))
                .sum::<f64>()
                / count
        };
        let mean: Vec<f64> = (0..size).map(|at| over(&|features| features[at])).collect();
        let deviation = |at: usize| {
            over(&|features| (features[at] - mean[at]).powi(2))
                .sqrt()
                .max(1e-9)
        };
        let deviation: Vec<f64> = (0..size).map(deviation).collect();
        let mut model = Self {
            weights: DVector::zeros(size + 1),
            mean,
            deviation,
        };
        let positives = examples.iter().filter(|(_, positives)| *positives).count() as f64;
        let negatives = count - positives;
        if positives == 0.0 || negatives == 0.0 {
            return model;
        }
        let rows: Vec<DVector<f64>> = examples
            .iter()
            .map(|(features, _)| model.standardised(features))
            .collect();
        for _ in 0..STEPS {
            let mut gradient = &model.weights * RIDGE;
            let mut curvature = DMatrix::identity(size + 1, size + 1) * RIDGE;
            // The intercept is not penalised.
            gradient[size] = 0.0;
            curvature[(size, size)] = 1e-9;
            for (row, (_, pneumonia)) in rows.iter().zip(examples) {
                let share = count / 2.0 / if *pneumonia { positives } else { negatives };
                let probability = 1.0 / (1.0 + (-row.dot(&model.weights)).exp());
                let error = probability - f64::from(u8::from(*pneumonia));
                gradient.axpy(share * error, row, 1.0);
                curvature.ger(share * probability * (1.0 - probability), row, row, 1.0);
            }
            let Some(step) = curvature.cholesky().map(|factors| factors.solve(&gradient)) else {
                break;
            };
            model.weights -= &step;
            if step.amax() < 1e-6 {
                break;
            }
        }
        model
    }

    /// The log odds of pneumonia.
    pub fn logit(&self, features: &[f64]) -> f64 {
        self.standardised(features).dot(&self.weights)
    }

    /// Standardises `features` and appends a 1 for the intercept.
    fn standardised(&self, features: &[f64]) -> DVector<f64> {
        let scales = self.mean.iter().zip(&self.deviation);
        let values = features.iter().zip(scales);
        let values = values.map(|(value, (mean, deviation))| (value - mean) / deviation);
        DVector::from_iterator(features.len() + 1, values.chain([1.0]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_zero_at_the_fitted_model() {
        // Overlapping classes of unequal size.
        let values: Vec<[f64; 2]> = (0..60)
            .map(|n| [f64::from(n * 7 % 13), f64::from(n * 5 % 11)])
            .collect();
        let examples: Vec<(&[f64], bool)> = values
            .iter()
            .enumerate()
            .map(|(n, value)| (&value[..], value[0] + (n % 5) as f64 > 10.0))
            .collect();
        let model = Regression::fit(&examples);
        let positives = examples.iter().filter(|(_, positives)| *positives).count() as f64;
        let mut gradient = &model.weights * RIDGE;
        gradient[2] = 0.0;
        for (features, pneumonia) in &examples {
            let share = 30.0
                / if *pneumonia {
                    positives
                } else {
                    60.0 - positives
                };
            let probability = 1.0 / (1.0 + (-model.logit(features)).exp());
            gradient += model.standardised(features)
                * (share * (probability - f64::from(u8::from(*pneumonia))));
        }
        assert!(gradient.amax() < 1e-4, "{gradient}");
    }

    #[test]
    fn without_both_classes_nothing_is_said() {
        let value = [1.0, 2.0];
        assert_eq!(Regression::fit(&[(&value, true)]).logit(&value), 0.0);
        assert_eq!(Regression::fit(&[]).logit(&[]), 0.0);
    }
}
