//! Direct convolution, for maps too small or with too few channels for Winograd's method.

use super::aligned::Aligned;
use super::lanes::Lanes;
use super::output::{Output, Size};
use super::product::{Block, PANEL, Panel, ROWS, panels};
use super::{Padded, TILE};

/// Weights `[outputs / PANEL][3][3 * inputs][PANEL]`: each of a window's three rows is contiguous in the film.
pub(super) struct DirectWeights {
    inputs: usize,
    panels: Vec<Panel>,
}

impl DirectWeights {
    /// Arranges the weights `weight(output, input, tap)`.
    pub fn new(inputs: usize, outputs: usize, weight: impl Fn(usize, usize, usize) -> f32) -> Self {
        Self {
            inputs,
            panels: panels(9 * inputs, outputs, |k, output| {
                weight(output, k % inputs, k / inputs)
            }),
        }
    }

    /// Convolves `film`, `[height, width, inputs]`, into `output`. `bias` is padded to whole panels.
    #[inline(always)]
    pub fn convolve<L: Lanes>(
        &self,
        film: &[f32],
        size: Size,
        bias: &[f32],
        output: &mut Output<'_>,
    ) {
        const { assert!(ROWS == TILE) };
        let film = Padded::new(film, size.height, size.width, self.inputs);
        let mut pixels = Aligned::zeros(TILE * TILE * bias.len());
        for y in (0..size.height).step_by(TILE) {
            for x in (0..size.width).step_by(TILE) {
                for row in 0..TILE.min(size.height - y) {
                    let pixels = &mut pixels[row * TILE * bias.len()..];
                    self.multiply::<L>(&film, (y + row, x), bias, pixels);
                }
                output.take(&pixels, bias.len(), (y, x), size);
            }
        }
    }

    /// Computes four neighbouring pixels from `y`, `x` on, into `[4][channels]`. Their windows overlap, each starting
    /// one pixel after the previous one.
    #[inline(always)]
    fn multiply<L: Lanes>(
        &self,
        film: &Padded,
        (y, x): (usize, usize),
        bias: &[f32],
        pixels: &mut [f32],
    ) {
        let depth = 3 * self.inputs;
        for (panel, weights) in self.panels.chunks_exact(3 * depth).enumerate() {
            for column in (0..PANEL).step_by(Block::<L>::CHANNELS) {
                let channel = panel * PANEL + column;
                let mut block = Block::<L>::starting_from(&bias[channel..]);
                for (dy, weights) in weights.chunks_exact(depth).enumerate() {
                    let row = film.from((y + dy) * film.stride + x * film.channels);
                    if let (Some(row), Ok(weights)) = (row.first_chunk(), weights.try_into()) {
                        // A film's single channel: unrolled, because a loop takes longer than three products.
                        accumulate_one_channel(&mut block, row, weights, column);
                    } else {
                        block.accumulate(row, self.inputs, weights, column);
                    }
                }
                block.write(&mut pixels[channel..], bias.len());
            }
        }
    }
}

/// One row of four overlapping windows: three pixels each, six in all.
#[inline(always)]
fn accumulate_one_channel<L: Lanes>(
    block: &mut Block<L>,
    row: &[f32; 6],
    weights: &[Panel; 3],
    column: usize,
) {
    block.accumulate(row, 1, weights, column);
}
