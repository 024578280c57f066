use super::{BLOCK, Padded, dispatch, multiply_add};

/// Pixels of a row that are multiplied at once: with 4 channels and 3 taps they make twelve running
/// sums of eight lanes each, which AVX2's sixteen registers hold.
const LANES: usize = 8;

/// Pixels in a band of rows: few enough for the rows of four gradients and one input to stay in the
/// first-level cache while all inputs pass by.
const BAND_PIXELS: usize = 1024;

dispatch! {
    weight_gradient_portable => weight_gradient(
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
fn weight_gradient_portable<const FUSED: bool>(
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
            let output = |o: usize| (first + o).min(outputs - 1);
            for input in 0..inputs {
                for dy in 0..3 {
                    let mut sums = [[[0f32; LANES]; 3]; BLOCK];
                    for y in rows.clone() {
                        let values = picture.bordered_row(input, y + dy);
                        let gradients: [&[f32]; BLOCK] =
                            std::array::from_fn(|o| &gradient.bordered_row(output(o), y + 1)[1..]);
                        for x in (0..width).step_by(LANES) {
                            let values = &values[x..][..LANES + 2];
                            for o in 0..BLOCK {
                                let slopes = &gradients[o][x..][..LANES];
                                for dx in 0..3 {
                                    for lane in 0..LANES {
                                        sums[o][dx][lane] = multiply_add::<FUSED>(
                                            slopes[lane],
                                            values[dx + lane],
                                            sums[o][dx][lane],
                                        );
                                    }
                                }
                            }
                        }
                    }
                    for (o, sums) in sums.iter().enumerate().take(outputs - first) {
                        let taps = ((first + o) * inputs + input) * 9 + dy * 3;
                        for (tap, lanes) in result[taps..][..3].iter_mut().zip(sums) {
                            *tap += lanes.iter().sum::<f32>();
                        }
                    }
                }
            }
        }
    }
}
