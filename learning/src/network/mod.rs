//! The network in training, built from candle operations so that candle's `backward` gives the gradients.
//!
//! ```text
//! convolution   a stage's convolution, ReLU and max-pool as one operation
//! batch_norm  dense  dropout  loss   the other operations of training
//! ```
//!
//! Each is checked against finite differences in `tests/gradients`.

pub mod batch_norm;
pub mod convolution;
pub mod dense;
pub mod dropout;
pub mod loss;

use candle_core::{Result, Tensor};
use rand::Rng;

use self::batch_norm::{Moments, normalise_batch};
use self::convolution::convolution_stage;
use self::dense::dense;
use self::dropout::{ChannelFactors, DropoutRates, dropout};
use pneumonia_cnn::network::Weights;
use pneumonia_cnn::network::architecture::{CHANNELS, INPUT_CHANNELS, STAGES, has_batch_norm};

/// The network in training. It shares its tensors with the optimiser's variables, so the next pass sees every update.
#[derive(Clone, Debug)]
pub struct TrainableCnn {
    stages: Vec<Stage>,
    /// Weight and bias of each dense layer.
    dense: [(Tensor, Tensor); 3],
}

/// Result of a forward pass.
#[derive(Clone, Debug)]
pub struct TrainingPass {
    /// `[batch]`
    pub logits: Tensor,
    /// Stage (from 1) and moments of the batch before each batch norm, for updating the running statistics.
    pub moments: Vec<(usize, Moments)>,
}

#[derive(Clone, Debug)]
struct Stage {
    weight: Tensor,
    bias: Tensor,
    /// Scale and shift.
    batch_norm: Option<(Tensor, Tensor)>,
}

impl TrainableCnn {
    /// Builds the network on `weights`.
    ///
    /// # Errors
    /// When a tensor is missing; its shape is checked by [`pneumonia_cnn::network::weights`].
    pub fn new(weights: &Weights) -> pneumonia_cnn::Result<Self> {
        let stages = (1..=STAGES).map(|stage| Stage::new(weights, stage));
        let layer = |layer: usize| -> pneumonia_cnn::Result<(Tensor, Tensor)> {
            let weight = weights.tensor(&format!("fc{layer}.weight"))?;
            let bias = weights.tensor(&format!("fc{layer}.bias"))?;
            Ok((weight, bias))
        };
        Ok(Self {
            stages: stages.collect::<pneumonia_cnn::Result<_>>()?,
            dense: [layer(1)?, layer(2)?, layer(3)?],
        })
    }

    /// Logits of `films`, `[batch, 1, 128, 128]` with values of 0 to 1, with batch norm over the batch and, if `drop`
    /// is given, dropout at its rates from its generator.
    pub fn forward(
        &self,
        films: &Tensor,
        mut drop: Option<(&DropoutRates, &mut impl Rng)>,
    ) -> Result<TrainingPass> {
        let (batch, _, height, width) = films.dims4()?;
        let mut maps = films.reshape((batch, height, width, 1))?;
        let mut moments = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            let factors = drop.as_mut().map(|(rates, rng)| {
                ChannelFactors::draw(batch, CHANNELS, rates.spatial[index], rng)
            });
            let weight = &stage.weight;
            let Some((scale, shift)) = &stage.batch_norm else {
                maps = convolution_stage(&maps, &folded(weight)?, &stage.bias, factors)?;
                continue;
            };
            maps = convolution_stage(&maps, weight, &stage.bias, None)?;
            let batch = Moments::of(&maps)?;
            maps = normalise_batch(&maps, scale, shift, batch.clone(), factors)?;
            moments.push((index + 1, batch));
        }
        let mut drop = |values: &Tensor| match drop.as_mut() {
            Some((rates, rng)) => dropout(values, rates.dense, rng),
            None => Ok(values.clone()),
        };
        let layer = |values: &Tensor, layer: usize| {
            let (weight, bias) = &self.dense[layer];
            dense(values, weight, bias)
        };
        let values = drop(&maps.flatten_from(1)?)?; // [batch, 32]
        let values = drop(&layer(&values, 0)?.relu()?)?; // [batch, 128]
        let values = drop(&layer(&values, 1)?.relu()?)?; // [batch, 128]
        let logits = layer(&values, 2)?.squeeze(1)?;
        Ok(TrainingPass { logits, moments })
    }
}

impl Stage {
    fn new(weights: &Weights, stage: usize) -> pneumonia_cnn::Result<Self> {
        let batch_norm = |kind: &str| weights.tensor(&format!("bn{stage}.{kind}"));
        Ok(Self {
            weight: weights.tensor(&format!("conv{stage}.weight"))?,
            bias: weights.tensor(&format!("conv{stage}.bias"))?,
            batch_norm: if has_batch_norm(stage) {
                Some((batch_norm("weight")?, batch_norm("bias")?))
            } else {
                None
            },
        })
    }
}

/// The first stage's three input channels are equal, so summing their weights is exact and leaves a third of the work;
/// gradients flow back through the sum.
fn folded(weight: &Tensor) -> Result<Tensor> {
    debug_assert_eq!(weight.dims()[1], INPUT_CHANNELS);
    weight.sum_keepdim(1)
}
