//! What the page and its workers say to each other, one question and one answer at a time. Files go over as the
//! browser's handles to them, and large pictures as buffers that are transferred: neither is copied.

use super::answers::{FilmReading, Model};
use crate::radiograph::Presentation;
use js_sys::{Float32Array, Uint8Array, Uint16Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// From the page to a worker.
#[derive(Serialize, Deserialize)]
pub enum ToWorker {
    /// The network to read with: the bytes of a safetensors file. Comes before any film.
    Weights(#[serde(with = "preserve")] Uint8Array),
    /// A film to read.
    Read {
        #[serde(with = "preserve")]
        file: Blob,
        /// Longer side of the picture to come with the answer, in pixels; without it there are no pictures.
        side: Option<u32>,
    },
    /// The last film is to be read again after each of [`CHANGES`](crate::reading::CHANGES). Asked for when its answer
    /// is there, so that no answer waits for it.
    Changes,
    /// A film that was read before, to be shown.
    Pictures {
        #[serde(with = "preserve")]
        file: Blob,
        /// Longer side, in pixels.
        side: u32,
    },
    /// A film that was read before, to be viewed at its full depth.
    FullDepth(#[serde(with = "preserve")] Blob),
    /// One row of a heat map, from 0.
    Cover {
        /// See [`Pictures::network_input`].
        #[serde(with = "preserve")]
        input: Float32Array,
        row: u32,
    },
}

/// From a worker to the page.
#[derive(Clone, Serialize, Deserialize)]
pub enum FromWorker {
    /// The weights are loaded; films can come.
    Prepared(Box<Model>),
    /// The weights can't be used: why, and what to do, in a sentence or more.
    WeightsRefused(Vec<String>),
    /// The film was read.
    Read {
        reading: FilmReading,
        pictures: Option<Pictures>,
    },
    /// Probabilities of pneumonia of the last film after each change.
    Changed(Vec<f64>),
    Pictures(Pictures),
    /// A [`FullDepth`], which the page opens where it is needed: not all of the page knows it.
    FullDepth(#[serde(with = "preserve")] JsValue),
    /// How much the logit falls under each cover of the row.
    Covered(Vec<f32>),
    /// The file can't be opened: why, and what to do.
    Refused(String),
    /// Only the build for all formats does this: the file is of a rare format, or wanted at full depth.
    NeedsAllFormats,
}

/// What a card shows of a film.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pictures {
    pub film: Grey8,
    /// Exactly what the network sees: see [`Input`](crate::input::Input).
    #[serde(with = "preserve")]
    pub network_input: Float32Array,
}

/// A grey picture outside of the program's memory, which never shrinks.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grey8 {
    pub width: u32,
    pub height: u32,
    /// Row by row, 0 black to 255 white.
    #[serde(with = "preserve")]
    pub grey: Uint8Array,
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
