//! Principal component analysis of films: how an image differs from the mean film along the components in which films
//! vary most, and the residual.

use serde::{Deserialize, Serialize};

use super::PIXELS;
use crate::{Error, Result};

/// Principal components that are kept.
pub const COMPONENTS: usize = 48;
/// Features of an image: its score along each component, and its residual.
pub const FEATURES: usize = COMPONENTS + 1;
/// Lower limit of the residual, as a mean square over the pixels.
const LEAST_RESIDUAL: f32 = 1e-3;

/// Numbers rounded to multiples of `step`, stored in a byte each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rounded {
    pub step: f32,
    pub steps: Vec<i8>,
}

impl Rounded {
    /// Rounds to `steps` steps, at most 127, from zero to the largest magnitude: the fewer, the smaller the download.
    pub fn of(values: &[f32], steps: u8) -> Self {
        let largest = values
            .iter()
            .fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
        let step = largest / f32::from(steps);
        let steps = values.iter().map(|value| (value / step).round() as i8);
        Self {
            step,
            steps: steps.collect(),
        }
    }

    pub fn values(&self) -> Vec<f32> {
        let value = |&steps| f32::from(steps) * self.step;
        self.steps.iter().map(value).collect()
    }
}

/// What frontal chest films have in common, learnt from films alone. An image of any other kind, seen in training or
/// not, has a large residual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PcaFeatures {
    /// `[PIXELS]`, the mean film.
    pub mean: Rounded,
    /// `[COMPONENTS][PIXELS]`, orthonormal except for rounding.
    #[serde(rename = "directions")]
    pub components: Rounded,
    /// `[COMPONENTS]`, the standard deviation of the films' scores along each.
    pub deviations: Vec<f32>,
    /// Mean of the logarithm of a film's residual.
    #[serde(rename = "rest")]
    pub residual: f32,
    /// Standard deviation of that logarithm.
    #[serde(rename = "rest_deviation")]
    pub residual_deviation: f32,
}

impl PcaFeatures {
    /// `FEATURES` values of a [`super::thumbnail`], each with a mean of 0 and a standard deviation of 1 over films.
    pub fn features(&self, seen: &[f32]) -> Vec<f32> {
        let (mut features, residual) = self.project(seen);
        for (value, deviation) in features.iter_mut().zip(&self.deviations) {
            *value /= deviation;
        }
        features.push((residual - self.residual) / self.residual_deviation);
        features
    }

    /// An image's score along each component, and the logarithm of its residual.
    pub fn project(&self, seen: &[f32]) -> (Vec<f32>, f32) {
        let mean = self.mean.values();
        let centred: Vec<f32> = seen
            .iter()
            .zip(mean)
            .map(|(value, mean)| value - mean)
            .collect();
        let components = self.components.steps.chunks_exact(PIXELS);
        let along: Vec<f32> = components
            .map(|component| {
                let products = component.iter().zip(&centred);
                let products = products.map(|(&steps, value)| f32::from(steps) * value);
                products.sum::<f32>() * self.components.step
            })
            .collect();
        let squares = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>();
        let residual = (squares(&centred) - squares(&along)) / PIXELS as f32;
        (along, residual.max(LEAST_RESIDUAL).ln())
    }

    /// Number of learnt values.
    pub fn parameters(&self) -> usize {
        self.mean.steps.len() + self.components.steps.len() + self.deviations.len() + 2
    }

    /// # Errors
    /// When its shape differs from this program's, or it holds an invalid value.
    pub(super) fn check(&self) -> Result<()> {
        let lengths = [
            self.mean.steps.len(),
            self.components.steps.len(),
            self.deviations.len(),
        ];
        let expected = [PIXELS, COMPONENTS * PIXELS, COMPONENTS];
        if lengths != expected {
            return Err(Error::Metadata(format!(
                "has a gate whose principal components have {lengths:?} values, not {expected:?}"
            )));
        }
        let spreads = self.deviations.iter().chain([&self.residual_deviation]);
        let wrong = spreads
            .copied()
            .find(|value| !value.is_normal() || *value < 0.0);
        let others = [self.mean.step, self.components.step, self.residual];
        let wrong = wrong.or(others.into_iter().find(|value| !value.is_finite()));
        match wrong {
            Some(value) => Err(Error::Metadata(format!(
                "has a gate whose principal components have the value {value}"
            ))),
            None => Ok(()),
        }
    }
}
