//! Batch normalisation (Ioffe and Szegedy 2015) in training: each channel is shifted and scaled to mean 0 and variance
//! 1 over the batch, then scaled and shifted by learnt parameters.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

use super::dropout::ChannelFactors;
use pneumonia_cnn::network::architecture::BATCH_NORM_EPSILON;
use pneumonia_cnn::network::cpu;

use crate::parallel::*;

/// Mean and (biased) variance of each channel of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
}

impl Moments {
    /// Moments of `maps`, `[batch, height, width, channels]`. Summed in double precision, so that large means cost no
    /// precision.
    pub fn of(maps: &Tensor) -> Result<Self> {
        let (batch, _, _, channels) = maps.dims4()?;
        let values = cpu::view(maps)?;
        let film = values.len() / batch;
        let count = (values.len() / channels) as f64;
        let mean = sum_films(values.par_chunks_exact(film), |film| {
            sum_pixels(film, channels, |_, value| f64::from(value))
        });
        let mean: Vec<_> = mean.iter().map(|sum| sum / count).collect();
        let squares = sum_films(values.par_chunks_exact(film), |film| {
            sum_pixels(film, channels, |channel, value| {
                (f64::from(value) - mean[channel]).powi(2)
            })
        });
        Ok(Self {
            mean: mean.iter().map(|&mean| mean as f32).collect(),
            variance: squares.iter().map(|sum| (sum / count) as f32).collect(),
        })
    }

    /// `1 / sqrt(variance + epsilon)` of each channel.
    fn inverse_deviation(&self) -> Vec<f32> {
        let inverse = |variance: &f32| (variance + BATCH_NORM_EPSILON).sqrt().recip();
        self.variance.iter().map(inverse).collect()
    }
}

/// Normalises by the batch's own `moments`, and multiplies each film's channels by `dropout`'s factors, if any.
///
/// # Shapes
/// - `maps` and result: `[batch, height, width, channels]`
/// - `scale`, `shift`: `[channels]`
pub fn normalise_batch(
    maps: &Tensor,
    scale: &Tensor,
    shift: &Tensor,
    moments: Moments,
    dropout: Option<ChannelFactors>,
) -> Result<Tensor> {
    let operation = NormaliseBatch { moments, dropout };
    maps.contiguous()?.apply_op3(scale, shift, operation)
}

struct NormaliseBatch {
    moments: Moments,
    dropout: Option<ChannelFactors>,
}

impl NormaliseBatch {
    /// Dropout factors of film `index`, or ones without dropout.
    fn kept(&self, index: usize) -> Vec<f32> {
        match &self.dropout {
            Some(dropout) => dropout.of(index).to_vec(),
            None => vec![1.0; self.moments.mean.len()],
        }
    }
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
        let (batch, _, _, channels) = maps_layout.shape().dims4()?;
        let maps = cpu::slice(maps, maps_layout)?;
        let scale = cpu::slice(scale, scale_layout)?;
        let shift = cpu::slice(shift, shift_layout)?;
        let inverse = self.moments.inverse_deviation();
        let film = maps.len() / batch;
        let mut normalised = vec![0f32; maps.len()];
        let films = normalised.par_chunks_exact_mut(film);
        let films = films.zip(maps.par_chunks_exact(film)).enumerate();
        films.for_each(|(index, (normalised, maps))| {
            let kept = self.kept(index);
            let factors = per_channel(channels, |c| kept[c] * scale[c] * inverse[c]);
            let offsets = per_channel(channels, |c| kept[c] * shift[c]);
            let mean = &self.moments.mean[..channels];
            let pixels = normalised.chunks_exact_mut(channels);
            for (normalised, maps) in pixels.zip(maps.chunks_exact(channels)) {
                for (c, value) in normalised.iter_mut().enumerate() {
                    *value = (maps[c] - mean[c]) * factors[c] + offsets[c];
                }
            }
        });
        Ok((CpuStorage::F32(normalised), maps_layout.shape().clone()))
    }

    /// Mean and variance depend on every value of a channel, hence the two terms that are subtracted from each value's
    /// own gradient (Ioffe and Szegedy 2015, section 3).
    fn bwd(
        &self,
        maps: &Tensor,
        scale: &Tensor,
        shift: &Tensor,
        _normalised: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (batch, height, width, channels) = maps.dims4()?;
        let count = (batch * height * width) as f64;
        let gradient = gradient.contiguous()?;
        let (values, gradients) = (cpu::view(maps)?, cpu::view(&gradient)?);
        let scales = cpu::view(scale)?;
        let inverse = self.moments.inverse_deviation();
        let mean = &self.moments.mean;
        let film = values.len() / batch;
        let films = || {
            let gradients = gradients.par_chunks_exact(film);
            values.par_chunks_exact(film).zip(gradients).enumerate()
        };

        let shift_gradient = sum_films(films(), |(index, (_, gradients))| {
            let kept = self.kept(index);
            sum_pixels(gradients, channels, |c, slope| f64::from(slope * kept[c]))
        });
        let scale_gradient = sum_films(films(), |(index, (values, gradients))| {
            let kept = self.kept(index);
            let mut sums = vec![0f64; channels];
            let pixels = values.chunks_exact(channels);
            for (values, gradients) in pixels.zip(gradients.chunks_exact(channels)) {
                for (c, sum) in sums.iter_mut().enumerate() {
                    let standardised = (values[c] - mean[c]) * inverse[c];
                    *sum += f64::from(standardised * gradients[c] * kept[c]);
                }
            }
            sums
        });

        let mut maps_gradient = vec![0f32; values.len()];
        let parts = maps_gradient.par_chunks_exact_mut(film).zip(films());
        parts.for_each(|(maps_gradient, (index, (values, gradients)))| {
            let kept = self.kept(index);
            let through_variance = per_channel(channels, |c| {
                scales[c] * inverse[c] * inverse[c] * (scale_gradient[c] / count) as f32
            });
            let slopes = per_channel(channels, |c| scales[c] * inverse[c] * kept[c]);
            let through_mean = per_channel(channels, |c| {
                scales[c] * inverse[c] * (shift_gradient[c] / count) as f32
            });
            let pixels = values
                .chunks_exact(channels)
                .zip(gradients.chunks_exact(channels));
            for (result, (values, gradients)) in
                maps_gradient.chunks_exact_mut(channels).zip(pixels)
            {
                for (c, result) in result.iter_mut().enumerate() {
                    *result = gradients[c] * slopes[c]
                        - through_mean[c]
                        - (values[c] - mean[c]) * through_variance[c];
                }
            }
        });
        let tensor = |values: Vec<f32>, like: &Tensor| {
            Tensor::from_vec(values, like.shape(), like.device()).map(Some)
        };
        let to_f32 = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
        Ok((
            tensor(maps_gradient, maps)?,
            tensor(to_f32(scale_gradient), scale)?,
            tensor(to_f32(shift_gradient), shift)?,
        ))
    }
}

fn per_channel(channels: usize, value: impl Fn(usize) -> f32) -> Vec<f32> {
    (0..channels).map(value).collect()
}

/// The sum of `value(channel, x)` over a film's pixels, for each channel.
fn sum_pixels(film: &[f32], channels: usize, value: impl Fn(usize, f32) -> f64) -> Vec<f64> {
    let mut sums = vec![0f64; channels];
    for pixel in film.chunks_exact(channels) {
        for (channel, (sum, &x)) in sums.iter_mut().zip(pixel).enumerate() {
            *sum += value(channel, x);
        }
    }
    sums
}

/// Per-film sums, added in film order whichever thread computed which.
fn sum_films<F: Send>(
    films: impl IndexedParallelIterator<Item = F>,
    sums: impl Fn(F) -> Vec<f64> + Sync + Send,
) -> Vec<f64> {
    let parts: Vec<_> = films.map(sums).collect();
    let mut parts = parts.into_iter();
    let mut total = parts.next().unwrap_or_default();
    for part in parts {
        for (total, sum) in total.iter_mut().zip(part) {
            *total += sum;
        }
    }
    total
}
