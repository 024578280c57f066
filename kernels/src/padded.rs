use super::TILE;
use super::aligned::Aligned;

/// Maps with a border of one zero pixel, so that 3×3 windows need no edge test, zero-padded to whole tiles.
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
        // Lets a kernel load whole registers at the very end.
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

    /// All values from `start` on. The 3×3 window around the pixel at `y`, `x` starts at `y * stride + x * channels`;
    /// its second and third rows each start `stride` values later.
    #[inline(always)]
    pub fn from(&self, start: usize) -> &[f32] {
        &self.data[start..]
    }
}
