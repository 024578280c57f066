use super::direct::DirectWeights;
use super::lanes::Lanes;
use super::output::Size;
use super::product::PANEL;
use super::winograd::WinogradWeights;
use super::{Output, TILE, dispatch};

/// A convolution's weights and bias, laid out for the faster method for its map size.
pub struct PreparedWeights {
    size: Size,
    /// Zero-padded to whole panels.
    bias: Vec<f32>,
    method: Method,
}

enum Method {
    Direct(DirectWeights),
    Winograd(WinogradWeights),
}

impl PreparedWeights {
    /// From `weight`, `[outputs, inputs, 3, 3]`, and `bias`, `[outputs]`, for maps of `height` × `width`.
    pub fn new(weight: &[f32], bias: &[f32], height: usize, width: usize) -> Self {
        let inputs = weight.len() / (9 * bias.len());
        Self::prepare(bias, inputs, height, width, |output, input, tap| {
            weight[(output * inputs + input) * 9 + tap]
        })
    }

    /// Prepares the convolution that takes a gradient back to the input of `weight`, `[outputs, inputs, 3, 3]`: input
    /// and output channels are swapped and the 3×3 filters rotated by 180°.
    pub fn transposed(weight: &[f32], outputs: usize, height: usize, width: usize) -> Self {
        let inputs = weight.len() / (9 * outputs);
        let bias = vec![0.0; inputs];
        Self::prepare(&bias, outputs, height, width, |output, input, tap| {
            weight[(input * inputs + output) * 9 + 8 - tap]
        })
    }

    fn prepare(
        bias: &[f32],
        inputs: usize,
        height: usize,
        width: usize,
        weight: impl Fn(usize, usize, usize) -> f32,
    ) -> Self {
        let outputs = bias.len();
        let mut bias = bias.to_vec();
        bias.resize(outputs.next_multiple_of(PANEL), 0.0);
        // Winograd's method reads four times as many weights, which does not pay off on small maps, and its transforms
        // pay off only over many input channels.
        let method = if inputs >= 8 && height.min(width) >= 2 * TILE {
            Method::Winograd(WinogradWeights::new(inputs, outputs, weight))
        } else {
            Method::Direct(DirectWeights::new(inputs, outputs, weight))
        };
        let size = Size {
            height,
            width,
            channels: outputs,
        };
        Self { size, bias, method }
    }
}

dispatch! {
    /// Convolves one film, `[height, width, inputs]`, with zero padding, and adds the bias.
    ///
    /// # Panics
    /// If the film or the output does not have the size that the weights were prepared for.
    convolve_lanes as convolve(film: &[f32], weights: &PreparedWeights, output: Output<'_>)
}

#[inline(always)]
pub(super) fn convolve_lanes<L: Lanes>(
    film: &[f32],
    weights: &PreparedWeights,
    mut output: Output<'_>,
) {
    let PreparedWeights { size, bias, method } = weights;
    match method {
        Method::Direct(weights) => weights.convolve::<L>(film, *size, bias, &mut output),
        Method::Winograd(weights) => weights.convolve::<L>(film, *size, bias, &mut output),
    }
}
