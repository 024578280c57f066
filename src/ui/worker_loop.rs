//! One worker of the `pool`, for as long as the page is open: started, handed one film after the other, and
//! started again when it dies.

use crate::radiograph::{Format, Limits};
use crate::ui::decoder::{Decoder, DecoderProgram};
use crate::ui::room::{Film, FilmState, Label, Order, Room};
use crate::ui::worker_link::{Died, RunningWorker, WorkerLink, WorkerProgram};
use crate::worker::messages::{FilmReading, FromWorker, ModelName, ToWorker};
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// A worker that dies this often without reading a film between will not do better the next time. Each counts
/// its own deaths: the films that others read meanwhile say nothing of this one, nor do its deaths of them.
const MOST_DEATHS: u32 = 3;

/// Everything that a worker needs, in memory; what few films need may still be on its way.
pub struct Equipment {
    pub program: WorkerProgram,
    /// A worker that waits for its program already.
    pub first_worker: Cell<Option<RunningWorker>>,
    pub weights: Uint8Array,
    pub decoder: Rc<DecoderProgram>,
}

type Link = WorkerLink<ToWorker, FromWorker>;

/// Hands one film to the free worker that made it; gives the film back if that worker died meanwhile.
pub type Vacancy = oneshot::Sender<Order>;

/// What a worker tells the pool.
pub enum News {
    /// It has its weights.
    Ready(ModelName),
    /// It waits for a film.
    Free(Vacancy),
    /// It is not ready any more: it died.
    Died,
    /// It is not started any more: why, as a sentence for the visitor.
    GaveUp(String),
}

/// Reads the films that the pool hands over, until starting a worker once more would be no use.
pub async fn keep_working(room: Room, equipment: Rc<Equipment>, pool: mpsc::UnboundedSender<News>) {
    // Fails only when the pool has ended, which it does with its last worker.
    let tell = |news| drop(pool.unbounded_send(news));
    let mut deaths = 0;
    let mut decoder = Decoder::new(equipment.decoder.clone());
    loop {
        let was_ready = match start(&equipment).await {
            Ok(Ok((mut link, model))) => {
                tell(News::Ready(model));
                let Died(reason) =
                    read_films(room, &mut link, &mut decoder, tell, &mut deaths).await;
                leptos::logging::warn!("a worker stopped: {reason}");
                tell(News::Died);
                true
            }
            Ok(Err(weights_refused)) => return tell(News::GaveUp(weights_refused)),
            Err(Died(reason)) => {
                leptos::logging::warn!("a worker did not start: {reason}");
                false
            }
        };
        deaths += 1;
        if deaths >= MOST_DEATHS {
            return tell(News::GaveUp(
                "The reader stopped several times in a row and was not started again. \
                 Try again; if it goes on, use another browser or computer."
                    .into(),
            ));
        }
        if was_ready {
            room.restarts.update(|restarts| *restarts += 1);
        }
    }
}

/// A worker that has its weights; or, in the inner `Err`, why the weights can't be used.
async fn start(equipment: &Equipment) -> Result<Result<(Link, ModelName), String>, Died> {
    let mut link = match equipment.first_worker.take() {
        Some(worker) => Link::new(worker, &equipment.program)?,
        None => Link::start(&equipment.program)?,
    };
    // Not transferred: the next worker needs the same weights.
    let weights = ToWorker::Weights(equipment.weights.clone());
    match link.ask(&weights, &Array::new()).await? {
        FromWorker::Prepared(model) => Ok(Ok((link, model))),
        FromWorker::WeightsRefused(sentence) => Ok(Err(sentence)),
        other => Err(out_of_turn(&other)),
    }
}

/// Reads one film after the other until the worker dies.
async fn read_films(
    room: Room,
    link: &mut Link,
    decoder: &mut Decoder,
    tell: impl Fn(News),
    deaths: &mut u32,
) -> Died {
    loop {
        let (vacancy, handed) = oneshot::channel();
        tell(News::Free(vacancy));
        // The film first: one that has been handed over must not be lost with the worker.
        let Order { film, file } = match select(handed, pin!(link.next())).await {
            Either::Left((Ok(order), _)) => order,
            Either::Left((Err(_), _)) => return Died("the page is closing".into()),
            Either::Right((Ok(answer), _)) => return out_of_turn(&answer),
            Either::Right((Err(death), _)) => return death,
        };
        let order = Order { film, file };
        let again = order.is_again();
        let Order { film, file } = order;
        if !again {
            room.settle(&film, FilmState::Reading);
        }
        let answer = read(link, decoder, &file).await;
        // Answered or not, the film is done with, so the next start is not the same try again.
        *deaths = 0;
        match answer {
            Ok(result) => finish(room, &film, again, result),
            Err(death) => {
                finish(room, &film, again, Err(Died::ON_A_FILM.into()));
                return death;
            }
        }
    }
}

/// The worker's answer to one film; the inner `Err` is a sentence for the visitor.
async fn read(
    link: &mut Link,
    decoder: &mut Decoder,
    file: &Blob,
) -> Result<Result<FilmReading, String>, Died> {
    // Before the file is read: it may be larger than the memory.
    if let Err(error) = Limits::default().check_bytes(file.size() as u64) {
        return Ok(Err(error.to_string()));
    }
    let Ok(bytes) = JsFuture::from(file.array_buffer()).await else {
        return Ok(Err(
            "The browser could not open this file. If it is a folder, choose the films in it; \
                       otherwise choose the file again."
                .into(),
        ));
    };
    let bytes: ArrayBuffer = bytes.unchecked_into();
    let (question, buffer) = if is_rare(&bytes) {
        match decoder.decode(bytes).await {
            Ok(film) => {
                let buffer = film.pixels.buffer();
                (ToWorker::Decoded(film), buffer)
            }
            Err(sentence) => return Ok(Err(sentence)),
        }
    } else {
        (ToWorker::Film(bytes.clone()), bytes)
    };
    match link.ask(&question, &Array::of1(&buffer)).await? {
        FromWorker::Read(reading) => Ok(Ok(reading)),
        FromWorker::FilmRefused(sentence) => Ok(Err(sentence)),
        other => Err(out_of_turn(&other)),
    }
}

/// Whether the file is of a format that only the decoder reads.
fn is_rare(file: &ArrayBuffer) -> bool {
    let length = file.byte_length().min(Format::HEAD as u32);
    let head = Uint8Array::new_with_byte_offset_and_length(file, 0, length).to_vec();
    Format::of(&head).is_some_and(Format::is_rare)
}

/// Shows and announces how the film ended. One that was read `again` has its answer, and only gets its pictures.
fn finish(room: Room, film: &Film, again: bool, result: Result<FilmReading, String>) {
    let sentence = sentence(film, &result);
    let state = match result {
        Ok(reading) => FilmState::Read(Arc::new(reading)),
        Err(_) if again => return,
        Err(sentence) => FilmState::Failed(sentence),
    };
    if !room.holds(film) {
        return;
    }
    room.settle(film, state);
    let tally = room.tally.get_untracked();
    match (again, untrack(|| room.is_many())) {
        (true, _) => {}
        (false, false) => room.announce(sentence),
        // Nobody can listen to thousands of answers.
        (false, true) if tally.is_milestone() => room.announce(format!(
            "{} of {} films are read.",
            tally.finished,
            tally.total()
        )),
        (false, true) => {}
    }
}

/// What a screen reader says of an answer.
fn sentence(film: &Film, result: &Result<FilmReading, String>) -> String {
    match result {
        Ok(FilmReading {
            unassessable: Some(reason),
            ..
        }) => format!("{}: cannot assess: {reason}.", film.name),
        Ok(reading) => format!(
            "{}: {}, probability of pneumonia {}{}.",
            film.name,
            reading.verdict,
            crate::ui::numbers::percent(reading.probability),
            film.label
                .get_untracked()
                .map(|label| format!(", labelled {}", Label::word(label)))
                .unwrap_or_default(),
        ),
        Err(sentence) => format!("{}: no answer. {sentence}", film.name),
    }
}

fn out_of_turn(answer: &FromWorker) -> Died {
    Died(format!("it said out of turn: {answer:?}"))
}
