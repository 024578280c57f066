//! Opens the films that are neither PNG nor JPEG. A program of its own, so that no first visit waits for decoders
//! that few films need.

use crate::radiograph::{Limits, Radiograph};
use crate::worker::messages::{DecodedFilm, FromDecoder, ToDecoder};
use crate::worker::{Reply, serve};
use js_sys::{Array, Uint8Array};

/// Answers the page's messages until the page ends the worker.
pub fn run() {
    serve(|ToDecoder(file)| {
        let bytes = Uint8Array::new(&file).to_vec();
        match Radiograph::from_bytes(&bytes, &Limits::default()) {
            Ok(film) => {
                let film = DecodedFilm::from(&film);
                Reply {
                    transfer: Array::of1(&film.pixels.buffer()),
                    answer: FromDecoder::Decoded(film),
                }
            }
            Err(error) => FromDecoder::Refused(error.to_string()).into(),
        }
    });
}
