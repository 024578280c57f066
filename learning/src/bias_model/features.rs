//! The features that the bias-only model sees.

use super::chest;
use crate::dataset::LabelledFilm;
use crate::detail::fine_detail;

/// Side of the thumbnail that it sees.
const SIDE: usize = 8;

/// How a film was taken.
#[derive(Clone, Debug)]
pub struct Features {
    /// The film averaged down to 8 × 8 pixels, row by row; white is 1.
    pixels: Vec<f64>,
    /// Natural logarithm of the aspect ratio, width / height.
    shape: f64,
    /// Natural logarithm of [`fine_detail`].
    detail: f64,
    /// Mean grey value.
    brightness: f64,
    /// See [`chest::Place`].
    place: chest::Place,
}

/// Which of the features a model sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureSet {
    Pixels,
    Shape,
    Detail,
    Brightness,
    /// Where the chest lies and how much of the film it fills.
    Place,
    All,
}

impl FeatureSet {
    /// Each variant with its name.
    pub const EACH: [(&str, Self); 6] = [
        ("8×8 pixels", Self::Pixels),
        ("shape of the film", Self::Shape),
        ("fine detail", Self::Detail),
        ("mean brightness", Self::Brightness),
        ("place and size of the chest", Self::Place),
        ("all of these", Self::All),
    ];
}

impl Features {
    pub fn of(film: &LabelledFilm) -> Self {
        let pixels = film.input.block_means(SIDE);
        let brightness = pixels.iter().sum::<f32>() / pixels.len() as f32;
        Self {
            pixels: pixels.into_iter().map(f64::from).collect(),
            shape: f64::from(film.aspect_ratio.unwrap_or(1.0)).ln(),
            detail: f64::from(fine_detail(&film.input).max(1e-6)).ln(),
            brightness: f64::from(brightness),
            place: chest::Place::of(film.input.pixels()),
        }
    }

    /// The input vector of a model that sees `sees`.
    pub(super) fn seen(&self, sees: FeatureSet) -> Vec<f64> {
        let chest::Place { size, centre } = self.place;
        let place = || [size, centre].concat().into_iter().map(f64::from).collect();
        match sees {
            FeatureSet::Pixels => self.pixels.clone(),
            FeatureSet::Shape => vec![self.shape],
            FeatureSet::Detail => vec![self.detail],
            FeatureSet::Brightness => vec![self.brightness],
            FeatureSet::Place => place(),
            FeatureSet::All => [
                self.pixels.clone(),
                vec![self.shape, self.detail, self.brightness],
                place(),
            ]
            .concat(),
        }
    }
}
