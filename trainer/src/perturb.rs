//! Single perturbations of a film that should not change the prediction.
//!
//! Unlike the augmentation, which works on the network's input, these change the film at its original resolution.

use anyhow::{Context, Result};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use pneumonia_cnn::change::{Angle, Change, Geometry};
use pneumonia_cnn::radiograph::{Limits, Radiograph, resize, to_grey8};

/// One perturbation of a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Perturbation {
    /// A change that also applies to the network's input.
    Of(Change),
    /// By this many degrees.
    Rotation(f32),
    Gamma(f32),
    /// Downsampled to this many pixels a side and back up.
    Blur(usize),
    /// Nearest-neighbour resampling, without averaging, to this many pixels a side.
    Nearest(usize),
    /// Black bars at the left and right edges, each this fraction of the width.
    Bars(f32),
    /// Compressed at this quality.
    Jpeg(u8),
}

use Change::{Contrast, Flip, Shift, Zoom};
use Perturbation::{Bars, Blur, Gamma, Jpeg, Nearest, Of, Rotation};

/// Make the chest look narrower or wider. A prediction that changes depends on the child's build, or on the film's
/// aspect ratio, which the square network input does not preserve.
pub const SHAPE: [(&str, Perturbation); 2] = [
    ("squeezed by 10 % of the width", Of(Zoom([1.0, 1.0 / 0.9]))),
    ("squeezed by 10 % of the height", Of(Zoom([1.0 / 0.9, 1.0]))),
];

/// The perturbations of the robustness table, with their names there.
pub const ALL: [(&str, Perturbation); 16] = [
    ("flipped", Of(Flip)),
    ("shifted 5 % down and right", Of(Shift([0.05; 2]))),
    ("shifted 5 % up and left", Of(Shift([-0.05; 2]))),
    ("zoomed in by 10 %", Of(Zoom([0.9; 2]))),
    ("zoomed out by 10 %", Of(Zoom([1.1; 2]))),
    ("rotated by 5°", Rotation(5.0)),
    ("rotated by −5°", Rotation(-5.0)),
    ("gamma 0.7", Gamma(0.7)),
    ("gamma 1.4", Gamma(1.4)),
    ("contrast × 0.7", Of(Contrast(0.7))),
    ("contrast × 1.3", Of(Contrast(1.3))),
    ("blurred, via 96 pixels", Blur(96)),
    ("nearest neighbour, 200 pixels", Nearest(200)),
    ("black bars of 5 %", Bars(0.05)),
    ("JPEG of quality 50", Jpeg(50)),
    ("JPEG of quality 20", Jpeg(20)),
];

impl Perturbation {
    /// The perturbed film.
    pub fn apply(self, film: &Radiograph) -> Result<Radiograph> {
        let pixels = match self {
            Of(change) => change.apply(film.pixels(), (film.height(), film.width())),
            Rotation(degrees) => flipping_changes(film, degrees),
            Gamma(gamma) => {
                let pixels = film.pixels().iter();
                pixels
                    .map(|value| value.powf(gamma).clamp(0.0, 1.0))
                    .collect()
            }
            Blur(side) => {
                let small = Radiograph::new(side, side, resize(film, side, side));
                resize(&small, film.width(), film.height())
            }
            Nearest(side) => return Ok(nearest(film, side)),
            Bars(share) => bars(film, share),
            Jpeg(quality) => return jpeg(film, quality),
        };
        Ok(Radiograph::new(film.width(), film.height(), pixels))
    }
}

fn flipping_changes(film: &Radiograph, degrees: f32) -> Vec<f32> {
    let geometry = Geometry {
        rotation: Angle::degrees(degrees),
        ..Geometry::NONE
    };
    let mut turned = vec![0.0; film.pixels().len()];
    geometry.apply(film.pixels(), (film.height(), film.width()), &mut turned);
    turned
}

fn nearest(film: &Radiograph, side: usize) -> Radiograph {
    let at = |place: usize, length: usize| (2 * place + 1) * length / (2 * side);
    let pixels = (0..side * side).map(|place| {
        let (y, x) = (
            at(place / side, film.height()),
            at(place % side, film.width()),
        );
        film.pixels()[y * film.width() + x]
    });
    Radiograph::new(side, side, pixels.collect())
}

fn bars(film: &Radiograph, share: f32) -> Vec<f32> {
    let mut pixels = film.pixels().to_vec();
    let width = (share * film.width() as f32).round() as usize;
    for row in pixels.chunks_exact_mut(film.width()) {
        row[..width].fill(0.0);
        row[film.width() - width..].fill(0.0);
    }
    pixels
}

fn jpeg(film: &Radiograph, quality: u8) -> Result<Radiograph> {
    let sides = u32::try_from(film.width())
        .ok()
        .zip(u32::try_from(film.height()).ok());
    let (width, height) = sides.context("the film is too large for a JPEG")?;
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode(
        &to_grey8(film.pixels()),
        width,
        height,
        ExtendedColorType::L8,
    )?;
    Ok(Radiograph::from_bytes(&bytes, &Limits::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gradient: brighter to the right, and slightly brighter downwards.
    fn film() -> Radiograph {
        let pixels = (0..40 * 30).map(|at| (at % 40) as f32 / 50.0 + (at / 40) as f32 / 300.0);
        Radiograph::new(40, 30, pixels.collect())
    }

    fn mean_difference(a: &Radiograph, b: &Radiograph) -> f32 {
        let differences = a
            .pixels()
            .iter()
            .zip(b.pixels())
            .map(|(a, b)| (a - b).abs());
        differences.sum::<f32>() / a.pixels().len() as f32
    }

    #[test]
    fn every_perturbation_changes_the_film_and_keeps_it_between_black_and_white() {
        for (name, perturbation) in ALL.into_iter().chain(SHAPE) {
            let changed = perturbation.apply(&film()).unwrap();
            assert!(
                changed
                    .pixels()
                    .iter()
                    .all(|value| (0.0..=1.0).contains(value)),
                "{name}"
            );
            if (changed.width(), changed.height()) == (40, 30) {
                assert!(mean_difference(&changed, &film()) > 1e-4, "{name}");
            }
        }
    }

    #[test]
    fn a_jpeg_of_low_quality_is_farther_from_the_film_than_one_of_high() {
        let of = |quality| mean_difference(&Jpeg(quality).apply(&film()).unwrap(), &film());
        assert!(
            of(95) < 0.01 && of(10) > 2.0 * of(95),
            "{} {}",
            of(95),
            of(10)
        );
    }
}
