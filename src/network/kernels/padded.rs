use super::WIDEST_TILE;

/// A picture of several channels with a border of zeros, so that a 3×3 window fits around every pixel
/// without a test for the edges.
///
/// Row `y` and column `x` of the picture stand at row `y + 1` and column `x + 1`. Rows are rounded up to
/// whole tiles (with zeros), so that a kernel may always compute a full tile.
pub(in crate::network) struct Padded {
    pub height: usize,
    pub width: usize,
    /// Distance between rows, in values.
    pub stride: usize,
    data: Vec<f32>,
}

impl Padded {
    pub fn zeros(channels: usize, height: usize, width: usize) -> Self {
        let stride = width.next_multiple_of(WIDEST_TILE) + 2;
        Self {
            height,
            width,
            stride,
            data: vec![0.0; channels * (height + 2) * stride],
        }
    }

    /// Copies `picture`, `[channels, height, width]`.
    pub fn new(picture: &[f32], channels: usize, height: usize, width: usize) -> Self {
        let mut padded = Self::zeros(channels, height, width);
        for (index, row) in picture.chunks_exact(width).enumerate() {
            padded
                .row_mut(index / height, index % height)
                .copy_from_slice(row);
        }
        padded
    }

    /// The picture's part of a row, without the border.
    pub fn row_mut(&mut self, channel: usize, y: usize) -> &mut [f32] {
        let start = self.start(channel, y + 1) + 1;
        &mut self.data[start..][..self.width]
    }

    /// A row with its border; `row` counts from the border, so 0 is above the picture.
    #[inline(always)]
    pub fn bordered_row(&self, channel: usize, row: usize) -> &[f32] {
        &self.data[self.start(channel, row)..][..self.stride]
    }

    #[inline(always)]
    fn start(&self, channel: usize, row: usize) -> usize {
        (channel * (self.height + 2) + row) * self.stride
    }
}
