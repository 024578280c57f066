//! What the page and the worker say to each other, one question and one answer at a time.

use crate::reading::Verdict;
use js_sys::{ArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// The network to read with: the bytes of a safetensors file. Comes before any film.
    Weights(#[serde(with = "preserve")] Uint8Array),
    /// A film to read: the bytes of the file.
    Film(#[serde(with = "preserve")] ArrayBuffer),
}

/// From the worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The program runs and waits for weights.
    Started,
    /// The weights are loaded; films can come.
    Prepared(ModelName),
    /// The weights can't be used: why, and what to do.
    WeightsRefused(String),
    /// The film was read.
    Read(FilmReading),
    /// The film can't be read: why, and what to do.
    FilmRefused(String),
}

/// Which network gives the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelName {
    pub name: String,
    pub version: String,
}

/// The worker's answer to a film.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FilmReading {
    /// Probability of pneumonia, 0 to 1.
    pub probability: f64,
    /// The probability from which on the verdict is pneumonia.
    pub threshold: f64,
    pub verdict: Verdict,
    /// How long the network took, in milliseconds, without decoding and resizing.
    pub inference_ms: f64,
    /// Size of the film in pixels, as it is in the file.
    pub width: u32,
    pub height: u32,
    /// The film, scaled down for display.
    pub picture: GreyPicture,
    /// What the network saw.
    pub network_input: GreyPicture,
}

/// Grey values of 0 (black) to 255 (white), row by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GreyPicture {
    pub width: u32,
    pub height: u32,
    #[serde(with = "serde_bytes")]
    pub grey: Vec<u8>,
}
