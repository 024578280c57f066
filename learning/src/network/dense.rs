//! A dense layer. candle's matrix product sums in an order that depends on the processor, so the product is computed
//! here where results must be the same on every machine.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use candle_nn::{Linear, Module};
use pneumonia_cnn::network::cpu;
use pneumonia_kernels::portable;

/// Multiplies each film's values by `weight` and adds `bias`.
///
/// # Shapes
/// - `values`: `[batch, inputs]`
/// - `weight`: `[outputs, inputs]`
/// - `bias`: `[outputs]`
/// - result: `[batch, outputs]`
pub fn dense(values: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    if portable::is_required() {
        portable_dense(values, weight, bias)
    } else {
        Linear::new(weight.clone(), Some(bias.clone())).forward(values)
    }
}

/// The same as [`dense`], with the same bits on every machine.
pub fn portable_dense(values: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    values
        .contiguous()?
        .apply_op3(&weight.contiguous()?, &bias.contiguous()?, Dense)
}

struct Dense;

impl CustomOp3 for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn cpu_fwd(
        &self,
        values: &CpuStorage,
        values_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (batch, inputs) = values_layout.shape().dims2()?;
        let (outputs, weight_inputs) = weight_layout.shape().dims2()?;
        if weight_inputs != inputs || bias_layout.shape().dims1()? != outputs {
            bail!(
                "a dense layer of {outputs} × {weight_inputs} weights got {inputs} values a film"
            );
        }
        let values = cpu::slice(values, values_layout)?;
        let weight = cpu::slice(weight, weight_layout)?;
        let bias = cpu::slice(bias, bias_layout)?;
        let mut results = Vec::with_capacity(batch * outputs);
        for film in values.chunks_exact(inputs) {
            for (weights, bias) in weight.chunks_exact(inputs).zip(bias) {
                let products = film
                    .iter()
                    .zip(weights)
                    .map(|(value, weight)| value * weight);
                results.push(products.sum::<f32>() + bias);
            }
        }
        Ok((CpuStorage::F32(results), Shape::from((batch, outputs))))
    }

    fn bwd(
        &self,
        values: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _results: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let inputs = values.dims2()?.1;
        let outputs = weight.dims2()?.0;
        let gradient = gradient.contiguous()?;
        let (films, weights) = (cpu::view(values)?, cpu::view(weight)?);
        let gradients = cpu::view(&gradient)?;
        let mut to_values = vec![0f32; films.len()];
        let mut to_weight = vec![0f32; weights.len()];
        let mut to_bias = vec![0f32; outputs];
        let rows = to_values
            .chunks_exact_mut(inputs)
            .zip(films.chunks_exact(inputs))
            .zip(gradients.chunks_exact(outputs));
        for ((to_film, film), gradients) in rows {
            let neurons = weights
                .chunks_exact(inputs)
                .zip(to_weight.chunks_exact_mut(inputs))
                .zip(&mut to_bias);
            for (slope, ((weights, to_weights), to_bias)) in gradients.iter().zip(neurons) {
                *to_bias += slope;
                for at in 0..inputs {
                    to_film[at] += slope * weights[at];
                    to_weights[at] += slope * film[at];
                }
            }
        }
        let tensor =
            |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device()).map(Some);
        Ok((
            tensor(to_values, values)?,
            tensor(to_weight, weight)?,
            tensor(to_bias, bias)?,
        ))
    }
}
