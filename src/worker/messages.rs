//! What the page and its workers say to each other, one question and one answer at a time.

use super::answers::{FilmReading, GreyPicture, Model};
use crate::radiograph::{Header, Presentation, Radiograph};
use js_sys::{ArrayBuffer, Float32Array, Uint8Array, Uint16Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;

/// From the page to a worker that reads.
#[derive(Serialize, Deserialize)]
pub enum ToWorker {
    /// The network to read with: the bytes of a safetensors file. Comes before any film.
    Weights(#[serde(with = "preserve")] Uint8Array),
    /// A film to read: the bytes of a file of a format that is not rare.
    Film(#[serde(with = "preserve")] ArrayBuffer),
    /// A film to read that the decoder has decoded.
    Decoded(DecodedFilm),
    /// The last film is to be read again after each of [`CHANGES`](crate::reading::CHANGES). Asked for when its answer
    /// is there, so that no answer waits for it.
    Changes,
    /// One row of a heat map, from 0, of what the network saw.
    Cover { input: GreyPicture, row: u32 },
}

/// From a worker that reads.
#[derive(Clone, Serialize, Deserialize)]
pub enum FromWorker {
    /// The weights are loaded; films can come.
    Prepared(Box<Model>),
    /// The weights can't be used: why, and what to do, in a sentence or more.
    WeightsRefused(Vec<String>),
    /// The film was read.
    Read(FilmReading),
    /// The film can't be read: why, and what to do.
    FilmRefused(String),
    /// Probabilities of pneumonia of the last film after each change.
    Changed(Vec<f64>),
    /// How much the logit falls under each cover of the row.
    Covered(Vec<f32>),
}

/// From the page to a decoder.
#[derive(Serialize, Deserialize)]
pub enum ToDecoder {
    /// A film to read: the bytes of a file of a rare format.
    Film(#[serde(with = "preserve")] ArrayBuffer),
    /// A film to view at its full depth: the bytes of a file of any format.
    FullDepth(#[serde(with = "preserve")] ArrayBuffer),
}

/// From a decoder.
#[derive(Clone, Serialize, Deserialize)]
pub enum FromDecoder {
    Decoded(DecodedFilm),
    FullDepth(FullDepth),
    /// The file can't be decoded: why, and what to do.
    Refused(String),
}

/// A film at its full size.
#[derive(Clone, Serialize, Deserialize)]
pub struct DecodedFilm {
    pub width: u32,
    pub height: u32,
    /// Grey values row by row, 0 black to 1 white.
    #[serde(with = "preserve")]
    pub pixels: Float32Array,
    /// Of the picture before it was grey.
    pub colourfulness: f32,
    pub header: Header,
}

/// A film as a viewer needs it: before any window, and in several sizes.
#[derive(Clone, Serialize, Deserialize)]
pub struct FullDepth {
    /// The film, and each time half of the one before.
    pub sizes: Vec<Samples>,
    pub presentation: Presentation,
}

/// Samples, row by row.
#[derive(Clone, Serialize, Deserialize)]
pub struct Samples {
    pub width: u32,
    pub height: u32,
    #[serde(with = "preserve")]
    pub samples: Uint16Array,
}

impl From<&Radiograph> for DecodedFilm {
    fn from(film: &Radiograph) -> Self {
        Self {
            width: film.width() as u32,
            height: film.height() as u32,
            pixels: film.pixels().into(),
            colourfulness: film.colourfulness(),
            header: film.header().clone(),
        }
    }
}

impl From<DecodedFilm> for Radiograph {
    fn from(film: DecodedFilm) -> Self {
        Self::new(
            film.width as usize,
            film.height as usize,
            film.pixels.to_vec(),
        )
        .with_colourfulness(film.colourfulness)
        .with_header(film.header)
    }
}
