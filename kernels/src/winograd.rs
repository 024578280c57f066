//! Convolution by Winograd's method F(4×4, 3×3) (Lavin and Gray 2016): a tile of 4×4 output pixels takes 36 products
//! per pair of input and output channels instead of 144.
//!
//! An input tile `d` (6×6, overlapping its neighbours by two) and a filter `g` (3×3) are transformed, multiplied
//! elementwise and transformed back: `Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A`. Summed over the input channels, each of the 36
//! points is a matrix product, tiles × inputs times inputs × outputs.

use bytemuck::Zeroable;

use super::TILE;
use super::aligned::Aligned;
use super::lanes::{Lanes, WIDEST};
use super::output::{Output, Size};
use super::product::{Block, PANEL, Panel, ROWS};

/// Side of an input tile, and of every transformed tile and filter.
const SIDE: usize = TILE + 2;
const POINTS: usize = SIDE * SIDE;

/// Tiles that are transformed and multiplied together: enough to reuse each weight read from the L2 cache often, few
/// enough for the tiles to stay in L2 too.
const TILES: usize = 16;

/// An array of an expression's values at 0, 1, …, unrolled by hand: the compiler does not unroll so long a loop, and
/// then keeps in memory what registers could hold.
macro_rules! six {
    ($index:ident => $value:expr) => {
        unrolled!($index => $value; 0 1 2 3 4 5)
    };
}
macro_rules! four {
    ($index:ident => $value:expr) => {
        unrolled!($index => $value; 0 1 2 3)
    };
}
macro_rules! unrolled {
    ($index:ident => $value:expr; $($number:literal)*) => {
        [$({
            let $index: usize = $number;
            $value
        }),*]
    };
}

/// Transformed weights, `[36][outputs / PANEL][inputs][PANEL]`.
pub(super) struct WinogradWeights {
    /// Input channels, padded to whole registers.
    inputs: usize,
    real_inputs: usize,
    panels: Vec<Panel>,
}

impl WinogradWeights {
    /// Transforms the weights `weight(output, input, tap)`.
    pub fn new(
        real_inputs: usize,
        outputs: usize,
        weight: impl Fn(usize, usize, usize) -> f32,
    ) -> Self {
        let inputs = real_inputs.next_multiple_of(WIDEST);
        let count = outputs.div_ceil(PANEL);
        let mut panels = vec![Panel::zeroed(); POINTS * count * inputs];
        for output in 0..outputs {
            for input in 0..real_inputs {
                let window = std::array::from_fn(|tap| weight(output, input, tap));
                for (point, value) in transform_window(window).into_iter().enumerate() {
                    let panel = (point * count + output / PANEL) * inputs + input;
                    panels[panel].0[output % PANEL] = value;
                }
            }
        }
        Self {
            inputs,
            real_inputs,
            panels,
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
        let columns = size.width.div_ceil(TILE);
        let count = size.height.div_ceil(TILE) * columns;
        let place = |tile: usize| (tile / columns * TILE, tile % columns * TILE);
        let channels = bias.len();
        let mut edge = Aligned::zeros(POINTS * self.inputs);
        let mut inputs = Aligned::zeros(TILES * POINTS * self.inputs);
        let mut products = Aligned::zeros(TILES * POINTS * channels);
        let mut pixels = Aligned::zeros(TILE * TILE * channels);
        for first in (0..count).step_by(TILES) {
            let tiles = first..(first + TILES).min(count);
            let transformed = inputs.chunks_exact_mut(POINTS * self.inputs);
            for (tile, transformed) in tiles.clone().zip(transformed) {
                let rows = self.rows(film, place(tile), size, &mut edge);
                transform_input::<L>(rows, transformed, self.inputs);
            }
            self.multiply::<L>(&inputs, tiles.len(), &mut products, channels);
            for (tile, products) in tiles.zip(products.chunks_exact(POINTS * channels)) {
                transform_output::<L>(products, bias, &mut pixels);
                output.take(&pixels, channels, place(tile), size);
            }
        }
    }

    /// The six rows of an input tile, six pixels each: of the film, or of a zero-padded copy in `edge` where the tile
    /// reaches past the film or channels need padding.
    #[inline(always)]
    fn rows<'a>(
        &self,
        film: &'a [f32],
        (y, x): (usize, usize),
        size: Size,
        edge: &'a mut [f32],
    ) -> [&'a [f32]; SIDE] {
        let (depth, real) = (self.inputs, self.real_inputs);
        let inside = y > 0 && x > 0 && y + SIDE <= size.height + 1 && x + SIDE <= size.width + 1;
        if inside && depth == real {
            return std::array::from_fn(|row| {
                &film[((y + row - 1) * size.width + x - 1) * depth..][..SIDE * depth]
            });
        }
        edge.fill(0.0);
        // The input tile starts one pixel above and to the left of the output tile.
        for row in usize::from(y == 0)..SIDE.min(size.height + 1 - y) {
            for column in usize::from(x == 0)..SIDE.min(size.width + 1 - x) {
                let pixel = &film[((y + row - 1) * size.width + x + column - 1) * real..][..real];
                edge[(row * SIDE + column) * depth..][..real].copy_from_slice(pixel);
            }
        }
        let edge = &*edge;
        std::array::from_fn(|row| &edge[row * SIDE * depth..][..SIDE * depth])
    }

    /// At each point, multiplies the tiles' `inputs`, `[tile][36][inputs]`, by the weights, into
    /// `[tile][36][channels]`.
    #[inline(always)]
    fn multiply<L: Lanes>(
        &self,
        inputs: &[f32],
        tiles: usize,
        products: &mut [f32],
        channels: usize,
    ) {
        let depth = self.inputs;
        let weights = self.panels.chunks_exact(depth * channels / PANEL);
        for (point, weights) in weights.enumerate() {
            for (panel, weights) in weights.chunks_exact(depth).enumerate() {
                for column in (0..PANEL).step_by(Block::<L>::CHANNELS) {
                    let channel = panel * PANEL + column;
                    for first in (0..tiles).step_by(ROWS) {
                        let inputs = &inputs[(first * POINTS + point) * depth..];
                        let mut block = Block::<L>::zero();
                        block.accumulate(inputs, POINTS * depth, weights, column);
                        let at = (first * POINTS + point) * channels + channel;
                        block.write(&mut products[at..], POINTS * channels);
                    }
                }
            }
        }
    }
}

/// `Bᵀ d B` of one tile, from six rows of six pixels of `depth` channels, into `[36][depth]`.
#[inline(always)]
fn transform_input<L: Lanes>(rows: [&[f32]; SIDE], transformed: &mut [f32], depth: usize) {
    assert!(depth.is_multiple_of(L::COUNT) && transformed.len() == POINTS * depth);
    assert!(rows.iter().all(|row| row.len() == SIDE * depth));
    for channel in (0..depth).step_by(L::COUNT) {
        // SAFETY: one of a row's six pixels, and a whole register of its `depth` channels.
        let lines = six!(y => transform_input_line(six!(x => unsafe { L::load_at(rows[y], x * depth + channel) })));
        let columns = six!(x => transform_input_line(six!(y => lines[y][x])));
        // SAFETY: one of 36 points, and a whole register of its `depth` channels.
        six!(y => six!(x => unsafe {
            columns[x][y].store_at(transformed, (y * SIDE + x) * depth + channel);
        }));
    }
}

/// `Aᵀ m A` of one tile's `products`, `[36][channels]`, plus bias, into `[16 pixels][channels]`.
#[inline(always)]
fn transform_output<L: Lanes>(products: &[f32], bias: &[f32], pixels: &mut [f32]) {
    let channels = bias.len();
    assert!(channels.is_multiple_of(L::COUNT) && products.len() == POINTS * channels);
    assert!(pixels.len() == TILE * TILE * channels);
    for channel in (0..channels).step_by(L::COUNT) {
        // SAFETY: one of 36 points, and a whole register of its channels.
        let lines = six!(y => transform_output_line(six!(x => unsafe {
            L::load_at(products, (y * SIDE + x) * channels + channel)
        })));
        let bias = L::load(&bias[channel..]);
        let columns = four!(x => transform_output_line(six!(y => lines[y][x])));
        // SAFETY: one of 16 pixels, and a whole register of its channels.
        four!(y => four!(x => unsafe {
            (columns[x][y] + bias).store_at(pixels, (y * TILE + x) * channels + channel);
        }));
    }
}

/// `Bᵀ d`, for the interpolation points 0, ±1, ±2 and infinity.
#[inline(always)]
fn transform_input_line<L: Lanes>([d0, d1, d2, d3, d4, d5]: [L; SIDE]) -> [L; SIDE] {
    let (two, minus_two) = (L::splat(2.0), L::splat(-2.0));
    let (four, minus_four, minus_five) = (L::splat(4.0), L::splat(-4.0), L::splat(-5.0));
    let even = d2.multiply_add(minus_four, d4);
    let odd = d1.multiply_add(minus_four, d3);
    let (outer, inner) = (d4 - d2, d3 - d1);
    [
        d0.multiply_add(four, d2.multiply_add(minus_five, d4)),
        even + odd,
        even - odd,
        inner.multiply_add(two, outer),
        inner.multiply_add(minus_two, outer),
        d1.multiply_add(four, d3.multiply_add(minus_five, d5)),
    ]
}

/// `Aᵀ m`.
#[inline(always)]
fn transform_output_line<L: Lanes>([m0, m1, m2, m3, m4, m5]: [L; SIDE]) -> [L; TILE] {
    let (two, four, eight) = (L::splat(2.0), L::splat(4.0), L::splat(8.0));
    let (sum_one, difference_one) = (m1 + m2, m1 - m2);
    let (sum_two, difference_two) = (m3 + m4, m3 - m4);
    [
        m0 + sum_one + sum_two,
        difference_two.multiply_add(two, difference_one),
        sum_two.multiply_add(four, sum_one),
        difference_two.multiply_add(eight, difference_one) + m5,
    ]
}

/// `G g Gᵀ`, in double precision: it is computed once, and its error would enter every tile.
fn transform_window(window: [f32; 9]) -> [f32; POINTS] {
    let line = |[g0, g1, g2]: [f64; 3]| {
        let (sum, scaled) = ((g0 + g2) / 6.0, g0 / 24.0 + g2 / 6.0);
        [
            g0 / 4.0,
            -sum - g1 / 6.0,
            -sum + g1 / 6.0,
            scaled + g1 / 12.0,
            scaled - g1 / 12.0,
            g2,
        ]
    };
    let rows: [[f64; SIDE]; 3] =
        std::array::from_fn(|y| line(std::array::from_fn(|x| f64::from(window[y * 3 + x]))));
    let columns: [[f64; SIDE]; SIDE] = std::array::from_fn(|x| line(rows.map(|row| row[x])));
    std::array::from_fn(|point| columns[point % SIDE][point / SIDE] as f32)
}
