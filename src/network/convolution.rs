//! A convolution stage: 3×3 convolution with bias, ReLU and 2×2 max-pool, as one operation.
//!
//! One operation, because the full-size map between convolution and pool is the largest thing in the
//! network and nothing else needs it: only the pooled map is kept, and for the gradient one byte a
//! window that names its largest pixel. (candle's own max-pool also has a wrong gradient.)

use std::sync::OnceLock;

use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape, Tensor, bail};

use super::kernels::{NO_WINNER, PackedWeights, Padded, convolve, max_pool_relu, weight_gradient};
use super::{cpu, parallel};

/// Convolves with zero padding, adds the bias, cuts off below zero and keeps the largest of each 2×2.
///
/// # Shapes
/// - `films`: `[batch, inputs, height, width]`, sides of at least 2
/// - `weight`: `[outputs, inputs, 3, 3]`
/// - `bias`: `[outputs]`
/// - result: `[batch, outputs, height / 2, width / 2]`
pub fn convolution_stage(films: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let stage = ConvolutionStage {
        keep_winners: weight.track_op() || films.track_op(),
        winners: OnceLock::new(),
    };
    films
        .contiguous()?
        .apply_op3(&weight.contiguous()?, &bias.contiguous()?, stage)
}

struct ConvolutionStage {
    keep_winners: bool,
    /// Which pixel of each window passed its value on, written by the forward pass for the backward pass.
    winners: OnceLock<Vec<u8>>,
}

/// The sizes of one call.
#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    inputs: usize,
    outputs: usize,
    height: usize,
    width: usize,
}

impl Sizes {
    fn of(films: &Shape, weight: &Shape, bias: &Shape) -> Result<Self> {
        let (batch, inputs, height, width) = films.dims4()?;
        let (outputs, weight_inputs, 3, 3) = weight.dims4()? else {
            bail!("a convolution stage takes 3×3 windows, not {weight:?}");
        };
        if weight_inputs != inputs || bias.dims1()? != outputs {
            bail!("convolution weights {weight:?} and bias {bias:?} do not fit films {films:?}");
        }
        if height < 2 || width < 2 {
            bail!("films {films:?} are too small to pool");
        }
        Ok(Self {
            batch,
            inputs,
            outputs,
            height,
            width,
        })
    }

    /// Values in one film of the input.
    fn film(&self) -> usize {
        self.inputs * self.plane()
    }

    /// Values in one channel at full size.
    fn plane(&self) -> usize {
        self.height * self.width
    }

    /// Values in one pooled channel.
    fn pooled(&self) -> usize {
        (self.height / 2) * (self.width / 2)
    }

    fn padded(&self, films: &[f32], film: usize) -> Padded {
        let film = &films[film * self.film()..][..self.film()];
        Padded::new(film, self.inputs, self.height, self.width)
    }
}

impl CustomOp3 for ConvolutionStage {
    fn name(&self) -> &'static str {
        "convolution-stage"
    }

    fn cpu_fwd(
        &self,
        films: &CpuStorage,
        films_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let sizes = Sizes::of(
            films_layout.shape(),
            weight_layout.shape(),
            bias_layout.shape(),
        )?;
        let films = cpu::slice(films, films_layout)?;
        let weights = PackedWeights::new(
            cpu::slice(weight, weight_layout)?,
            cpu::slice(bias, bias_layout)?,
            sizes.inputs,
        );
        let (pooled, winners): (Vec<_>, Vec<_>) = parallel::map(sizes.batch, |film| {
            self.pooled_film(&sizes.padded(films, film), &weights, sizes)
        })
        .into_iter()
        .unzip();
        if self.keep_winners {
            self.winners
                .set(winners.concat())
                .map_err(|_| Error::msg("a convolution stage runs forward once"))?;
        }
        let shape = (
            sizes.batch,
            sizes.outputs,
            sizes.height / 2,
            sizes.width / 2,
        );
        Ok((CpuStorage::F32(pooled.concat()), shape.into()))
    }

    fn bwd(
        &self,
        films: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _pooled: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let sizes = Sizes::of(films.shape(), weight.shape(), bias.shape())?;
        let winners = self.winners.get().ok_or_else(|| {
            Error::msg("a convolution stage runs forward before it runs backward")
        })?;
        let device = films.device();
        // The first stage's input is a film, whose gradient nobody needs.
        let transposed = if films.track_op() {
            let weight = cpu::values(weight)?;
            Some(PackedWeights::transposed(
                &weight,
                sizes.outputs,
                sizes.inputs,
            ))
        } else {
            None
        };
        let (films_values, gradient) = (cpu::values(films)?, cpu::values(gradient)?);

        let parts = parallel::map(sizes.batch, |film| {
            let pooled = sizes.outputs * sizes.pooled();
            let range = film * pooled..(film + 1) * pooled;
            let spread = spread(&gradient[range.clone()], &winners[range], sizes);
            FilmGradients::new(
                &sizes.padded(&films_values, film),
                &spread,
                transposed.as_ref(),
                sizes,
            )
        });

        let mut weight_sum = vec![0f32; weight.elem_count()];
        let mut films_gradient = Vec::with_capacity(films.elem_count());
        // Added film by film, in order, whatever thread computed which.
        for part in &parts {
            for (sum, value) in weight_sum.iter_mut().zip(&part.weight) {
                *sum += value;
            }
            films_gradient.extend_from_slice(&part.film);
        }
        let films_gradient = match transposed {
            Some(_) => Some(Tensor::from_vec(films_gradient, films.shape(), device)?),
            None => None,
        };
        Ok((
            films_gradient,
            Some(Tensor::from_vec(weight_sum, weight.shape(), device)?),
            Some(bias_gradient(&gradient, winners, bias, sizes)?),
        ))
    }
}

impl ConvolutionStage {
    /// The pooled map and the winners (empty unless kept) of one film.
    fn pooled_film(
        &self,
        film: &Padded,
        weights: &PackedWeights,
        sizes: Sizes,
    ) -> (Vec<f32>, Vec<u8>) {
        let size = sizes.pooled();
        let mut pooled = vec![0f32; sizes.outputs * size];
        let mut winners = vec![0u8; if self.keep_winners { pooled.len() } else { 0 }];
        let mut planes = Vec::new();
        for (first, channels) in weights.blocks() {
            planes.resize(channels * sizes.plane(), 0.0);
            convolve(film, weights, first, &mut planes);
            for (plane, output) in planes.chunks_exact(sizes.plane()).zip(first..) {
                let range = output * size..(output + 1) * size;
                let winners = self.keep_winners.then(|| &mut winners[range.clone()]);
                max_pool_relu(plane, sizes.width, &mut pooled[range], winners);
            }
        }
        (pooled, winners)
    }
}

/// What one film adds to the gradients.
struct FilmGradients {
    weight: Vec<f32>,
    /// Empty when the films' gradient is not asked for.
    film: Vec<f32>,
}

impl FilmGradients {
    /// `spread` is the gradient of the full-size map.
    fn new(
        film: &Padded,
        spread: &Padded,
        transposed: Option<&PackedWeights>,
        sizes: Sizes,
    ) -> Self {
        let mut weight = vec![0f32; sizes.outputs * sizes.inputs * 9];
        weight_gradient(film, spread, sizes.inputs, sizes.outputs, &mut weight);
        let mut film = Vec::new();
        if let Some(transposed) = transposed {
            film.resize(sizes.film(), 0.0);
            for (first, channels) in transposed.blocks() {
                let planes = &mut film[first * sizes.plane()..][..channels * sizes.plane()];
                convolve(spread, transposed, first, planes);
            }
        }
        Self { weight, film }
    }
}

/// Takes a pooled map's gradient to the full-size map: each value goes to its window's winner.
fn spread(gradient: &[f32], winners: &[u8], sizes: Sizes) -> Padded {
    let mut full = Padded::zeros(sizes.outputs, sizes.height, sizes.width);
    let columns = sizes.width / 2;
    let rows = gradient
        .chunks_exact(columns)
        .zip(winners.chunks_exact(columns));
    for (index, (gradient, winners)) in rows.enumerate() {
        let (channel, row) = (index / (sizes.height / 2), index % (sizes.height / 2));
        for (column, (&value, &winner)) in gradient.iter().zip(winners).enumerate() {
            if winner != NO_WINNER {
                let (dy, dx) = (usize::from(winner) / 2, usize::from(winner) % 2);
                full.row_mut(channel, 2 * row + dy)[2 * column + dx] = value;
            }
        }
    }
    full
}

/// A bias reaches every pixel of its channel, so its gradient is the sum over those that passed.
fn bias_gradient(gradient: &[f32], winners: &[u8], bias: &Tensor, sizes: Sizes) -> Result<Tensor> {
    let mut sums = vec![0f32; sizes.outputs];
    let planes = gradient
        .chunks_exact(sizes.pooled())
        .zip(winners.chunks_exact(sizes.pooled()));
    for (index, (gradient, winners)) in planes.enumerate() {
        let passed = gradient
            .iter()
            .zip(winners)
            .filter(|&(_, &winner)| winner != NO_WINNER);
        sums[index % sizes.outputs] += passed.map(|(value, _)| value).sum::<f32>();
    }
    Tensor::from_vec(sums, bias.shape(), bias.device())
}
