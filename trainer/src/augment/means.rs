//! Films without their detail.

use pneumonia_cnn::input::SIZE;

/// The means of the squares around each pixel that reach so far each way, within the film.
pub fn means(pixels: &[f32], reach: usize) -> Vec<f32> {
    // Rows first, then columns, each by the differences of a running sum.
    let mut across = vec![0.0; pixels.len()];
    for (row, means) in pixels.chunks_exact(SIZE).zip(across.chunks_exact_mut(SIZE)) {
        running_means(row.iter().copied(), reach, |x, mean| means[x] = mean);
    }
    let mut means = vec![0.0; pixels.len()];
    for x in 0..SIZE {
        let column = across[x..].iter().step_by(SIZE).copied();
        running_means(column, reach, |y, mean| means[y * SIZE + x] = mean);
    }
    means
}

/// Tells `take` the mean around each place of a line of [`SIZE`] values.
fn running_means(line: impl Iterator<Item = f32>, reach: usize, mut take: impl FnMut(usize, f32)) {
    let mut sums = [0.0; SIZE + 1];
    for (at, value) in line.enumerate() {
        sums[at + 1] = sums[at] + value;
    }
    for at in 0..SIZE {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(SIZE));
        take(at, (sums[to] - sums[from]) / (to - from) as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mean_is_of_the_pixels_within_reach_that_the_film_has() {
        let pixels: Vec<f32> = (0..SIZE * SIZE)
            .map(|at| (at * 7 % 31) as f32 / 31.0)
            .collect();
        for reach in [1, 5] {
            let means = means(&pixels, reach);
            for (y, x) in [(0, 0), (3, SIZE - 1), (64, 40), (SIZE - 1, 2)] {
                let near = |at: usize| at.saturating_sub(reach)..=(at + reach).min(SIZE - 1);
                let square = near(y).flat_map(|y| near(x).map(move |x| y * SIZE + x));
                let square: Vec<f32> = square.map(|at| pixels[at]).collect();
                let expected = square.iter().sum::<f32>() / square.len() as f32;
                let found = means[y * SIZE + x];
                assert!(
                    (found - expected).abs() < 1e-5,
                    "{y}, {x}: {found} {expected}"
                );
            }
        }
    }
}
