//! Grey image → network input. There is no other preprocessing.

use crate::radiograph::{Preview, Radiograph, resize, to_grey8};

/// Side of the network's square input, in pixels.
pub const SIZE: usize = 128;

/// The preprocessing, as the weights' metadata describe it.
pub const NORMALISATION: &str =
    "Rec. 709 luma scaled to 0..1, squashed to 128x128 by an anti-aliased triangle filter";

/// The network's input: `SIZE` × `SIZE` grey values from 0 (black) to 1 (white).
///
/// The original network takes three equal channels; [`crate::network`] folds them into this one.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pixels: Vec<f32>,
    film: SourceFilm,
}

/// Properties of the source film that are lost in the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceFilm {
    /// In pixels.
    pub width: usize,
    pub height: usize,
    /// See [`Radiograph::colourfulness`].
    pub colourfulness: f32,
}

impl Input {
    /// Squashes the whole film to a square, as the original did, but with anti-aliasing.
    pub fn new(film: &Radiograph) -> Self {
        Self {
            pixels: resize(film, SIZE, SIZE),
            film: SourceFilm {
                width: film.width(),
                height: film.height(),
                colourfulness: film.colourfulness(),
            },
        }
    }

    /// The input for a film that already has the right size: `SIZE * SIZE` grey values, row by row.
    ///
    /// # Panics
    /// When the number of values differs.
    pub fn from_pixels(pixels: Vec<f32>) -> Self {
        Self::new(&Radiograph::new(SIZE, SIZE, pixels))
    }

    /// A small copy of the film with its own proportions, whose longer side has at most `max_side` pixels, up to
    /// [`SIZE`]. Made from the input: scaling a film of ten megapixels down once more takes longer than the network.
    pub fn thumbnail(&self, max_side: usize) -> Preview {
        let SourceFilm { width, height, .. } = self.film;
        let longer = width.max(height);
        let scaled = |side: usize| (side * max_side.min(longer)).div_ceil(longer);
        let squashed = Radiograph::new(SIZE, SIZE, self.pixels.clone());
        let (width, height) = (scaled(width), scaled(height));
        Preview {
            width,
            height,
            grey: to_grey8(&resize(&squashed, width, height)),
        }
    }

    /// The means of `side` × `side` equal blocks, row by row; `side` must divide [`SIZE`].
    pub fn block_means(&self, side: usize) -> Vec<f32> {
        let block = SIZE / side;
        let mut means = vec![0f32; side * side];
        for (at, value) in self.pixels.iter().enumerate() {
            let (y, x) = (at / SIZE / block, at % SIZE / block);
            means[y * side + x] += value / (block * block) as f32;
        }
        means
    }

    /// The film that this was made from.
    pub fn film(&self) -> SourceFilm {
        self.film
    }

    /// Row by row, `SIZE * SIZE` values.
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbnail_has_the_films_proportions_and_its_grey() {
        let (width, height) = (600, 200);
        let pixels = (0..width * height).map(|at| if at % width < 300 { 0.2 } else { 0.8 });
        let input = Input::new(&Radiograph::new(width, height, pixels.collect()));
        let thumbnail = input.thumbnail(64);
        assert_eq!((thumbnail.width, thumbnail.height), (64, 22));
        assert_eq!((thumbnail.grey[0], thumbnail.grey[63]), (51, 204));
        let tiny = Input::new(&Radiograph::new(3, 2, vec![0.5; 6])).thumbnail(64);
        assert_eq!((tiny.width, tiny.height), (3, 2));
    }
}
