use super::lanes::Lanes;
use super::{BLOCK, Padded, dispatch};

/// Registers of pixels of one row that are computed together. With `BLOCK` channels they make eight running
/// sums, enough to hide the multiply-add's latency, and leave half of sixteen registers for its arguments.
const REGISTERS: usize = 2;

/// Convolution weights, rearranged so that the four output channels of a block stand side by side:
/// `[out / 4][in][3][3][4]`, the last block filled up with zeros.
pub(in crate::network) struct PackedWeights {
    pub inputs: usize,
    pub outputs: usize,
    data: Vec<[f32; BLOCK]>,
    bias: Vec<[f32; BLOCK]>,
}

impl PackedWeights {
    /// Packs `weight`, `[outputs, inputs, 3, 3]`, and `bias`, `[outputs]`.
    pub fn new(weight: &[f32], bias: &[f32], inputs: usize) -> Self {
        Self::pack(bias, inputs, |output, input, tap| {
            weight[(output * inputs + input) * 9 + tap]
        })
    }

    /// Packs the weights of the convolution that takes a gradient back to the input of `weight`,
    /// `[outputs, inputs, 3, 3]`: inputs and outputs change places and the 3×3 windows are turned round.
    pub fn transposed(weight: &[f32], outputs: usize, inputs: usize) -> Self {
        Self::pack(&vec![0.0; inputs], outputs, |output, input, tap| {
            weight[(input * inputs + output) * 9 + 8 - tap]
        })
    }

    fn pack(bias: &[f32], inputs: usize, weight: impl Fn(usize, usize, usize) -> f32) -> Self {
        let outputs = bias.len();
        let block = |first: usize, value: &dyn Fn(usize) -> f32| {
            std::array::from_fn(|o| {
                if first + o < outputs {
                    value(first + o)
                } else {
                    0.0
                }
            })
        };
        let firsts = || (0..outputs).step_by(BLOCK);
        let taps = (0..inputs).flat_map(|input| (0..9).map(move |tap| (input, tap)));
        Self {
            inputs,
            outputs,
            data: firsts()
                .flat_map(|first| taps.clone().map(move |at| (first, at)))
                .map(|(first, (input, tap))| block(first, &|output| weight(output, input, tap)))
                .collect(),
            bias: firsts()
                .map(|first| block(first, &|output| bias[output]))
                .collect(),
        }
    }

    /// The first output channel and the number of output channels of each block.
    pub fn blocks(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let outputs = self.outputs;
        (0..outputs)
            .step_by(BLOCK)
            .map(move |first| (first, BLOCK.min(outputs - first)))
    }
}

dispatch! {
    convolve_lanes as convolve(
        picture: &Padded,
        weights: &PackedWeights,
        first_output: usize,
        planes: &mut [f32],
    )
}

/// Convolves one picture into the output channels of the block that starts at `first_output`.
///
/// `planes` is `[channels of the block, height, width]`. For each row and tile of pixels, the running sums of
/// four channels stay in registers while all inputs and the nine taps pass by.
#[inline(always)]
fn convolve_lanes<L: Lanes>(
    picture: &Padded,
    weights: &PackedWeights,
    first_output: usize,
    planes: &mut [f32],
) {
    let (height, width) = (picture.height, picture.width);
    let tile = REGISTERS * L::COUNT;
    let block = first_output / BLOCK;
    let taps = &weights.data[block * weights.inputs * 9..][..weights.inputs * 9];
    for y in 0..height {
        for x in (0..width).step_by(tile) {
            let mut sums = weights.bias[block].map(|bias| [L::splat(bias); REGISTERS]);
            for (input, taps) in taps.chunks_exact(9).enumerate() {
                for dy in 0..3 {
                    let row = &picture.bordered_row(input, y + dy)[x..][..tile + 2];
                    for dx in 0..3 {
                        let tap = &taps[dy * 3 + dx];
                        let pixels: [L; REGISTERS] = std::array::from_fn(|register| {
                            L::load(&row[dx + register * L::COUNT..])
                        });
                        for (sums, &weight) in sums.iter_mut().zip(tap) {
                            let weight = L::splat(weight);
                            for (sum, pixels) in sums.iter_mut().zip(pixels) {
                                *sum = pixels.multiply_add(weight, *sum);
                            }
                        }
                    }
                }
            }
            for (plane, sums) in planes.chunks_exact_mut(height * width).zip(&sums) {
                write_tile(&mut plane[y * width + x..(y + 1) * width], sums);
            }
        }
    }
}

/// Writes a tile to the rest of a row, which may be shorter.
#[inline(always)]
fn write_tile<L: Lanes>(row: &mut [f32], sums: &[L; REGISTERS]) {
    for (register, sum) in sums.iter().enumerate() {
        let start = (register * L::COUNT).min(row.len());
        let row = &mut row[start..];
        if row.len() >= L::COUNT {
            sum.store(row);
        } else {
            let mut values = [0.0; super::WIDEST_TILE];
            sum.store(&mut values);
            row.copy_from_slice(&values[..row.len()]);
        }
    }
}
