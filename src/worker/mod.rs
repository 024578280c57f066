//! The worker: runs the way from file bytes to reading off the page's main thread, so that the page never
//! blocks. Questions come from, and answers go to, `ui::reader`.

pub mod messages;

use crate::input::{Input, SIZE};
use crate::radiograph::{Limits, Radiograph, to_grey8};
use crate::reading::Reader;
use js_sys::{ArrayBuffer, Uint8Array};
use messages::{FilmReading, FromWorker, GreyPicture, ModelName, ToWorker};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Longer side of the picture that goes to the page, in pixels: sharp on a card twice as dense as CSS pixels.
const PICTURE_SIDE: usize = 1024;

/// Answers the page's messages until the page ends the worker.
pub fn run() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut reader = None;
    let answering_scope = scope.clone();
    // Not async: an error thrown inside a promise would not reach the page as the worker's `error` event.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let answer = match serde_wasm_bindgen::from_value(event.data()) {
            Ok(message) => answer(&mut reader, message, &answering_scope),
            Err(error) => wasm_bindgen::throw_str(&format!("a message that is none: {error}")),
        };
        send(&answering_scope, &answer);
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    send(&scope, &FromWorker::Started);
}

/// A message that cannot be sent ends the worker by an exception; the page sees that and starts another.
fn send(scope: &DedicatedWorkerGlobalScope, message: &FromWorker) {
    match serde_wasm_bindgen::to_value(message) {
        Ok(value) => scope
            .post_message(&value)
            .unwrap_or_else(|error| wasm_bindgen::throw_val(error)),
        Err(error) => wasm_bindgen::throw_val(error.into()),
    }
}

fn answer(
    reader: &mut Option<Reader>,
    message: ToWorker,
    scope: &DedicatedWorkerGlobalScope,
) -> FromWorker {
    match (message, reader) {
        (ToWorker::Weights(file), reader) => match prepare(&file) {
            Ok((prepared, model)) => {
                *reader = Some(prepared);
                FromWorker::Prepared(model)
            }
            Err(error) => FromWorker::WeightsRefused(error.to_string()),
        },
        (ToWorker::Film(file), Some(reader)) => match read(reader, &file, scope) {
            Ok(reading) => FromWorker::Read(reading),
            Err(error) => FromWorker::FilmRefused(error.to_string()),
        },
        (ToWorker::Film(_), None) => wasm_bindgen::throw_str("a film came before the weights"),
    }
}

fn prepare(file: &Uint8Array) -> crate::Result<(Reader, ModelName)> {
    let reader = Reader::from_safetensors(&file.to_vec())?;
    // The browser compiles what runs: do that before a visitor waits for it.
    reader.read(&Input::new(&Radiograph::new(1, 1, vec![0.0])))?;
    let model = ModelName {
        name: reader.metadata().name.clone(),
        version: reader.metadata().version.clone(),
    };
    Ok((reader, model))
}

fn read(
    reader: &Reader,
    file: &ArrayBuffer,
    scope: &DedicatedWorkerGlobalScope,
) -> crate::Result<FilmReading> {
    let film = Radiograph::from_bytes(&Uint8Array::new(file).to_vec(), &Limits::default())?;
    let input = Input::new(&film);
    let start = now(scope);
    let reading = reader.read(&input)?;
    let inference_ms = now(scope) - start;
    Ok(FilmReading {
        probability: reading.probability,
        threshold: reading.threshold,
        verdict: reading.verdict,
        inference_ms,
        width: film.width() as u32,
        height: film.height() as u32,
        picture: picture(&film),
        network_input: network_input(&input),
    })
}

/// Milliseconds since the worker began.
fn now(scope: &DedicatedWorkerGlobalScope) -> f64 {
    scope.performance().map_or(f64::NAN, |clock| clock.now())
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
