//! Grey image → network input. There is no other preprocessing.

use crate::radiograph::{Radiograph, resize};

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
