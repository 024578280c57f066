//! The other layers of the inference network.

/// Multiplies each channel of `maps`, `[pixels][channels]`, by its factor and adds its offset.
// Not inlined, here and below: in a caller optimised for size, it would be optimised for size too.
#[inline(never)]
pub fn scale_and_shift(maps: &mut [f32], factors: &[f32], offsets: &[f32]) {
    for pixel in maps.chunks_exact_mut(factors.len()) {
        let parameters = factors.iter().zip(offsets);
        for (value, (factor, offset)) in pixel.iter_mut().zip(parameters) {
            *value = *value * factor + offset;
        }
    }
}

/// A dense layer without activation: `values` times `weight`, `[inputs][outputs]`, plus `bias`. Neighbouring outputs
/// are adjacent in memory and computed together.
#[inline(never)]
pub fn dense(values: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let mut sums = bias.to_vec();
    for (value, weights) in values.iter().zip(weight.chunks_exact(sums.len())) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += value * weight;
        }
    }
    sums
}
