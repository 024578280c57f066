//! Batch normalisation (Ioffe and Szegedy 2015): each channel is shifted and scaled to mean 0 and
//! variance 1, over the batch in training and by running statistics in evaluation, then scaled and
//! shifted by learnt factors.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

use super::architecture::BATCH_NORM_EPSILON;
use super::cpu;

/// Mean and (biased) variance of each channel of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
}

impl Moments {
    /// Of `maps`, `[batch, channels, height, width]`. Summed in 64 bits, so that large means cost no
    /// precision.
    pub fn of(maps: &Tensor) -> Result<Self> {
        let (_, channels, height, width) = maps.dims4()?;
        let values = cpu::values(maps)?;
        let planes = Planes::new(channels, height * width);
        let count = (values.len() / channels) as f64;
        let sum_each = |value: &dyn Fn(usize, f32) -> f64| {
            let mut sums = vec![0f64; channels];
            for (channel, plane) in planes.of(&values) {
                sums[channel] += plane.iter().map(|&v| value(channel, v)).sum::<f64>();
            }
            sums.into_iter().map(|sum| sum / count).collect::<Vec<_>>()
        };
        let mean = sum_each(&|_, value| f64::from(value));
        let variance = sum_each(&|channel, value| (f64::from(value) - mean[channel]).powi(2));
        let to_f32 = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
        Ok(Self {
            variance: to_f32(variance),
            mean: to_f32(mean),
        })
    }

    /// `1 / sqrt(variance + epsilon)` of each channel.
    fn inverse_deviation(&self) -> Vec<f32> {
        let inverse = |variance: &f32| (variance + BATCH_NORM_EPSILON).sqrt().recip();
        self.variance.iter().map(inverse).collect()
    }
}

/// Normalises by the batch's own `moments`, for training.
///
/// # Shapes
/// - `maps`: `[batch, channels, height, width]`, and so the result
/// - `scale`, `shift`: `[channels]`
pub fn normalise_batch(
    maps: &Tensor,
    scale: &Tensor,
    shift: &Tensor,
    moments: Moments,
) -> Result<Tensor> {
    maps.contiguous()?
        .apply_op3(scale, shift, NormaliseBatch { moments })
}

/// Normalises by running statistics, for evaluation. Shapes as in [`normalise_batch`], the statistics
/// `[channels]`.
pub fn normalise_running(
    maps: &Tensor,
    scale: &Tensor,
    shift: &Tensor,
    running_mean: &Tensor,
    running_variance: &Tensor,
) -> Result<Tensor> {
    let factor = (scale / (running_variance + f64::from(BATCH_NORM_EPSILON))?.sqrt()?)?;
    let offset = (shift - (running_mean * &factor)?)?;
    let per_channel = |values: Tensor| values.reshape((1, (), 1, 1));
    maps.broadcast_mul(&per_channel(factor)?)?
        .broadcast_add(&per_channel(offset)?)
}

/// Walks over the planes of `[batch, channels, plane]`.
#[derive(Clone, Copy)]
struct Planes {
    channels: usize,
    size: usize,
}

impl Planes {
    fn new(channels: usize, size: usize) -> Self {
        Self { channels, size }
    }

    /// Each plane with its channel.
    fn of(self, values: &[f32]) -> impl Iterator<Item = (usize, &[f32])> {
        let channels = (0..self.channels).cycle();
        channels.zip(values.chunks_exact(self.size))
    }
}

struct NormaliseBatch {
    moments: Moments,
}

impl CustomOp3 for NormaliseBatch {
    fn name(&self) -> &'static str {
        "normalise-batch"
    }

    fn cpu_fwd(
        &self,
        maps: &CpuStorage,
        maps_layout: &Layout,
        scale: &CpuStorage,
        scale_layout: &Layout,
        shift: &CpuStorage,
        shift_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, channels, height, width) = maps_layout.shape().dims4()?;
        let maps = cpu::slice(maps, maps_layout)?;
        let scale = cpu::slice(scale, scale_layout)?;
        let shift = cpu::slice(shift, shift_layout)?;
        let inverse = self.moments.inverse_deviation();
        let mut normalised = Vec::with_capacity(maps.len());
        for (channel, plane) in Planes::new(channels, height * width).of(maps) {
            let factor = scale[channel] * inverse[channel];
            let mean = self.moments.mean[channel];
            normalised.extend(
                plane
                    .iter()
                    .map(|value| (value - mean) * factor + shift[channel]),
            );
        }
        Ok((CpuStorage::F32(normalised), maps_layout.shape().clone()))
    }

    /// Mean and variance depend on every value of a channel, which gives the two terms that are
    /// subtracted from each value's own gradient (Ioffe and Szegedy 2015, section 3).
    fn bwd(
        &self,
        maps: &Tensor,
        scale: &Tensor,
        shift: &Tensor,
        _normalised: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (batch, channels, height, width) = maps.dims4()?;
        let planes = Planes::new(channels, height * width);
        let count = (batch * height * width) as f32;
        let (maps_values, gradients) = (cpu::values(maps)?, cpu::values(gradient)?);
        let scales = cpu::values(scale)?;
        let inverse = self.moments.inverse_deviation();
        let standardise =
            |channel: usize, value: f32| (value - self.moments.mean[channel]) * inverse[channel];

        let mut shift_gradient = vec![0f32; channels];
        let mut scale_gradient = vec![0f32; channels];
        for ((channel, plane), (_, slopes)) in planes.of(&maps_values).zip(planes.of(&gradients)) {
            shift_gradient[channel] += slopes.iter().sum::<f32>();
            let products = plane.iter().zip(slopes);
            scale_gradient[channel] += products
                .map(|(&value, slope)| standardise(channel, value) * slope)
                .sum::<f32>();
        }
        let mut maps_gradient = Vec::with_capacity(maps_values.len());
        for ((channel, plane), (_, slopes)) in planes.of(&maps_values).zip(planes.of(&gradients)) {
            let factor = scales[channel] * inverse[channel];
            let through_mean = shift_gradient[channel] / count;
            let through_variance = scale_gradient[channel] / count;
            maps_gradient.extend(plane.iter().zip(slopes).map(|(&value, slope)| {
                factor * (slope - through_mean - standardise(channel, value) * through_variance)
            }));
        }
        let tensor = |values: Vec<f32>, like: &Tensor| {
            Tensor::from_vec(values, like.shape(), like.device()).map(Some)
        };
        Ok((
            tensor(maps_gradient, maps)?,
            tensor(scale_gradient, scale)?,
            tensor(shift_gradient, shift)?,
        ))
    }
}
