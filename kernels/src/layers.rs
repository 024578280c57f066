//! The other layers of the network that reads.

/// Multiplies each channel of `maps`, `[pixels][channels]`, by its factor and adds its offset.
// Not inlined, here and below: in a caller that is compiled for size it would be compiled for size.
#[inline(never)]
pub fn scale_and_shift(maps: &mut [f32], factors: &[f32], offsets: &[f32]) {
    for pixel in maps.chunks_exact_mut(factors.len()) {
        let parameters = factors.iter().zip(offsets);
        for (value, (factor, offset)) in pixel.iter_mut().zip(parameters) {
            *value = *value * factor + offset;
        }
    }
}

/// A dense layer without its activation: the products of `values` with `weight`, `[inputs][outputs]`, plus
/// bias. Neighbouring outputs are neighbours in memory, and are computed together.
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
