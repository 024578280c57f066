use std::ops::Range;

use super::lanes::Lanes;
use super::{BLOCK, Padded, dispatch};

/// Pixels in a band of rows: few enough for the rows of four gradients and one input to stay in the
/// first-level cache while all inputs pass by.
const BAND_PIXELS: usize = 1024;

dispatch! {
    weight_gradient_lanes as weight_gradient(
        picture: &Padded,
        gradient: &Padded,
        inputs: usize,
        outputs: usize,
        result: &mut [f32],
    )
}

/// Adds to `result`, `[outputs, inputs, 3, 3]`, the gradient of a convolution's weights: for each output,
/// input and tap the sum over all pixels of the output's gradient times the input's value under the tap.
///
/// `picture` holds the convolution's input and `gradient` the gradient of its output, both of one size.
/// The zeros behind each row of `gradient` silence the lanes that reach past the picture.
#[inline(always)]
fn weight_gradient_lanes<L: Lanes>(
    picture: &Padded,
    gradient: &Padded,
    inputs: usize,
    outputs: usize,
    result: &mut [f32],
) {
    let (height, width) = (picture.height, picture.width);
    let band = (BAND_PIXELS / width).max(1);
    for top in (0..height).step_by(band) {
        let rows = top..(top + band).min(height);
        for first in (0..outputs).step_by(BLOCK) {
            // Past the last output the last one is computed again and thrown away.
            let block = std::array::from_fn(|o| (first + o).min(outputs - 1));
            for input in 0..inputs {
                for dy in 0..3 {
                    let sums = row_of_taps::<L>(picture, gradient, input, block, dy, rows.clone());
                    for (o, sums) in sums.iter().enumerate().take(outputs - first) {
                        let taps = ((first + o) * inputs + input) * 9 + dy * 3;
                        for (tap, sum) in result[taps..][..3].iter_mut().zip(sums) {
                            *tap += sum.sum();
                        }
                    }
                }
            }
        }
    }
}

/// The three taps of one row of the window for four outputs and one input, over a band of rows: twelve
/// running sums, for which each value loaded is used three or four times.
#[inline(always)]
fn row_of_taps<L: Lanes>(
    picture: &Padded,
    gradient: &Padded,
    input: usize,
    outputs: [usize; BLOCK],
    dy: usize,
    rows: Range<usize>,
) -> [[L; 3]; BLOCK] {
    let mut sums = [[L::splat(0.0); 3]; BLOCK];
    for y in rows {
        let pixels = picture.bordered_row(input, y + dy);
        let slopes = outputs.map(|output| &gradient.bordered_row(output, y + 1)[1..]);
        for x in (0..picture.width).step_by(L::COUNT) {
            let pixels: [L; 3] = std::array::from_fn(|dx| L::load(&pixels[x + dx..]));
            for (sums, slopes) in sums.iter_mut().zip(slopes) {
                let slopes = L::load(&slopes[x..]);
                for (sum, pixels) in sums.iter_mut().zip(pixels) {
                    *sum = pixels.multiply_add(slopes, *sum);
                }
            }
        }
    }
    sums
}
