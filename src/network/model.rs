//! The network's forward pass.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module};
use rand::Rng;

use super::Weights;
use super::architecture::{DROPOUT, SPATIAL_DROPOUT, STAGES, has_batch_norm};
use super::batch_norm::{Moments, normalise_batch, normalise_running};
use super::convolution::convolution_stage;
use super::dropout::{dropout, spatial_dropout};

/// Seven convolution stages and three dense layers; see [`super::architecture`] for the tensors.
#[derive(Clone, Debug)]
pub struct PneumoniaCnn {
    stages: Vec<Stage>,
    dense: [Linear; 3],
}

/// What a training pass gives besides its logits.
#[derive(Clone, Debug)]
pub struct TrainingPass {
    /// `[batch]`
    pub logits: Tensor,
    /// Of the batch before each batch norm, to be taken into the running statistics: stage (from 1) and
    /// its moments.
    pub moments: Vec<(usize, Moments)>,
}

#[derive(Clone, Debug)]
struct Stage {
    weight: Tensor,
    bias: Tensor,
    batch_norm: Option<BatchNorm>,
}

#[derive(Clone, Debug)]
struct BatchNorm {
    scale: Tensor,
    shift: Tensor,
    running_mean: Tensor,
    running_variance: Tensor,
}

impl PneumoniaCnn {
    /// Builds the network on `weights`. Tensors are shared, not copied: what an optimiser does to its
    /// variables shows in the next pass.
    ///
    /// # Errors
    /// When a tensor is missing; its shape is [`super::weights::load`]'s matter.
    pub fn new(weights: &Weights) -> crate::Result<Self> {
        let stages = (1..=STAGES).map(|stage| Stage::new(weights, stage));
        let linear = |layer: usize| -> crate::Result<Linear> {
            let weight = weights.tensor(&format!("fc{layer}.weight"))?;
            Ok(Linear::new(
                weight,
                Some(weights.tensor(&format!("fc{layer}.bias"))?),
            ))
        };
        Ok(Self {
            stages: stages.collect::<crate::Result<_>>()?,
            dense: [linear(1)?, linear(2)?, linear(3)?],
        })
    }

    /// Logits of `films` in evaluation: no dropout, running statistics.
    ///
    /// # Shapes
    /// - `films`: `[batch, 1, 128, 128]`, values of 0 to 1
    /// - result: `[batch]`
    pub fn forward(&self, films: &Tensor) -> Result<Tensor> {
        let mut maps = films.clone();
        for stage in &self.stages {
            maps = stage.forward(&maps)?; // [batch, 32, 64, 64] and on to [batch, 32, 1, 1]
        }
        let [first, second, last] = &self.dense;
        let values = maps.flatten_from(1)?; // [batch, 32]
        let values = first.forward(&values)?.relu()?; // [batch, 128]
        let values = second.forward(&values)?.relu()?; // [batch, 128]
        last.forward(&values)?.squeeze(1) // [batch]
    }

    /// Logits of `films` in training: dropout from `rng`, batch norm over the batch. Shapes as in
    /// [`Self::forward`].
    pub fn forward_train(&self, films: &Tensor, rng: &mut impl Rng) -> Result<TrainingPass> {
        let mut maps = films.clone();
        let mut moments = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            maps = stage.convolve(&maps)?;
            if let Some(batch_norm) = &stage.batch_norm {
                let batch = Moments::of(&maps)?;
                maps = normalise_batch(&maps, &batch_norm.scale, &batch_norm.shift, batch.clone())?;
                moments.push((index + 1, batch));
            }
            maps = spatial_dropout(&maps, SPATIAL_DROPOUT[index], rng)?;
        }
        let [first, second, last] = &self.dense;
        let values = dropout(&maps.flatten_from(1)?, DROPOUT, rng)?;
        let values = dropout(&first.forward(&values)?.relu()?, DROPOUT, rng)?;
        let values = dropout(&second.forward(&values)?.relu()?, DROPOUT, rng)?;
        let logits = last.forward(&values)?.squeeze(1)?;
        Ok(TrainingPass { logits, moments })
    }
}

impl Stage {
    fn new(weights: &Weights, stage: usize) -> crate::Result<Self> {
        let batch_norm = |kind: &str| weights.tensor(&format!("bn{stage}.{kind}"));
        Ok(Self {
            weight: weights.tensor(&format!("conv{stage}.weight"))?,
            bias: weights.tensor(&format!("conv{stage}.bias"))?,
            batch_norm: if has_batch_norm(stage) {
                Some(BatchNorm {
                    scale: batch_norm("weight")?,
                    shift: batch_norm("bias")?,
                    running_mean: batch_norm("running_mean")?,
                    running_variance: batch_norm("running_var")?,
                })
            } else {
                None
            },
        })
    }

    fn forward(&self, maps: &Tensor) -> Result<Tensor> {
        let maps = self.convolve(maps)?;
        let Some(norm) = &self.batch_norm else {
            return Ok(maps);
        };
        normalise_running(
            &maps,
            &norm.scale,
            &norm.shift,
            &norm.running_mean,
            &norm.running_variance,
        )
    }

    /// Convolution, ReLU and pool. The first stage's three input channels are equal, so their weights
    /// may be added first, exactly: a third of the work, and gradients flow back through the sum.
    fn convolve(&self, maps: &Tensor) -> Result<Tensor> {
        let equal_channels = self.weight.dim(1)? != maps.dim(1)?;
        if equal_channels {
            convolution_stage(maps, &self.weight.sum_keepdim(1)?, &self.bias)
        } else {
            convolution_stage(maps, &self.weight, &self.bias)
        }
    }
}
