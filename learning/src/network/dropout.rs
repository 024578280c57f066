//! Dropout for training: random values, or with spatial dropout whole channels, are set to zero and the others scaled
//! up to keep the expected sum the same.

use candle_core::{Device, Result, Tensor};
use rand::{Rng, RngExt};

use pneumonia_cnn::network::architecture::STAGES;

/// Dropout rates, in 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DropoutRates {
    /// Of whole channels, at the end of each stage.
    pub spatial: [f32; STAGES],
    /// Of values, before each dense layer.
    pub dense: f32,
}

impl DropoutRates {
    pub const ORIGINAL: Self = Self {
        spatial: [0.1, 0.2, 0.2, 0.3, 0.3, 0.3, 0.5],
        dense: 0.5,
    };
}

/// Drops single values with probability `rate`.
pub fn dropout(values: &Tensor, rate: f32, rng: &mut impl Rng) -> Result<Tensor> {
    let factors = factors(values.elem_count(), rate, rng);
    values * Tensor::from_vec(factors, values.shape(), &Device::Cpu)?
}

/// Factors by which spatial dropout (Tompson et al. 2015) multiplies the channels of a batch of maps. It drops whole
/// channels, because neighbouring pixels are correlated and dropping single ones would change little.
#[derive(Clone, Debug)]
pub struct ChannelFactors {
    channels: usize,
    /// `[batch, channels]`
    factors: Vec<f32>,
}

impl ChannelFactors {
    /// Drops each channel of each film with probability `rate`.
    pub fn draw(batch: usize, channels: usize, rate: f32, rng: &mut impl Rng) -> Self {
        Self {
            channels,
            factors: factors(batch * channels, rate, rng),
        }
    }

    /// Factors of film `index`, one per channel.
    pub fn of(&self, index: usize) -> &[f32] {
        &self.factors[index * self.channels..][..self.channels]
    }

    /// Multiplies the `maps`, `[height, width, channels]`, of film `index`.
    pub fn apply(&self, index: usize, maps: &mut [f32]) {
        for pixel in maps.chunks_exact_mut(self.channels) {
            for (value, factor) in pixel.iter_mut().zip(self.of(index)) {
                *value *= factor;
            }
        }
    }
}

fn factors(count: usize, rate: f32, rng: &mut impl Rng) -> Vec<f32> {
    let kept = (1.0 - rate).recip();
    let draw = |_| {
        if rng.random::<f32>() < rate {
            0.0
        } else {
            kept
        }
    };
    (0..count).map(draw).collect()
}
