//! The messages between the page and its workers, one question and one answer at a time. Files are sent as the
//! browser's handles to them, and large images as transferred buffers: neither is copied.

use super::answers::{FilmReading, Model};
use crate::radiograph::{Presentation, Preview};
use js_sys::{Float32Array, Uint8Array, Uint16Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// From the page to a worker.
#[derive(Serialize, Deserialize)]
pub enum ToWorker {
    /// The network to read with: the bytes of a safetensors file. Must come before any film.
    Weights(#[serde(with = "preserve")] Uint8Array),
    /// A film to read.
    Read {
        #[serde(with = "preserve")]
        file: Blob,
        /// Longer side of the image to return with the answer, in pixels; if `None`, no images are returned.
        side: Option<u32>,
    },
    /// Read the last film again after each of [`CHANGES`](crate::reading::CHANGES). Sent once its answer has arrived,
    /// so that no answer waits for it.
    Changes,
    /// The images of a film that was read before.
    Pictures {
        #[serde(with = "preserve")]
        file: Blob,
        /// Longer side, in pixels.
        side: u32,
    },
    /// A film that was read before, at full bit depth.
    FullDepth(#[serde(with = "preserve")] Blob),
    /// One row of a heat map, counted from 0.
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
    /// The weights are loaded; films can be sent.
    Prepared(Box<Model>),
    /// The weights can't be used: why, and what to do, in one or more sentences.
    WeightsRefused(Vec<String>),
    /// The film was read.
    Read {
        reading: FilmReading,
        pictures: Option<Pictures>,
    },
    /// Probabilities of pneumonia for the last film after each change.
    Changed(Vec<f64>),
    Pictures(Pictures),
    /// A [`FullDepth`], deserialised only where it is needed: the rest of the page does without the code for it.
    FullDepth(#[serde(with = "preserve")] JsValue),
    /// How much the logit falls under each cover of the row.
    Covered(Vec<f32>),
    /// The file can't be opened: why, and what to do.
    Refused(String),
    /// Only the build for all formats can do this: the file has a rare format, or full depth was requested.
    NeedsAllFormats,
}

/// The images on a film's card.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pictures {
    pub film: Grey8,
    /// Exactly the network's input: see [`Input`](crate::input::Input).
    #[serde(with = "preserve")]
    pub network_input: Float32Array,
}

/// A grey image outside the program's wasm memory, which never shrinks.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grey8 {
    pub width: u32,
    pub height: u32,
    /// Row by row, 0 black to 255 white.
    #[serde(with = "preserve")]
    pub grey: Uint8Array,
}

impl From<&Preview> for Grey8 {
    fn from(preview: &Preview) -> Self {
        Self {
            width: preview.width as u32,
            height: preview.height as u32,
            grey: preview.grey.as_slice().into(),
        }
    }
}

/// A film as a viewer needs it: before windowing, and in several sizes.
#[derive(Clone, Serialize, Deserialize)]
pub struct FullDepth {
    /// The film, then each at half the size of the one before.
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
