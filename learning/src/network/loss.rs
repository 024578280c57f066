//! The training loss.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

use pneumonia_cnn::network::cpu;
use pneumonia_kernels::portable::{expf, log1pf};

/// Mean binary cross-entropy of `logits` against `labels` of 0 or 1, both `[batch]`, as a scalar.
///
/// Computed from the logits as `max(z, 0) - z y + ln(1 + exp(-|z|))`, which is finite for every logit; a sigmoid
/// followed by a logarithm becomes infinite from about ±100 on.
pub fn binary_cross_entropy(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    logits
        .contiguous()?
        .apply_op2(&labels.contiguous()?, BinaryCrossEntropy)
}

struct BinaryCrossEntropy;

impl CustomOp2 for BinaryCrossEntropy {
    fn name(&self) -> &'static str {
        "binary-cross-entropy"
    }

    fn cpu_fwd(
        &self,
        logits: &CpuStorage,
        logits_layout: &Layout,
        labels: &CpuStorage,
        labels_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let logits = cpu::slice(logits, logits_layout)?;
        let labels = cpu::slice(labels, labels_layout)?;
        if logits.len() != labels.len() {
            candle_core::bail!("{} logits for {} labels", logits.len(), labels.len());
        }
        let losses = logits
            .iter()
            .zip(labels)
            .map(|(&z, &y)| z.max(0.0) - z * y + log1pf(expf(-z.abs())));
        let mean = losses.sum::<f32>() / logits.len() as f32;
        Ok((CpuStorage::F32(vec![mean]), Shape::from(())))
    }

    fn bwd(
        &self,
        logits: &Tensor,
        labels: &Tensor,
        _loss: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let count = logits.elem_count() as f64;
        let slope = f64::from(gradient.to_scalar::<f32>()?) / count;
        let excess = (sigmoid(logits)? - labels)?;
        Ok((Some((excess * slope)?), None))
    }
}

/// `1 / (1 + exp(-z))` of each value of a contiguous tensor, without gradients.
pub fn sigmoid(values: &Tensor) -> Result<Tensor> {
    let sigmoid = |z: &f32| (expf(-z) + 1.0).recip();
    let probabilities: Vec<f32> = cpu::view(values)?.iter().map(sigmoid).collect();
    Tensor::from_vec(probabilities, values.shape(), values.device())
}
