//! Convolution by its definition, for maps too small or too shallow for Winograd's method.

use super::lanes::Lanes;
use super::product::{Block, PANEL, ROWS, panels};
use super::{Padded, TILE};

/// Weights `[outputs / PANEL][3][3 * inputs][PANEL]`: as the values under a window's row lie in memory.
pub(super) struct DirectWeights {
    inputs: usize,
    panels: Vec<[f32; PANEL]>,
}

impl DirectWeights {
    /// From `weight(output, input, tap)`.
    pub fn new(inputs: usize, outputs: usize, weight: impl Fn(usize, usize, usize) -> f32) -> Self {
        Self {
            inputs,
            panels: panels(9 * inputs, outputs, |k, output| {
                weight(output, k % inputs, k / inputs)
            }),
        }
    }

    /// Convolves the tile whose upper left pixel is at `y`, `x`.
    ///
    /// `bias` is as long as a pixel of `tile`, `[16 pixels][channels]`, whole panels both. A window's row of
    /// three pixels is contiguous, so four neighbouring pixels are four overlapping rows of a matrix product.
    #[inline(always)]
    pub fn tile<L: Lanes>(
        &self,
        film: &Padded,
        (y, x): (usize, usize),
        rows: usize,
        bias: &[f32],
        tile: &mut [f32],
    ) {
        const { assert!(ROWS == TILE) };
        let channels = bias.len();
        let depth = 3 * self.inputs;
        for row in 0..rows {
            let pixels = &mut tile[row * TILE * channels..];
            for (panel, weights) in self.panels.chunks_exact(3 * depth).enumerate() {
                for column in (0..PANEL).step_by(Block::<L>::CHANNELS) {
                    let channel = panel * PANEL + column;
                    let mut block = Block::<L>::starting_from(&bias[channel..]);
                    for (dy, weights) in weights.chunks_exact(depth).enumerate() {
                        let window = film.from((y + row + dy) * film.stride + x * film.channels);
                        let rows =
                            std::array::from_fn(|pixel| &window[pixel * self.inputs..][..depth]);
                        block.accumulate(rows, weights, column);
                    }
                    block.write(&mut pixels[channel..], channels);
                }
            }
        }
    }
}
