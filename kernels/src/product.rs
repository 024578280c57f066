//! A small block of a matrix product, shared by both convolution methods.

use bytemuck::Zeroable;

use super::lanes::{Lanes, WIDEST};

/// Output channels whose weights are contiguous in memory: two of the widest registers.
pub(super) const PANEL: usize = REGISTERS * WIDEST;

/// The weights of `PANEL` output channels for one input, aligned to a cache line.
#[derive(Clone, Copy, Zeroable)]
#[repr(C, align(64))]
pub(super) struct Panel(pub [f32; PANEL]);

/// Rows (pixels or tiles) that are computed together.
///
/// With two registers of channels they make eight accumulators, just enough to hide the latency of a multiply-add, and
/// leave eight of sixteen registers for weights and values: each step of the inner loop loads two registers of weights
/// and four values for eight multiply-adds.
pub(super) const ROWS: usize = 4;
const REGISTERS: usize = 2;

/// Accumulators for `ROWS` rows of `REGISTERS` registers of channels.
pub(super) struct Block<L> {
    sums: [[L; REGISTERS]; ROWS],
}

impl<L: Lanes> Block<L> {
    /// Channels of the block.
    pub const CHANNELS: usize = REGISTERS * L::COUNT;

    /// Initialises every row with the same `CHANNELS` values.
    #[inline(always)]
    pub fn starting_from(values: &[f32]) -> Self {
        Self {
            sums: [L::load_all(values); ROWS],
        }
    }

    #[inline(always)]
    pub fn zero() -> Self {
        Self {
            sums: [[L::splat(0.0); REGISTERS]; ROWS],
        }
    }

    /// Adds the products of each row's values with the weights of the panel's channels from `column` on. Rows are as
    /// long as `weights` and start `stride` floats apart in `values`; they may overlap.
    #[inline(always)]
    pub fn accumulate(&mut self, values: &[f32], stride: usize, weights: &[Panel], column: usize) {
        const { assert!(ROWS == 4) };
        let first = values[..weights.len()].iter();
        let second = &values[stride..][..weights.len()];
        let third = &values[2 * stride..][..weights.len()];
        let fourth = &values[3 * stride..][..weights.len()];
        let values = first.zip(second).zip(third).zip(fourth);
        for (weights, (((&first, &second), &third), &fourth)) in weights.iter().zip(values) {
            let weights: [L; REGISTERS] = L::load_all(&weights.0[column..]);
            for (sums, value) in self.sums.iter_mut().zip([first, second, third, fourth]) {
                let value = L::splat(value);
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = weights.multiply_add(value, *sum);
                }
            }
        }
    }

    /// Writes each row to `rows`, `stride` floats apart.
    #[inline(always)]
    pub fn write(&self, rows: &mut [f32], stride: usize) {
        for (row, &sums) in self.sums.iter().enumerate() {
            L::store_all(sums, &mut rows[row * stride..]);
        }
    }
}

/// Splits weights `[k][outputs]`, given by `weight(k, output)`, into panels `[outputs / PANEL][k][PANEL]`, the last one
/// zero-padded.
pub(super) fn panels(
    depth: usize,
    outputs: usize,
    weight: impl Fn(usize, usize) -> f32,
) -> Vec<Panel> {
    let mut panels = Vec::with_capacity(outputs.div_ceil(PANEL) * depth);
    for first in (0..outputs).step_by(PANEL) {
        for k in 0..depth {
            let mut weights = [0.0; PANEL];
            for (weight_of, output) in weights.iter_mut().zip(first..outputs) {
                *weight_of = weight(k, output);
            }
            panels.push(Panel(weights));
        }
    }
    panels
}
