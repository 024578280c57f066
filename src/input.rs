//! A grey picture → what the network sees. There is no other preprocessing.

use crate::radiograph::{Radiograph, resize};

/// Side of the network's square input, in pixels.
pub const SIZE: usize = 128;

/// How a film becomes the network's input, for the weights' metadata.
pub const NORMALISATION: &str =
    "Rec. 709 luma scaled to 0..1, squashed to 128x128 by an anti-aliased triangle filter";

/// The network's input: `SIZE` × `SIZE` grey values of 0 (black) to 1 (white).
///
/// The original network takes three equal channels; [`crate::network`] folds them into this one.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pixels: Vec<f32>,
    film: SourceFilm,
}

/// What the input does not show any more of the film that it was made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceFilm {
    /// In pixels.
    pub width: usize,
    pub height: usize,
    /// See [`Radiograph::colourfulness`].
    pub colourfulness: f32,
}

impl Input {
    /// Squashes the whole film to a square, as the original did, but averages where it shrinks.
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

    /// An input whose film has its size: `SIZE * SIZE` grey values, row by row.
    ///
    /// # Panics
    /// When there are not as many.
    pub fn from_pixels(pixels: Vec<f32>) -> Self {
        Self::new(&Radiograph::new(SIZE, SIZE, pixels))
    }

    /// The means of `side` × `side` equal blocks, row by row; `side` divides [`SIZE`].
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
