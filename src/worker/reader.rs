//! Reads films: the whole way from file bytes to an answer.

use crate::Error;
use crate::input::{Input, SIZE};
use crate::network::weights;
use crate::radiograph::{Limits, Radiograph, to_grey8};
use crate::reading::heat_map::falls_of_row;
use crate::reading::{Reader, remarks};
use crate::worker::answers::{FilmReading, GreyPicture, Model};
use crate::worker::messages::{FromWorker, ToWorker};
use crate::worker::serve::{scope, serve};
use js_sys::{ArrayBuffer, Function, Promise, Uint8Array};
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Longer side of the picture that goes to the page, in pixels: sharp on a card twice as dense as CSS pixels.
const PICTURE_SIDE: usize = 1024;

/// Blank films that are read before the first real one. A browser compiles quickly at first, and compiles well only
/// what has run often: the first readings take several times as long as the later ones.
const REHEARSALS: usize = 12;

/// Answers the page's messages until the page ends the worker.
pub fn run() {
    let reader = Rc::new(OnceCell::new());
    let mut last = None;
    serve(move |question| answer(&reader, &mut last, question).into());
}

/// `last` is what the network saw of the last film.
fn answer(
    reader: &Rc<OnceCell<Reader>>,
    last: &mut Option<Input>,
    question: ToWorker,
) -> FromWorker {
    match (question, reader.get()) {
        (ToWorker::Weights(file), None) => prepare(reader, &file.to_vec()),
        (ToWorker::Film(file), Some(reader)) => reading(reader, last, open(&file)),
        (ToWorker::Decoded(film), Some(reader)) => reading(reader, last, Ok(film.into())),
        (ToWorker::Changes, Some(reader)) => changed(reader, last.as_ref()),
        (ToWorker::Cover { input, row }, Some(reader)) => cover(reader, input, row),
        (ToWorker::Weights(_), Some(_)) => wasm_bindgen::throw_str("weights came twice"),
        (_, None) => wasm_bindgen::throw_str("a film came before the weights"),
    }
}

fn prepare(reader: &Rc<OnceCell<Reader>>, file: &[u8]) -> FromWorker {
    match Reader::from_safetensors(file) {
        Ok(prepared) => {
            let model = Model::new(prepared.metadata(), weights::sha256(file));
            reader.get_or_init(|| prepared);
            spawn_local(rehearse(reader.clone()));
            FromWorker::Prepared(Box::new(model))
        }
        Err(Error::Tensors(faults)) => FromWorker::WeightsRefused(faults.sentences()),
        Err(error) => FromWorker::WeightsRefused(vec![error.to_string()]),
    }
}

/// Reads blank films while there is nothing else to do: a film that comes meanwhile waits for one of them at most.
async fn rehearse(reader: Rc<OnceCell<Reader>>) {
    let blank = Input::new(&Radiograph::new(1, 1, vec![0.0]));
    for _ in 0..REHEARSALS {
        idle().await;
        if let Some(Err(error)) = reader.get().map(|reader| reader.read(&blank)) {
            wasm_bindgen::throw_str(&error.to_string());
        }
    }
}

/// Lets the messages that have come go first.
async fn idle() {
    let mut begin = |resolve: Function, _| {
        // Fails only for more arguments than there are.
        let _ = scope().set_timeout_with_callback(&resolve);
    };
    let _ = JsFuture::from(Promise::new(&mut begin)).await;
}

// Never inlined: a browser compiles a function when it is first called, and weights need not wait for all that a film
// needs.
#[inline(never)]
fn open(file: &ArrayBuffer) -> crate::Result<Radiograph> {
    Radiograph::from_bytes(&Uint8Array::new(file).to_vec(), &Limits::default())
}

#[inline(never)]
fn reading(
    reader: &Reader,
    last: &mut Option<Input>,
    film: crate::Result<Radiograph>,
) -> FromWorker {
    match film.and_then(|film| read(reader, last, &film)) {
        Ok(reading) => FromWorker::Read(reading),
        Err(error) => FromWorker::FilmRefused(error.to_string()),
    }
}

#[inline(never)]
fn changed(reader: &Reader, film: Option<&Input>) -> FromWorker {
    let Some(film) = film else {
        wasm_bindgen::throw_str("there is no film to change");
    };
    match reader.read_changed(film) {
        Ok(changed) => FromWorker::Changed(changed),
        Err(error) => wasm_bindgen::throw_str(&error.to_string()),
    }
}

fn cover(reader: &Reader, input: GreyPicture, row: u32) -> FromWorker {
    let GreyPicture {
        width,
        height,
        grey,
    } = input;
    let pixels = grey.iter().map(|&grey| f32::from(grey) / 255.0).collect();
    let film = Radiograph::new(width as usize, height as usize, pixels);
    match falls_of_row(reader, &Input::new(&film), row as usize) {
        Ok(falls) => FromWorker::Covered(falls),
        Err(error) => wasm_bindgen::throw_str(&error.to_string()),
    }
}

fn read(
    reader: &Reader,
    last: &mut Option<Input>,
    film: &Radiograph,
) -> crate::Result<FilmReading> {
    let input = Input::new(film);
    let start = now();
    let reading = reader.read(&input)?;
    let inference_ms = now() - start;
    let reading = FilmReading {
        probability: reading.probability,
        unassessable: reading.unassessable,
        remarks: remarks(film).iter().map(ToString::to_string).collect(),
        inference_ms,
        width: film.width() as u32,
        height: film.height() as u32,
        picture: picture(film),
        network_input: network_input(&input),
    };
    *last = Some(input);
    Ok(reading)
}

/// Milliseconds since the worker began.
fn now() -> f64 {
    scope().performance().map_or(f64::NAN, |clock| clock.now())
}

fn picture(film: &Radiograph) -> GreyPicture {
    let preview = film.preview(PICTURE_SIDE);
    GreyPicture {
        width: preview.width as u32,
        height: preview.height as u32,
        grey: preview.grey,
    }
}

fn network_input(input: &Input) -> GreyPicture {
    GreyPicture {
        width: SIZE as u32,
        height: SIZE as u32,
        grey: to_grey8(input.pixels()),
    }
}
