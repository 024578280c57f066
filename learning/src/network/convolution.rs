//! A convolution stage: 3×3 convolution with bias, ReLU and 2×2 max-pool, as one operation with its gradients.
//!
//! One operation, because the full-size map between convolution and pool is the largest tensor in the network and
//! nothing else needs it: only the pooled map is kept, and for the gradient one byte per window, the index of its
//! largest pixel. (candle's own max-pool also has a wrong gradient.)

use std::sync::OnceLock;

use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape, Tensor, bail};
use pneumonia_kernels::{
    Output, Padded, PreparedWeights, WeightGradient, convolve, max_unpool, weight_gradient,
};

use super::dropout::ChannelFactors;
use pneumonia_cnn::network::cpu;

use crate::parallel::*;

/// Convolves with zero padding, adds the bias, applies ReLU and 2×2 max-pool, and multiplies each film's channels by
/// `dropout`'s factors, if any.
///
/// # Shapes
/// - `films`: `[batch, height, width, inputs]`, sides of at least 2
/// - `weight`: `[outputs, inputs, 3, 3]`
/// - `bias`: `[outputs]`
/// - result: `[batch, height / 2, width / 2, outputs]`
pub fn convolution_stage(
    films: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    dropout: Option<ChannelFactors>,
) -> Result<Tensor> {
    let stage = ConvolutionStage {
        dropout,
        argmaxes: OnceLock::new(),
    };
    films
        .contiguous()?
        .apply_op3(&weight.contiguous()?, &bias.contiguous()?, stage)
}

struct ConvolutionStage {
    dropout: Option<ChannelFactors>,
    /// Index of each window's largest pixel, written by the forward pass for the backward pass.
    argmaxes: OnceLock<Vec<u8>>,
}

/// The sizes of one call.
#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    height: usize,
    width: usize,
    inputs: usize,
    outputs: usize,
}

impl Sizes {
    fn of(films: &Shape, weight: &Shape, bias: &Shape) -> Result<Self> {
        let (batch, height, width, inputs) = films.dims4()?;
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
            height,
            width,
            inputs,
            outputs,
        })
    }

    /// Values in one film of the input.
    fn film(&self) -> usize {
        self.height * self.width * self.inputs
    }

    /// Values in one film of the result.
    fn pooled(&self) -> usize {
        (self.height / 2) * (self.width / 2) * self.outputs
    }

    fn result(&self) -> Shape {
        (self.batch, self.height / 2, self.width / 2, self.outputs).into()
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
        let weights = PreparedWeights::new(
            cpu::slice(weight, weight_layout)?,
            cpu::slice(bias, bias_layout)?,
            sizes.height,
            sizes.width,
        );
        let mut pooled = vec![0f32; sizes.batch * sizes.pooled()];
        let mut argmaxes = vec![0u8; pooled.len()];
        pooled
            .par_chunks_exact_mut(sizes.pooled())
            .zip(argmaxes.par_chunks_exact_mut(sizes.pooled()))
            .zip(films.par_chunks_exact(sizes.film()))
            .enumerate()
            .for_each(|(index, ((maps, argmaxes), film))| {
                let output = Output::Pooled {
                    maps,
                    argmaxes: Some(argmaxes),
                };
                convolve(film, &weights, output);
                if let Some(dropout) = &self.dropout {
                    dropout.apply(index, maps);
                }
            });
        self.argmaxes
            .set(argmaxes)
            .map_err(|_| Error::msg("a convolution stage runs forward once"))?;
        Ok((CpuStorage::F32(pooled), sizes.result()))
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
        let argmaxes = self.argmaxes.get().ok_or_else(|| {
            Error::msg("a convolution stage runs forward before it runs backward")
        })?;
        // The first stage's input is a film, which needs no gradient.
        let transposed = if films.track_op() {
            let weight = cpu::view(weight)?;
            let (height, width) = (sizes.height, sizes.width);
            Some(PreparedWeights::transposed(
                &weight,
                sizes.outputs,
                height,
                width,
            ))
        } else {
            None
        };
        let gradient = gradient.contiguous()?;
        let (films_values, gradient) = (cpu::view(films)?, cpu::view(&gradient)?);

        // Stays untouched memory if no gradient is written.
        let mut films_gradient = vec![0f32; films.elem_count()];
        let parts: Vec<_> = films_gradient
            .par_chunks_exact_mut(sizes.film())
            .enumerate()
            .map(|(index, film_gradient)| {
                let film = &films_values[index * sizes.film()..][..sizes.film()];
                let range = index * sizes.pooled()..(index + 1) * sizes.pooled();
                let argmaxes = &argmaxes[range.clone()];
                let mut gradient = gradient[range].to_vec();
                if let Some(dropout) = &self.dropout {
                    dropout.apply(index, &mut gradient);
                }
                if let Some(transposed) = &transposed {
                    let side = (sizes.height, sizes.width);
                    let unpooled = max_unpool(&gradient, argmaxes, side, sizes.outputs);
                    convolve(&unpooled, transposed, Output::Full(film_gradient));
                }
                let film = Padded::new(film, sizes.height, sizes.width, sizes.inputs);
                let mut sums = WeightGradient::zeros(sizes.outputs, sizes.inputs);
                weight_gradient(&film, &gradient, argmaxes, sizes.width / 2, &mut sums);
                sums
            })
            .collect();

        // Summed in film order, whichever thread computed which part.
        let mut sums = WeightGradient::zeros(sizes.outputs, sizes.inputs);
        for part in &parts {
            sums.add(part);
        }
        let tensor = |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device());
        Ok((
            match transposed {
                Some(_) => Some(tensor(films_gradient, films)?),
                None => None,
            },
            Some(tensor(sums.weight(), weight)?),
            Some(tensor(sums.bias, bias)?),
        ))
    }
}
