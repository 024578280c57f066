//! Where a convolution's output goes: it is computed tile by tile, and used while it is in the cache.

use super::TILE;

/// Marks a window that ReLU set to zero entirely, so that it passes no gradient.
pub const NO_ARGMAX: u8 = u8::MAX;

/// Where a convolution of `[height, width]` maps writes its output.
pub enum Output<'a> {
    /// ReLU and 2×2 max-pool, `[height / 2, width / 2, channels]`. An odd last row or column is dropped, as in Keras.
    Pooled {
        maps: &'a mut [f32],
        /// Index of the largest of each window's four pixels (row by row; the first on ties), or [`NO_ARGMAX`]; as long
        /// as `maps`.
        argmaxes: Option<&'a mut [u8]>,
    },
    /// The convolution itself, `[height, width, channels]`.
    Full(&'a mut [f32]),
}

/// The sizes of a convolution's output.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl Output<'_> {
    /// Takes a tile, `[16 pixels][stride]`, whose upper left pixel is at `y`, `x`. Only the first `channels` values of
    /// each pixel count. The tile may reach past the map.
    #[inline(always)]
    pub(super) fn take(&mut self, tile: &[f32], stride: usize, (y, x): (usize, usize), size: Size) {
        match self {
            Self::Full(maps) => take_full(maps, tile, stride, (y, x), size),
            Self::Pooled { maps, argmaxes } => {
                let (rows, columns) = (size.height / 2, size.width / 2);
                for (row, column) in windows() {
                    let (pooled_y, pooled_x) = (y / 2 + row, x / 2 + column);
                    if pooled_y >= rows || pooled_x >= columns {
                        continue;
                    }
                    let pixel = |at: usize| &tile[at * stride..][..size.channels];
                    let first = 2 * row * TILE + 2 * column;
                    let window = [0, 1, TILE, TILE + 1].map(|at| pixel(first + at));
                    let at = (pooled_y * columns + pooled_x) * size.channels;
                    let range = at..at + size.channels;
                    let pooled = &mut maps[range.clone()];
                    match argmaxes {
                        None => pool(window, pooled),
                        Some(argmaxes) => pool_with_argmax(window, pooled, &mut argmaxes[range]),
                    }
                }
            }
        }
    }
}

/// Rows and columns of a tile's pooling windows.
fn windows() -> impl Iterator<Item = (usize, usize)> {
    const SIDE: usize = TILE / 2;
    (0..SIDE * SIDE).map(|at| (at / SIDE, at % SIDE))
}

#[inline(always)]
fn take_full(maps: &mut [f32], tile: &[f32], stride: usize, (y, x): (usize, usize), size: Size) {
    for row in 0..TILE.min(size.height - y) {
        for column in 0..TILE.min(size.width - x) {
            let at = ((y + row) * size.width + x + column) * size.channels;
            let pixel = &tile[(row * TILE + column) * stride..];
            maps[at..at + size.channels].copy_from_slice(&pixel[..size.channels]);
        }
    }
}

/// Maximum of a window's four pixels after ReLU, channel by channel.
#[inline(always)]
fn pool([a, b, c, d]: [&[f32]; 4], pooled: &mut [f32]) {
    for ((((value, &a), &b), &c), &d) in pooled.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        *value = larger(larger(a, b), larger(larger(c, d), 0.0));
    }
}

/// Like `f32::max`, but a single instruction, since it need not handle NaN: the kernels' sums contain none.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline(always)]
fn pool_with_argmax([a, b, c, d]: [&[f32]; 4], pooled: &mut [f32], argmaxes: &mut [u8]) {
    pool([a, b, c, d], pooled);
    let values = a.iter().zip(b).zip(c);
    for ((argmax, &largest), ((&a, &b), &c)) in argmaxes.iter_mut().zip(&*pooled).zip(values) {
        let first = if a == largest {
            0
        } else if b == largest {
            1
        } else if c == largest {
            2
        } else {
            3
        };
        *argmax = if largest > 0.0 { first } else { NO_ARGMAX };
    }
}

/// Propagates the gradient of pooled maps, `[height / 2, width / 2, channels]`, back to the maps before the pool,
/// `[height, width, channels]`: each value goes to the pixel of its window that `argmaxes` names, all others are zero.
pub fn max_unpool(
    gradient: &[f32],
    argmaxes: &[u8],
    (height, width): (usize, usize),
    channels: usize,
) -> Vec<f32> {
    let mut maps = vec![0.0; height * width * channels];
    let windows = gradient
        .chunks_exact(channels)
        .zip(argmaxes.chunks_exact(channels));
    for (index, (gradient, argmaxes)) in windows.enumerate() {
        let (y, x) = (2 * (index / (width / 2)), 2 * (index % (width / 2)));
        for pixel in 0..4 {
            let at = (y + pixel / 2) * width + x + pixel % 2;
            let values = &mut maps[at * channels..][..channels];
            keep_at_argmax(gradient, argmaxes, pixel, values);
        }
    }
    maps
}

/// The gradient of one pixel of a window: zero in channels where another pixel, or none, was the largest.
#[inline(always)]
pub(super) fn keep_at_argmax(gradient: &[f32], argmaxes: &[u8], pixel: usize, values: &mut [f32]) {
    const { assert!(NO_ARGMAX > 3, "no pixel of a window has its number") };
    for ((value, &gradient), &argmax) in values.iter_mut().zip(gradient).zip(argmaxes) {
        *value = if usize::from(argmax) == pixel {
            gradient
        } else {
            0.0
        };
    }
}
