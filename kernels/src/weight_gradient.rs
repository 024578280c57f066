use super::aligned::Aligned;
use super::lanes::{Lanes, WIDEST};
use super::output::keep_at_argmax;
use super::{NO_ARGMAX, Padded, dispatch};

/// Registers of a window's row that are accumulated together; over the window's three rows they make twelve
/// accumulators.
const REGISTERS: usize = 4;

/// The gradients of a convolution's weights and bias, summed over films.
#[derive(Clone)]
pub struct WeightGradient {
    inputs: usize,
    /// `[outputs][3][3 * inputs, padded]`, the memory order of a window in channels-last maps.
    windows: Aligned,
    /// `[outputs]`
    pub bias: Vec<f32>,
}

impl WeightGradient {
    /// Zeros, for a convolution from `inputs` to `outputs` channels.
    pub fn zeros(outputs: usize, inputs: usize) -> Self {
        Self {
            inputs,
            windows: Aligned::zeros(outputs * 3 * row_length(inputs)),
            bias: vec![0.0; outputs],
        }
    }

    /// Adds the sums of other films.
    pub fn add(&mut self, other: &Self) {
        let windows = self.windows.iter_mut().zip(&*other.windows);
        for (sum, value) in windows.chain(self.bias.iter_mut().zip(&other.bias)) {
            *sum += value;
        }
    }

    /// The gradient of the weights, `[outputs, inputs, 3, 3]`.
    pub fn weight(&self) -> Vec<f32> {
        let row = row_length(self.inputs);
        let window = |output: usize, input: usize, tap: usize| {
            self.windows[(output * 3 + tap / 3) * row + tap % 3 * self.inputs + input]
        };
        let outputs = 0..self.bias.len();
        let pairs = outputs.flat_map(|output| (0..self.inputs).map(move |input| (output, input)));
        pairs
            .flat_map(|(output, input)| (0..9).map(move |tap| (output, input, tap)))
            .map(|(output, input, tap)| window(output, input, tap))
            .collect()
    }
}

fn row_length(inputs: usize) -> usize {
    (3 * inputs).next_multiple_of(WIDEST)
}

/// A pixel that receives a gradient, and where its window starts in the padded film.
#[derive(Clone, Copy)]
struct Reached {
    window: usize,
    gradient: f32,
}

dispatch! {
    /// Adds one film's contribution to `result`, the gradient of a convolution's weights and bias.
    ///
    /// # Shapes
    /// - `film`: the convolution's input
    /// - `gradient`: of its pooled output, `[rows, columns, outputs]`
    /// - `argmaxes`: which pixel of each window gets the gradient, as in [`Output::Pooled`]
    weight_gradient_lanes as weight_gradient(
        film: &Padded,
        gradient: &[f32],
        argmaxes: &[u8],
        columns: usize,
        result: &mut WeightGradient,
    )
}

/// At most one of a window's four pixels has a gradient, and none where ReLU or dropout zeroed it. Listing the pixels
/// that have one, per row of windows and output, leaves an eighth of the work, all on long contiguous runs.
#[inline(always)]
pub(super) fn weight_gradient_lanes<L: Lanes>(
    film: &Padded,
    gradient: &[f32],
    argmaxes: &[u8],
    columns: usize,
    result: &mut WeightGradient,
) {
    if result.inputs == 1 {
        return of_one_channel::<L>(film, gradient, argmaxes, columns, result);
    }
    let outputs = result.bias.len();
    let row = row_length(result.inputs);
    let mut reached = vec![
        Reached {
            window: 0,
            gradient: 0.0
        };
        columns
    ];
    let rows = gradient
        .chunks_exact(columns * outputs)
        .zip(argmaxes.chunks_exact(columns * outputs));
    for (y, (gradient, argmaxes)) in rows.enumerate() {
        let windows = result.windows.chunks_exact_mut(3 * row);
        for (output, (window, bias)) in windows.zip(&mut result.bias).enumerate() {
            let pixels = gradient[output..]
                .iter()
                .step_by(outputs)
                .zip(argmaxes[output..].iter().step_by(outputs));
            let mut count = 0;
            for (x, (&gradient, &argmax)) in pixels.enumerate() {
                let (dy, dx) = (usize::from(argmax >> 1 & 1), usize::from(argmax & 1));
                // Always written, kept only if it counts: faster than an unpredictable branch.
                reached[count] = Reached {
                    window: (2 * y + dy) * film.stride + (2 * x + dx) * film.channels,
                    gradient,
                };
                count += usize::from(argmax != NO_ARGMAX && gradient != 0.0);
            }
            let reached = &reached[..count];
            for pixel in reached {
                *bias += pixel.gradient;
            }
            for column in (0..row).step_by(REGISTERS * L::COUNT) {
                let registers = (row - column) / L::COUNT;
                let window = &mut window[column..];
                match registers {
                    1 => add_windows::<L, 1>(film, column, reached, window, row),
                    2 => add_windows::<L, 2>(film, column, reached, window, row),
                    3 => add_windows::<L, 3>(film, column, reached, window, row),
                    _ => add_windows::<L, REGISTERS>(film, column, reached, window, row),
                }
            }
        }
    }
}

/// Adds the windows of `film` around the `reached` pixels, times their gradients, for `N` registers of each window row
/// from `column` on. `sums` is `[3][row]` from `column` on.
#[inline(always)]
fn add_windows<L: Lanes, const N: usize>(
    film: &Padded,
    column: usize,
    reached: &[Reached],
    sums: &mut [f32],
    row: usize,
) {
    let mut windows = [[L::splat(0.0); N]; 3];
    for (dy, window) in windows.iter_mut().enumerate() {
        *window = L::load_all(&sums[dy * row..]);
    }
    for pixel in reached {
        let gradient = L::splat(pixel.gradient);
        for (dy, window) in windows.iter_mut().enumerate() {
            let values: [L; N] = L::load_all(film.from(pixel.window + dy * film.stride + column));
            for (sum, value) in window.iter_mut().zip(values) {
                *sum = value.multiply_add(gradient, *sum);
            }
        }
    }
    for (dy, window) in windows.into_iter().enumerate() {
        L::store_all(window, &mut sums[dy * row..]);
    }
}

/// The same for a single input channel, whose windows are too short to fill registers: registers hold neighbouring
/// outputs instead. Their argmaxes differ, so every pixel is summed, with zeros where it has no gradient.
#[inline(always)]
fn of_one_channel<L: Lanes>(
    film: &Padded,
    gradient: &[f32],
    argmaxes: &[u8],
    columns: usize,
    result: &mut WeightGradient,
) {
    let outputs = result.bias.len();
    let lanes = outputs.next_multiple_of(WIDEST);
    // `[columns][4 pixels][lanes]`: the unpooled gradients of a row of windows.
    let mut unpooled = Aligned::zeros(columns * 4 * lanes);
    // `[9 taps and the bias][lanes]`
    let mut sums = Aligned::zeros(10 * lanes);
    let rows = gradient
        .chunks_exact(columns * outputs)
        .zip(argmaxes.chunks_exact(columns * outputs));
    for (y, (gradient, argmaxes)) in rows.enumerate() {
        let windows = gradient
            .chunks_exact(outputs)
            .zip(argmaxes.chunks_exact(outputs));
        for (unpooled, (gradient, argmaxes)) in unpooled.chunks_exact_mut(4 * lanes).zip(windows) {
            for (pixel, unpooled) in unpooled.chunks_exact_mut(lanes).enumerate() {
                keep_at_argmax(gradient, argmaxes, pixel, unpooled);
            }
        }
        for output in (0..lanes).step_by(L::COUNT) {
            let mut taps = [L::splat(0.0); 9];
            for (tap, sum) in taps.iter_mut().enumerate() {
                *sum = L::load(&sums[tap * lanes + output..]);
            }
            let mut bias = L::load(&sums[9 * lanes + output..]);
            for (at, slopes) in unpooled.chunks_exact(lanes).enumerate() {
                let slopes = L::load(&slopes[output..]);
                bias = bias + slopes;
                let (x, pixel) = (2 * (at / 4) + at % 2, at % 4);
                let window = film.from((2 * y + pixel / 2) * film.stride + x);
                for (dy, taps) in taps.chunks_exact_mut(3).enumerate() {
                    let values = &window[dy * film.stride..][..3];
                    for (sum, &value) in taps.iter_mut().zip(values) {
                        *sum = L::splat(value).multiply_add(slopes, *sum);
                    }
                }
            }
            for (tap, sum) in taps.into_iter().enumerate() {
                sum.store(&mut sums[tap * lanes + output..]);
            }
            bias.store(&mut sums[9 * lanes + output..]);
        }
    }
    let row = row_length(1);
    for (output, bias) in result.bias.iter_mut().enumerate() {
        for tap in 0..9 {
            result.windows[(output * 3 + tap / 3) * row + tap % 3] += sums[tap * lanes + output];
        }
        *bias += sums[9 * lanes + output];
    }
}
