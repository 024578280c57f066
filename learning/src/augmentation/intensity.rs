//! Intensity augmentation for differences between machines and exposures: gamma, contrast, brightness, sharpness,
//! resolution, noise, and objects on the film.

use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::radiograph::{Radiograph, resize};
use pneumonia_kernels::portable::{expf, powf};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};

/// How far a film's intensity may be changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IntensityRanges {
    /// Largest natural logarithm of the gamma, either way.
    pub gamma: f32,
    /// The contrast is scaled by between `1 - contrast` and `1 + contrast`.
    pub contrast: f32,
    /// Largest change of the brightness either way; white is 1.
    pub brightness: f32,
    /// Probabilities of blurring, of sharpening, and of resampling through a lower resolution.
    pub blur: f32,
    pub sharpen: f32,
    pub resample: f32,
    /// Largest standard deviation of the noise; white is 1.
    pub noise: f32,
    /// Probability that a uniform grey rectangle covers part of the film.
    pub cover: f32,
}

/// One random draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intensity {
    gamma: f32,
    contrast: f32,
    brightness: f32,
    /// Fraction of the difference from the neighbourhood's mean that is removed; added if negative.
    smoothing: f32,
    /// Side of the lower-resolution intermediate image, in pixels.
    detour: Option<usize>,
    noise: f32,
    noise_seed: u64,
    cover: Option<Cover>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Cover {
    top: usize,
    left: usize,
    height: usize,
    width: usize,
    grey: f32,
}

impl IntensityRanges {
    /// The variation of machines, exposures and objects on the film.
    pub const VARIED: Self = Self {
        gamma: 0.5,
        contrast: 0.3,
        brightness: 0.15,
        blur: 0.2,
        sharpen: 0.15,
        resample: 0.3,
        noise: 0.03,
        cover: 0.3,
    };

    /// Leaves the film unchanged.
    pub const NONE: Self = Self {
        gamma: 0.0,
        contrast: 0.0,
        brightness: 0.0,
        blur: 0.0,
        sharpen: 0.0,
        resample: 0.0,
        noise: 0.0,
        cover: 0.0,
    };
}

impl Intensity {
    pub fn draw(ranges: &IntensityRanges, rng: &mut impl Rng) -> Self {
        let gamma = expf(rng.random_range(-ranges.gamma..=ranges.gamma));
        let contrast = 1.0 + rng.random_range(-ranges.contrast..=ranges.contrast);
        let brightness = rng.random_range(-ranges.brightness..=ranges.brightness);
        let strength = rng.random_range(0.2..1.0);
        let sharpness: f32 = rng.random();
        let smoothing = if sharpness < ranges.blur {
            strength
        } else if sharpness < ranges.blur + ranges.sharpen {
            -strength
        } else {
            0.0
        };
        let side = rng.random_range(SIZE / 3..SIZE);
        let detour = (rng.random::<f32>() < ranges.resample).then_some(side);
        let noise = rng.random_range(0.0..=ranges.noise);
        let noise_seed = rng.random();
        let cover = Cover::draw(rng);
        let cover = (rng.random::<f32>() < ranges.cover).then_some(cover);
        Self {
            gamma,
            contrast,
            brightness,
            smoothing,
            detour,
            noise,
            noise_seed,
            cover,
        }
    }

    /// Changes `SIZE * SIZE` grey values in place; they stay in 0 to 1.
    pub fn apply(&self, pixels: &mut [f32]) {
        if let Some(side) = self.detour {
            let small = resize(&Radiograph::new(SIZE, SIZE, pixels.to_vec()), side, side);
            pixels.copy_from_slice(&resize(&Radiograph::new(side, side, small), SIZE, SIZE));
        }
        if self.smoothing != 0.0 {
            smooth(pixels, self.smoothing);
        }
        if (self.gamma, self.contrast, self.brightness) != (1.0, 1.0, 0.0) {
            for value in pixels.iter_mut() {
                let bent = powf(value.max(0.0), self.gamma);
                *value = ((bent - 0.5) * self.contrast + 0.5 + self.brightness).clamp(0.0, 1.0);
            }
        }
        if self.noise > 0.0 {
            let mut rng = ChaCha8Rng::seed_from_u64(self.noise_seed);
            // A uniform distribution over ±reach has a standard deviation of reach / √3.
            let reach = self.noise * 3f32.sqrt();
            for value in pixels.iter_mut() {
                *value = (*value + rng.random_range(-reach..=reach)).clamp(0.0, 1.0);
            }
        }
        if let Some(cover) = &self.cover {
            cover.apply(pixels);
        }
    }
}

impl Cover {
    fn draw(rng: &mut impl Rng) -> Self {
        let [height, width] = [(); 2].map(|()| rng.random_range(SIZE / 16..SIZE / 4));
        Self {
            top: rng.random_range(0..=SIZE - height),
            left: rng.random_range(0..=SIZE - width),
            height,
            width,
            grey: rng.random(),
        }
    }

    fn apply(&self, pixels: &mut [f32]) {
        for row in pixels
            .chunks_exact_mut(SIZE)
            .skip(self.top)
            .take(self.height)
        {
            row[self.left..][..self.width].fill(self.grey);
        }
    }
}

/// Removes `share` of each pixel's difference from the mean of its 3×3 neighbourhood.
fn smooth(pixels: &mut [f32], share: f32) {
    let before = pixels.to_vec();
    let near = |at: usize| at.saturating_sub(1)..=(at + 1).min(SIZE - 1);
    for (at, value) in pixels.iter_mut().enumerate() {
        let (mut sum, mut count) = (0.0, 0.0);
        for y in near(at / SIZE) {
            for x in near(at % SIZE) {
                sum += before[y * SIZE + x];
                count += 1.0;
            }
        }
        *value = (*value + share * (sum / count - *value)).clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, rng};

    const NONE: Intensity = Intensity {
        gamma: 1.0,
        contrast: 1.0,
        brightness: 0.0,
        smoothing: 0.0,
        detour: None,
        noise: 0.0,
        noise_seed: 0,
        cover: None,
    };

    const ALL: IntensityRanges = IntensityRanges {
        gamma: 0.5,
        contrast: 0.3,
        brightness: 0.15,
        blur: 0.2,
        sharpen: 0.2,
        resample: 0.3,
        noise: 0.05,
        cover: 0.3,
    };

    fn stripes() -> Vec<f32> {
        (0..SIZE * SIZE).map(|at| [0.2, 0.8][at % 2]).collect()
    }

    fn seen(intensity: Intensity) -> Vec<f32> {
        let mut pixels = stripes();
        intensity.apply(&mut pixels);
        pixels
    }

    fn spread(pixels: &[f32]) -> f32 {
        let mean = pixels.iter().sum::<f32>() / pixels.len() as f32;
        let squares = pixels
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f32>();
        (squares / pixels.len() as f32).sqrt()
    }

    #[test]
    fn no_ranges_leave_the_film_as_it_is() {
        let mut rng = rng(1, Purpose::Augmentation, 0);
        for _ in 0..100 {
            assert_eq!(
                seen(Intensity::draw(&IntensityRanges::NONE, &mut rng)),
                stripes()
            );
        }
    }

    #[test]
    fn gamma_contrast_and_brightness_follow_their_formulas() {
        let first = |intensity| seen(intensity)[0];
        assert!((first(Intensity { gamma: 2.0, ..NONE }) - 0.04).abs() < 1e-6);
        assert!(
            (first(Intensity {
                contrast: 0.5,
                ..NONE
            }) - 0.35)
                .abs()
                < 1e-6
        );
        assert!(
            (first(Intensity {
                brightness: 0.1,
                ..NONE
            }) - 0.3)
                .abs()
                < 1e-6
        );
    }

    #[test]
    fn blur_and_detour_lower_the_spread_and_sharpening_and_noise_raise_it() {
        let plain = spread(&stripes());
        let of = |intensity| spread(&seen(intensity));
        assert!(
            of(Intensity {
                smoothing: 0.5,
                ..NONE
            }) < 0.7 * plain
        );
        assert!(
            of(Intensity {
                detour: Some(50),
                ..NONE
            }) < 0.7 * plain
        );
        assert!(
            of(Intensity {
                smoothing: -0.3,
                ..NONE
            }) > 1.2 * plain
        );
        let noisy = of(Intensity { noise: 0.1, ..NONE });
        let expected = (plain.powi(2) + 0.01).sqrt();
        assert!((noisy - expected).abs() < 0.003, "{noisy} {expected}");
    }

    #[test]
    fn every_draw_stays_between_black_and_white_and_every_change_is_drawn() {
        let mut rng = rng(1, Purpose::Augmentation, 0);
        let draws: Vec<_> = (0..300).map(|_| Intensity::draw(&ALL, &mut rng)).collect();
        for draw in &draws {
            assert!(seen(*draw).iter().all(|value| (0.0..=1.0).contains(value)));
        }
        let share = |has: fn(&Intensity) -> bool| {
            draws.iter().filter(|draw| has(draw)).count() as f32 / 300.0
        };
        for (share, expected) in [
            (share(|draw| draw.smoothing > 0.0), 0.2),
            (share(|draw| draw.smoothing < 0.0), 0.2),
            (share(|draw| draw.detour.is_some()), 0.3),
            (share(|draw| draw.cover.is_some()), 0.3),
            (share(|draw| draw.gamma > 1.0), 0.5),
        ] {
            assert!((share - expected).abs() < 0.1, "{share}, not {expected}");
        }
    }
}
