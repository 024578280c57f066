//! The network for inference: weights laid out for the kernels, batch norms reduced to a factor and an offset. The
//! crate `learning` has the same network as candle operations, with trainable weights.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use candle_nn::Module;
use pneumonia_kernels::{Output, PreparedWeights, convolve, dense, scale_and_shift};

use super::architecture::{BATCH_NORM_EPSILON, CHANNELS, INPUT_CHANNELS, STAGES, has_batch_norm};
use super::{Weights, cpu, parallel};
use crate::input::SIZE;

/// Seven convolution stages and three dense layers; see [`super::architecture`] for the tensors.
pub struct PneumoniaCnn {
    stages: Vec<Stage>,
    dense: Vec<Dense>,
}

/// Convolution, ReLU, max-pool and, except in the first stage, batch norm.
struct Stage {
    convolution: PreparedWeights,
    batch_norm: Option<BatchNorm>,
}

/// From the running statistics: `factor * value + offset`.
struct BatchNorm {
    factor: Vec<f32>,
    offset: Vec<f32>,
}

struct Dense {
    /// `[inputs][outputs]`
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl PneumoniaCnn {
    /// Prepares the network. Later changes to the tensors have no effect on it.
    ///
    /// # Errors
    /// When a tensor is missing; [`super::weights`] checks the shapes.
    pub fn new(weights: &Weights) -> crate::Result<Self> {
        let stages = (1..=STAGES).map(|stage| Stage::new(weights, stage));
        let dense = (1..=3).map(|layer| Dense::new(weights, layer));
        Ok(Self {
            stages: stages.collect::<crate::Result<_>>()?,
            dense: dense.collect::<crate::Result<_>>()?,
        })
    }

    /// The logit of one film, `[128, 128]`.
    fn logit(&self, film: &[f32]) -> f32 {
        let mut values = film.to_vec();
        let mut side = SIZE;
        for stage in &self.stages {
            side /= 2;
            values = stage.forward(&values, side); // [64, 64, 32] down to [1, 1, 32]
        }
        for (index, layer) in self.dense.iter().enumerate() {
            values = dense(&values, &layer.weight, &layer.bias); // [128], [128], [1]
            if index + 1 < self.dense.len() {
                values.iter_mut().for_each(|value| *value = value.max(0.0));
            }
        }
        values[0]
    }
}

/// Logits, `[batch]`, of films `[batch, 1, 128, 128]` with values from 0 to 1, contiguous in memory.
impl Module for PneumoniaCnn {
    fn forward(&self, films: &Tensor) -> Result<Tensor> {
        films.apply_op1_no_bwd(self)
    }
}

impl CustomOp1 for PneumoniaCnn {
    fn name(&self) -> &'static str {
        "pneumonia-cnn"
    }

    fn cpu_fwd(&self, films: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, 1, SIZE, SIZE) = layout.shape().dims4()? else {
            bail!(
                "the network reads films of 1×{SIZE}×{SIZE}, not {:?}",
                layout.shape()
            );
        };
        let films = cpu::slice(films, layout)?;
        let film = |index: usize| &films[index * SIZE * SIZE..][..SIZE * SIZE];
        let logits = parallel::map(batch, |index| self.logit(film(index)));
        Ok((CpuStorage::F32(logits), batch.into()))
    }
}

impl Stage {
    fn new(weights: &Weights, stage: usize) -> crate::Result<Self> {
        let side = SIZE >> (stage - 1);
        let weight = weights.tensor(&format!("conv{stage}.weight"))?;
        let bias = weights.tensor(&format!("conv{stage}.bias"))?;
        let (weight, bias) = (cpu::view(&weight)?, cpu::view(&bias)?);
        let convolution = if stage == 1 {
            PreparedWeights::new(&fold(&weight), &bias, side, side)
        } else {
            PreparedWeights::new(&weight, &bias, side, side)
        };
        let batch_norm = if has_batch_norm(stage) {
            Some(BatchNorm::new(weights, stage)?)
        } else {
            None
        };
        Ok(Self {
            convolution,
            batch_norm,
        })
    }

    /// `side` is the side of the output maps.
    fn forward(&self, film: &[f32], side: usize) -> Vec<f32> {
        let mut maps = vec![0.0; side * side * CHANNELS];
        let output = Output::Pooled {
            maps: &mut maps,
            argmaxes: None,
        };
        convolve(film, &self.convolution, output);
        if let Some(batch_norm) = &self.batch_norm {
            scale_and_shift(&mut maps, &batch_norm.factor, &batch_norm.offset);
        }
        maps
    }
}

/// `[32, 3, 3, 3]` to `[32, 1, 3, 3]`, exactly: the first stage's three input channels are equal, so their weights add
/// up.
fn fold(weight: &[f32]) -> Vec<f32> {
    let outputs = weight.chunks_exact(INPUT_CHANNELS * 9);
    let folded =
        outputs.flat_map(|inputs| (0..9).map(|tap| inputs.iter().skip(tap).step_by(9).sum()));
    folded.collect()
}

impl BatchNorm {
    fn new(weights: &Weights, stage: usize) -> crate::Result<Self> {
        let tensor = |kind: &str| weights.tensor(&format!("bn{stage}.{kind}"));
        let (scale, shift) = (tensor("weight")?, tensor("bias")?);
        let (mean, variance) = (tensor("running_mean")?, tensor("running_var")?);
        let (scale, variance) = (cpu::view(&scale)?, cpu::view(&variance)?);
        let factor: Vec<f32> = scale
            .iter()
            .zip(&*variance)
            .map(|(scale, variance)| scale / (variance + BATCH_NORM_EPSILON).sqrt())
            .collect();
        let (shift, mean) = (cpu::view(&shift)?, cpu::view(&mean)?);
        let offset = shift.iter().zip(&*mean).zip(&factor);
        Ok(Self {
            offset: offset
                .map(|((shift, mean), factor)| shift - mean * factor)
                .collect(),
            factor,
        })
    }
}

impl Dense {
    fn new(weights: &Weights, layer: usize) -> crate::Result<Self> {
        let weight = weights.tensor(&format!("fc{layer}.weight"))?;
        let (outputs, inputs) = weight.dims2()?;
        let weight: &[f32] = &cpu::view(&weight)?;
        let pairs = (0..inputs).flat_map(|input| (0..outputs).map(move |output| (input, output)));
        Ok(Self {
            weight: pairs
                .map(|(input, output)| weight[output * inputs + input])
                .collect(),
            bias: cpu::view(&weights.tensor(&format!("fc{layer}.bias"))?)?.to_vec(),
        })
    }
}
