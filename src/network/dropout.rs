//! Dropout for training: some values, or with spatial dropout some whole channels, are set to zero and
//! the others are raised so that the expected sum stays the same.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rand::{Rng, RngExt};

use super::cpu;

/// Drops single values with probability `rate`.
pub fn dropout(values: &Tensor, rate: f32, rng: &mut impl Rng) -> Result<Tensor> {
    drop_runs(values, 1, rate, rng)
}

/// Drops whole channels of `maps`, `[batch, channels, height, width]`, with probability `rate`
/// (Tompson et al. 2015): neighbouring pixels are alike, so dropping single ones would change little.
pub fn spatial_dropout(maps: &Tensor, rate: f32, rng: &mut impl Rng) -> Result<Tensor> {
    let (_, _, height, width) = maps.dims4()?;
    drop_runs(maps, height * width, rate, rng)
}

fn drop_runs(values: &Tensor, run: usize, rate: f32, rng: &mut impl Rng) -> Result<Tensor> {
    let kept = (1.0 - rate).recip();
    let runs = values.elem_count() / run;
    let factors = (0..runs)
        .map(|_| {
            if rng.random::<f32>() < rate {
                0.0
            } else {
                kept
            }
        })
        .collect();
    values.contiguous()?.apply_op1(ScaleRuns { run, factors })
}

/// Multiplies each run of `run` values by its factor. The gradient is multiplied alike.
struct ScaleRuns {
    run: usize,
    factors: Vec<f32>,
}

impl ScaleRuns {
    fn apply(&self, values: &[f32]) -> Vec<f32> {
        let mut scaled = Vec::with_capacity(values.len());
        for (run, factor) in values.chunks_exact(self.run).zip(&self.factors) {
            scaled.extend(run.iter().map(|value| value * factor));
        }
        scaled
    }
}

impl CustomOp1 for ScaleRuns {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, values: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let scaled = self.apply(cpu::slice(values, layout)?);
        Ok((CpuStorage::F32(scaled), layout.shape().clone()))
    }

    fn bwd(&self, values: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let scaled = self.apply(&cpu::values(gradient)?);
        Tensor::from_vec(scaled, values.shape(), values.device()).map(Some)
    }
}
