//! Ways to prepare every film, before training and before judging alike, that might bring films of different hospitals
//! closer to each other.

use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::radiograph::{Radiograph, resize};
use rayon::prelude::*;

use super::lungs;
use crate::augment::means;
use crate::dataset::Film;

/// What is done to what the network sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// The film as it is.
    None,
    /// A mean of 0.5 and a standard deviation of 0.2; what lies beyond black and white is cut off.
    Standardised,
    /// As many pixels of each grey.
    Equalised,
    /// Each pixel's distance to the mean around it, by the standard deviation there.
    Local,
    /// The middle, four fifths of each side: the lungs without collar, belly, borders and most markers.
    Cropped,
    /// The lungs and a margin, each direction stretched by itself; see [`lungs`].
    Lungs,
}

impl Preparation {
    /// The films as they are prepared.
    pub fn of_all<'a>(self, films: impl IntoParallelIterator<Item = &'a Film>) -> Vec<Film> {
        let films = films.into_par_iter();
        films
            .map(|film| film.seen_as(self.apply(&film.input)))
            .collect()
    }

    fn apply(self, input: &Input) -> Input {
        let pixels = input.pixels();
        let prepared = match self {
            Self::None => pixels.to_vec(),
            Self::Standardised => standardised(pixels),
            Self::Equalised => equalised(pixels),
            Self::Local => local(pixels),
            Self::Cropped => cropped(pixels),
            Self::Lungs => lungs::shown(pixels),
        };
        Input::new(&Radiograph::new(SIZE, SIZE, prepared))
    }
}

fn standardised(pixels: &[f32]) -> Vec<f32> {
    let count = pixels.len() as f32;
    let mean = pixels.iter().sum::<f32>() / count;
    let squares = pixels.iter().map(|value| (value - mean).powi(2));
    let deviation = (squares.sum::<f32>() / count).sqrt().max(1e-3);
    let standardised = pixels
        .iter()
        .map(|value| 0.5 + 0.2 * (value - mean) / deviation);
    standardised.map(|value| value.clamp(0.0, 1.0)).collect()
}

fn equalised(pixels: &[f32]) -> Vec<f32> {
    const GREYS: usize = 256;
    let grey = |value: f32| ((value * (GREYS - 1) as f32).round() as usize).min(GREYS - 1);
    let mut darker = [0usize; GREYS];
    for &value in pixels {
        darker[grey(value)] += 1;
    }
    let mut sum = 0;
    for count in &mut darker {
        sum += *count;
        // Half of the equals count as darker.
        *count = sum - *count / 2;
    }
    let rank = |&value: &f32| darker[grey(value)] as f32 / pixels.len() as f32;
    pixels.iter().map(rank).collect()
}

fn local(pixels: &[f32]) -> Vec<f32> {
    const REACH: usize = 16;
    let mean = means(pixels, REACH);
    let squares: Vec<f32> = pixels.iter().map(|value| value * value).collect();
    let squares = means(&squares, REACH);
    let places = pixels.iter().zip(mean).zip(squares);
    let normalised = places.map(|((value, mean), square)| {
        let deviation = (square - mean * mean).max(0.0).sqrt();
        0.5 + 0.2 * (value - mean) / (deviation + 0.02)
    });
    normalised.map(|value| value.clamp(0.0, 1.0)).collect()
}

fn cropped(pixels: &[f32]) -> Vec<f32> {
    const BORDER: usize = SIZE / 10;
    const SIDE: usize = SIZE - 2 * BORDER;
    let rows = pixels.chunks_exact(SIZE).skip(BORDER).take(SIDE);
    let middle = rows.flat_map(|row| &row[BORDER..][..SIDE]).copied();
    resize(&Radiograph::new(SIDE, SIDE, middle.collect()), SIZE, SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From black at the left to a dark grey at the right, with a bright frame.
    fn film(grey: f32) -> Input {
        let pixels = (0..SIZE * SIZE).map(|at| {
            let (y, x) = (at / SIZE, at % SIZE);
            let frame = y.min(x).min(SIZE - 1 - y).min(SIZE - 1 - x) < 4;
            if frame {
                1.0
            } else {
                grey * x as f32 / SIZE as f32
            }
        });
        Input::new(&Radiograph::new(SIZE, SIZE, pixels.collect()))
    }

    #[test]
    fn films_of_two_exposures_look_alike_once_standardised_equalised_or_normalised_locally() {
        for preparation in [
            Preparation::Standardised,
            Preparation::Equalised,
            Preparation::Local,
        ] {
            let difference = |preparation: Preparation| {
                let [a, b] = [0.4, 0.5].map(|grey| preparation.apply(&film(grey)));
                let differences = a
                    .pixels()
                    .iter()
                    .zip(b.pixels())
                    .map(|(a, b)| (a - b).abs());
                differences.sum::<f32>() / (SIZE * SIZE) as f32
            };
            let (before, after) = (difference(Preparation::None), difference(preparation));
            assert!(after < 0.7 * before, "{preparation:?}: {before} {after}");
        }
    }

    #[test]
    fn an_equalised_film_has_as_many_pixels_of_each_grey() {
        let mut pixels = Preparation::Equalised.apply(&film(0.4)).pixels().to_vec();
        pixels.sort_by(f32::total_cmp);
        for share in [0.1, 0.3, 0.5, 0.7] {
            let at = (share * pixels.len() as f32) as usize;
            assert!((pixels[at] - share).abs() < 0.02, "{share}: {}", pixels[at]);
        }
    }

    #[test]
    fn a_cropped_film_has_no_frame() {
        let cropped = Preparation::Cropped.apply(&film(0.4));
        assert!(cropped.pixels().iter().all(|value| *value < 0.41));
    }
}
