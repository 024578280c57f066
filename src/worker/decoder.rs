//! Opens the films that are neither PNG nor JPEG, and all films at their full depth. A program of its own, so that no
//! first visit waits for decoders that few films need.

use crate::radiograph::{FilmValues, Limits, Radiograph};
use crate::worker::messages::{DecodedFilm, FromDecoder, FullDepth, Samples, ToDecoder};
use crate::worker::serve::{Reply, serve};
use js_sys::{Array, ArrayBuffer, Uint8Array};

/// Longer side of the smallest size that a film is sent in for viewing, or a little more: a stage is hardly smaller.
const SMALLEST: usize = 256;

/// Answers the page's messages until the page ends the worker.
pub fn run() {
    serve(|question| {
        let reply = match question {
            ToDecoder::Film(file) => film(&file),
            ToDecoder::FullDepth(file) => full_depth(&file),
        };
        reply.unwrap_or_else(|error| FromDecoder::Refused(error.to_string()).into())
    });
}

fn film(file: &ArrayBuffer) -> crate::Result<Reply<FromDecoder>> {
    let film = Radiograph::from_bytes(&Uint8Array::new(file).to_vec(), &Limits::default())?;
    let film = DecodedFilm::from(&film);
    Ok(Reply {
        transfer: Array::of1(&film.pixels.buffer()),
        answer: FromDecoder::Decoded(film),
    })
}

fn full_depth(file: &ArrayBuffer) -> crate::Result<Reply<FromDecoder>> {
    let film = FilmValues::from_bytes(&Uint8Array::new(file).to_vec(), &Limits::default())?;
    let transfer = Array::new();
    let mut sizes = Vec::new();
    let mut next = Some((film.width, film.height, film.samples));
    while let Some((width, height, samples)) = next {
        let sent = Samples {
            width: width as u32,
            height: height as u32,
            samples: samples.as_slice().into(),
        };
        transfer.push(&sent.samples.buffer());
        sizes.push(sent);
        next = (width.max(height) > SMALLEST)
            .then(|| FilmValues::halved(width, height, &samples))
            .flatten();
    }
    Ok(Reply {
        transfer,
        answer: FromDecoder::FullDepth(FullDepth {
            sizes,
            presentation: film.presentation,
        }),
    })
}
