//! Coefficients of a block → its samples (ITU-T T.81, A.3.3).

/// Where each coefficient in zigzag order stands in its block, row by row (T.81, figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The inverse cosine transform for samples of one depth.
pub(super) struct Inverse {
    /// For each frequency, its wave at the eight positions.
    waves: [[f32; 8]; 8],
    middle: f32,
    largest: f32,
}

impl Inverse {
    /// For samples of `precision` bits.
    pub fn new(precision: u32) -> Self {
        let wave = |frequency: usize| {
            let scale = if frequency == 0 {
                0.125_f64.sqrt()
            } else {
                0.5
            };
            std::array::from_fn(|position| {
                let angle =
                    (2 * position + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0;
                (scale * angle.cos()) as f32
            })
        };
        let range = 2_f32.powi(precision.min(16) as i32);
        Self {
            waves: std::array::from_fn(wave),
            middle: range / 2.0,
            largest: range - 1.0,
        }
    }

    /// The samples of a block, row by row, from coefficients and their steps in zigzag order.
    pub fn samples(&self, coefficients: &[i32; 64], steps: &[u16; 64]) -> [u16; 64] {
        let mut block = [[0f32; 8]; 8];
        for ((&coefficient, &step), place) in coefficients.iter().zip(steps).zip(ZIGZAG) {
            block[place / 8][place % 8] = coefficient as f32 * f32::from(step);
        }
        // Along the rows, then along the columns.
        let rows = block.map(|row| self.line(&row));
        let mut samples = [0; 64];
        for column in 0..8 {
            let line = self.line(&rows.map(|row| row[column]));
            for (row, value) in line.into_iter().enumerate() {
                samples[8 * row + column] =
                    (value + self.middle).round().clamp(0.0, self.largest) as u16;
            }
        }
        samples
    }

    fn line(&self, frequencies: &[f32; 8]) -> [f32; 8] {
        let mut line = [0.0; 8];
        for (frequency, wave) in frequencies.iter().zip(&self.waves) {
            // Most high frequencies are absent.
            if *frequency != 0.0 {
                for (value, wave) in line.iter_mut().zip(wave) {
                    *value += frequency * wave;
                }
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_coefficient_is_eight_times_the_mean() {
        let mut coefficients = [0; 64];
        coefficients[0] = 80;
        assert_eq!(
            Inverse::new(12).samples(&coefficients, &[1; 64]),
            [2058; 64]
        );
        // Beyond the range it is held at its ends.
        assert_eq!(
            Inverse::new(12).samples(&coefficients, &[999; 64]),
            [4095; 64]
        );
    }

    #[test]
    fn the_second_coefficient_is_a_wave_along_the_row() {
        let mut coefficients = [0; 64];
        coefficients[1] = 1000;
        let samples = Inverse::new(12).samples(&coefficients, &[1; 64]);
        let (first, last) = (i32::from(samples[0]) - 2048, i32::from(samples[7]) - 2048);
        assert_eq!(first, -last);
        // 1000 / 8 · √2 · cos(π/16) is 173.4.
        assert_eq!(first, 173);
        assert_eq!(samples[..8], samples[56..]);
    }
}
