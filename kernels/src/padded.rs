use super::TILE;
use super::aligned::Aligned;

/// Maps with a border of one zero pixel, so that a 3×3 window fits around every pixel without a test for the
/// edges, and rounded up to whole tiles with zeros.
pub struct Padded {
    /// Distance between rows, in values.
    pub stride: usize,
    pub channels: usize,
    data: Aligned,
}

impl Padded {
    /// Copies `maps`, `[height, width, channels]`.
    pub fn new(maps: &[f32], height: usize, width: usize, channels: usize) -> Self {
        let columns = width.next_multiple_of(TILE) + 2;
        let rows = height.next_multiple_of(TILE) + 2;
        let stride = columns * channels;
        // `SLACK` lets a kernel load whole registers at the very end.
        const SLACK: usize = 32;
        let mut data = Aligned::zeros(rows * stride + SLACK);
        let inner = data[stride..].chunks_exact_mut(stride);
        for (row, padded) in maps.chunks_exact(width * channels).zip(inner) {
            padded[channels..][..row.len()].copy_from_slice(row);
        }
        Self {
            stride,
            channels,
            data,
        }
    }

    /// All values from `start` on. The 3×3 window around the pixel at `y`, `x` begins at
    /// `y * stride + x * channels`; its second and third row follow `stride` later each.
    #[inline(always)]
    pub fn from(&self, start: usize) -> &[f32] {
        &self.data[start..]
    }
}
