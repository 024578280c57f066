//! Reads films: the whole pipeline from a file to an answer.

use crate::Error;
use crate::input::{Input, SIZE};
use crate::network::weights;
#[cfg(feature = "rare-formats")]
use crate::radiograph::FilmValues;
use crate::radiograph::{Limits, Radiograph};
use crate::reading::heat_map::falls_of_row;
use crate::reading::{Reader, remarks};
use crate::worker::answers::{FilmReading, Model, THUMBNAIL};
use crate::worker::file::{self, NotOpened};
#[cfg(feature = "rare-formats")]
use crate::worker::messages::FullDepth;
use crate::worker::messages::{FromWorker, Pictures, ToWorker};
use crate::worker::serve::{Reply, scope, serve};
use js_sys::{Float32Array, Function, Promise};
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

/// Blank films that are read before the first real one, as a warm-up. A browser compiles quickly at first, and
/// optimises only what runs often: the first readings take several times as long as the later ones.
const WARM_UPS: usize = 12;

/// Answers the page's messages until the page terminates the worker.
pub fn run() {
    let reader = Rc::new(OnceCell::new());
    let mut last = None;
    serve(move |question| answer(&reader, &mut last, question));
}

/// `last` is the network's input for the last film.
fn answer(
    reader: &Rc<OnceCell<Reader>>,
    last: &mut Option<Input>,
    question: ToWorker,
) -> Reply<FromWorker> {
    let answer = match (question, reader.get()) {
        (ToWorker::Weights(file), None) => Ok(prepare(reader, &file.to_vec()).into()),
        (ToWorker::Read { file, side }, Some(reader)) => read(reader, last, &file, side),
        (ToWorker::Changes, Some(reader)) => Ok(changed(reader, last.as_ref()).into()),
        (ToWorker::Pictures { file, side }, Some(_)) => pictures(&file, side),
        (ToWorker::FullDepth(file), Some(_)) => full_depth(&file),
        (ToWorker::Cover { input, row }, Some(reader)) => Ok(cover(reader, &input, row).into()),
        (ToWorker::Weights(_), Some(_)) => wasm_bindgen::throw_str("weights came twice"),
        (_, None) => wasm_bindgen::throw_str("a film came before the weights"),
    };
    answer.unwrap_or_else(|not_opened| {
        match not_opened {
            NotOpened::NeedsAllFormats => FromWorker::NeedsAllFormats,
            NotOpened::Refused(sentence) => FromWorker::Refused(sentence),
        }
        .into()
    })
}

fn prepare(reader: &Rc<OnceCell<Reader>>, file: &[u8]) -> FromWorker {
    match Reader::from_safetensors(file) {
        Ok(prepared) => {
            let model = Model::new(prepared.metadata(), weights::sha256(file));
            reader.get_or_init(|| prepared);
            spawn_local(warm_up(reader.clone()));
            FromWorker::Prepared(Box::new(model))
        }
        Err(Error::Tensors(faults)) => FromWorker::WeightsRefused(faults.sentences()),
        Err(error) => FromWorker::WeightsRefused(vec![error.to_string()]),
    }
}

/// Reads blank films while idle: a film that arrives in the meantime waits for one of them at most.
async fn warm_up(reader: Rc<OnceCell<Reader>>) {
    let blank = Input::new(&Radiograph::new(1, 1, vec![0.0]));
    for _ in 0..WARM_UPS {
        idle().await;
        if let Some(Err(error)) = reader.get().map(|reader| reader.read(&blank)) {
            fault(&error);
        }
    }
}

/// Lets pending messages go first.
async fn idle() {
    let mut begin = |resolve: Function, _| {
        // Fails only for more arguments than there are.
        let _ = scope().set_timeout_with_callback(&resolve);
    };
    let _ = JsFuture::from(Promise::new(&mut begin)).await;
}

// The functions below are never inlined: a browser compiles a function when it is first called, and the weights need
// not wait for the code that reads films.

#[inline(never)]
fn open(file: &Blob) -> Result<Radiograph, NotOpened> {
    let limits = Limits::default();
    let bytes = file::read(file, &limits)?;
    Ok(Radiograph::from_bytes(&bytes, &limits)?)
}

#[inline(never)]
fn read(
    reader: &Reader,
    last: &mut Option<Input>,
    file: &Blob,
    side: Option<u32>,
) -> Result<Reply<FromWorker>, NotOpened> {
    let film = open(file)?;
    let input = Input::new(&film);
    let start = now();
    let answer = reader.read(&input)?;
    let reading = FilmReading {
        inference_ms: now() - start,
        probability: answer.probability,
        unassessable: answer.unassessable,
        remarks: remarks(&film).iter().map(ToString::to_string).collect(),
        width: film.width() as u32,
        height: film.height() as u32,
        thumbnail: Some(input.thumbnail(THUMBNAIL)),
    };
    let pictures = side.map(|side| Pictures::new(&film, &input, side));
    *last = Some(input);
    Ok(Reply {
        transfer: pictures.as_ref().map(Pictures::buffers).unwrap_or_default(),
        answer: FromWorker::Read { reading, pictures },
    })
}

#[inline(never)]
fn pictures(file: &Blob, side: u32) -> Result<Reply<FromWorker>, NotOpened> {
    let film = open(file)?;
    let pictures = Pictures::new(&film, &Input::new(&film), side);
    Ok(Reply {
        transfer: pictures.buffers(),
        answer: FromWorker::Pictures(pictures),
    })
}

#[cfg(feature = "rare-formats")]
fn full_depth(file: &Blob) -> Result<Reply<FromWorker>, NotOpened> {
    let limits = Limits::default();
    let film = FilmValues::from_bytes(&file::read(file, &limits)?, &limits)?;
    let film = FullDepth::new(film);
    let transfer = film.buffers();
    match serde_wasm_bindgen::to_value(&film) {
        Ok(film) => Ok(Reply {
            transfer,
            answer: FromWorker::FullDepth(film),
        }),
        Err(error) => wasm_bindgen::throw_val(error.into()),
    }
}

#[cfg(not(feature = "rare-formats"))]
fn full_depth(_: &Blob) -> Result<Reply<FromWorker>, NotOpened> {
    Err(NotOpened::NeedsAllFormats)
}

#[inline(never)]
fn changed(reader: &Reader, film: Option<&Input>) -> FromWorker {
    let Some(film) = film else {
        wasm_bindgen::throw_str("there is no film to change");
    };
    match reader.read_changed(film) {
        Ok(changed) => FromWorker::Changed(changed),
        Err(error) => fault(&error),
    }
}

#[inline(never)]
fn cover(reader: &Reader, input: &Float32Array, row: u32) -> FromWorker {
    if input.length() as usize != SIZE * SIZE {
        wasm_bindgen::throw_str("a heat map was asked for of no network's input");
    }
    match falls_of_row(reader, &input.to_vec(), row as usize) {
        Ok(falls) => FromWorker::Covered(falls),
        Err(error) => fault(&error),
    }
}

/// Ends the worker because of a bug in this program.
fn fault(error: &Error) -> ! {
    wasm_bindgen::throw_str(&error.to_string())
}

/// Milliseconds since the worker started.
fn now() -> f64 {
    scope().performance().map_or(f64::NAN, |clock| clock.now())
}
