//! How films look: their mean, the directions in which they differ most, and how much of a film is left besides.

use serde::{Deserialize, Serialize};

use super::PIXELS;
use crate::{Error, Result};

/// Directions in which films differ (principal components).
pub const DIRECTIONS: usize = 48;
/// What is told of a picture: where it lies along each direction, and how much of it lies along none.
pub const FEATURES: usize = DIRECTIONS + 1;
/// Least share of a picture that can lie along none of the directions.
const LEAST_REST: f32 = 1e-3;

/// Numbers rounded to multiples of `step`, which travel as a byte each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rounded {
    pub step: f32,
    pub steps: Vec<i8>,
}

impl Rounded {
    /// In that many steps from zero to the largest of `values`, at most 127: the fewer, the less to download.
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

/// What frontal chest films have in common, learnt from films alone. A picture of another kind, seen before or not, lies
/// mostly outside their directions, and that is told by one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// `[PIXELS]`, the mean film.
    pub mean: Rounded,
    /// `[DIRECTIONS][PIXELS]`, but for the rounding at right angles to each other and of length 1.
    pub directions: Rounded,
    /// `[DIRECTIONS]`, the standard deviation of films along each.
    pub deviations: Vec<f32>,
    /// Mean of the logarithm of the share of a film that lies along none.
    pub rest: f32,
    /// Standard deviation of that logarithm.
    pub rest_deviation: f32,
}

impl Likeness {
    /// `FEATURES` values of a [`super::thumbnail`], each with a mean of 0 and a standard deviation of 1 over films.
    pub fn features(&self, seen: &[f32]) -> Vec<f32> {
        let (mut features, rest) = self.along(seen);
        for (value, deviation) in features.iter_mut().zip(&self.deviations) {
            *value /= deviation;
        }
        features.push((rest - self.rest) / self.rest_deviation);
        features
    }

    /// Where a picture lies along each direction, and the logarithm of the share that lies along none.
    pub fn along(&self, seen: &[f32]) -> (Vec<f32>, f32) {
        let mean = self.mean.values();
        let centred: Vec<f32> = seen
            .iter()
            .zip(mean)
            .map(|(value, mean)| value - mean)
            .collect();
        let directions = self.directions.steps.chunks_exact(PIXELS);
        let along: Vec<f32> = directions
            .map(|direction| {
                let products = direction.iter().zip(&centred);
                let products = products.map(|(&steps, value)| f32::from(steps) * value);
                products.sum::<f32>() * self.directions.step
            })
            .collect();
        let squares = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>();
        let rest = (squares(&centred) - squares(&along)) / PIXELS as f32;
        (along, rest.max(LEAST_REST).ln())
    }

    /// Number of values that were learnt.
    pub fn parameters(&self) -> usize {
        self.mean.steps.len() + self.directions.steps.len() + self.deviations.len() + 2
    }

    /// # Errors
    /// When it is not of this program's shape, or holds a value that films can't have.
    pub(super) fn check(&self) -> Result<()> {
        let lengths = [
            self.mean.steps.len(),
            self.directions.steps.len(),
            self.deviations.len(),
        ];
        let expected = [PIXELS, DIRECTIONS * PIXELS, DIRECTIONS];
        if lengths != expected {
            return Err(Error::Metadata(format!(
                "has a gate whose likeness has {lengths:?} values, not {expected:?}"
            )));
        }
        let spreads = self.deviations.iter().chain([&self.rest_deviation]);
        let wrong = spreads
            .copied()
            .find(|value| !value.is_normal() || *value < 0.0);
        let others = [self.mean.step, self.directions.step, self.rest];
        let wrong = wrong.or(others.into_iter().find(|value| !value.is_finite()));
        match wrong {
            Some(value) => Err(Error::Metadata(format!(
                "has a gate whose likeness has the value {value}"
            ))),
            None => Ok(()),
        }
    }
}
