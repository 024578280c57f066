//! Random changes to training films that the network should be invariant to.
//!
//! ```text
//! geometry   shear, rotation, zoom, shift, shape, flip
//! intensity  brightness, contrast, sharpness, noise, and patches that cover part of the film
//! ```
//!
//! Random parameters are drawn in film order from one generator and applied later, on any thread.

mod geometry;
mod intensity;

use pneumonia_cnn::change::Geometry;
use pneumonia_cnn::input::SIZE;
use rand::Rng;

pub use geometry::GeometryRanges;
pub use intensity::{Intensity, IntensityRanges};

/// How far a film may be changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranges {
    pub geometry: GeometryRanges,
    pub intensity: IntensityRanges,
}

/// One random draw of the changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augmentation {
    geometry: Geometry,
    intensity: Intensity,
}

impl Ranges {
    /// `ImageDataGenerator(shear_range=0.2, zoom_range=0.2, horizontal_flip=True)`, as in the Keras original.
    pub const ORIGINAL: Self = Self {
        geometry: GeometryRanges {
            shear: 0.2,
            rotation: 0.0,
            zoom: 0.2,
            size: 0.0,
            shift: 0.0,
            black_outside: 0.0,
            shape: None,
        },
        intensity: IntensityRanges::NONE,
    };

    /// Frames drawn alike for both classes, and widely varied intensity.
    pub const DEBIASED: Self = Self {
        geometry: GeometryRanges {
            zoom: 0.05,
            size: 0.22,
            shift: 0.08,
            shape: Some([1.0, 2.0]),
            ..GeometryRanges::FAR
        },
        intensity: IntensityRanges::VARIED,
    };
}

impl Augmentation {
    /// `aspect_ratio` is the film's width / height.
    pub fn draw(ranges: &Ranges, aspect_ratio: Option<f32>, rng: &mut impl Rng) -> Self {
        Self {
            geometry: ranges.geometry.draw(aspect_ratio, rng),
            intensity: Intensity::draw(&ranges.intensity, rng),
        }
    }

    /// Writes the augmented film of `pixels` to `changed`, both `SIZE * SIZE` values.
    pub fn apply(&self, pixels: &[f32], changed: &mut [f32]) {
        self.geometry.apply(pixels, (SIZE, SIZE), changed);
        self.intensity.apply(changed);
    }
}
