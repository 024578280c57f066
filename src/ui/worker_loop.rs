//! One worker of the `pool`, for as long as the page is open: started, handed one film after the other, and
//! started again when it dies.

use crate::radiograph::{Format, Limits};
use crate::ui::annex::AnnexDoor;
use crate::ui::decoder::{Decode, DecoderProgram};
use crate::ui::room::{Film, FilmState, Label, Room};
use crate::ui::worker_link::{Died, RunningWorker, WorkerLink, WorkerProgram};
use crate::worker::messages::{DecodedFilm, FilmReading, FromWorker, Model, ToWorker};
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
    pub program: Rc<WorkerProgram>,
    /// A worker that waits for its program already.
    pub first_worker: Cell<Option<RunningWorker>>,
    pub weights: Uint8Array,
    pub decoder: Rc<DecoderProgram>,
}

pub type Link = WorkerLink<ToWorker, FromWorker>;

/// Hands one film to the free worker that made it; gives the film back if that worker died meanwhile.
pub type Vacancy = oneshot::Sender<Film>;

/// What a worker tells the pool.
pub enum News {
    /// It has its weights.
    Ready(Arc<Model>),
    /// It waits for a film.
    Free(Vacancy),
    /// It is not ready any more: it died.
    Died,
    /// It is not started any more: why, as a sentence for the visitor.
    GaveUp(String),
}

/// Reads the films that the pool hands over, until the pool ends or starting a worker once more would be no use.
pub async fn keep_working(room: Room, equipment: Rc<Equipment>, pool: mpsc::UnboundedSender<News>) {
    // Fails only when the pool has ended: with its last worker, or for other weights.
    let tell = |news| drop(pool.unbounded_send(news));
    let mut deaths = 0;
    let mut decoder = RareFormats::new(room, &equipment);
    loop {
        let was_ready = match start(&equipment).await {
            Ok(Ok((mut link, model))) => {
                tell(News::Ready(model));
                let Died(reason) =
                    read_films(room, &mut link, &mut decoder, &pool, &mut deaths).await;
                if pool.is_closed() {
                    return;
                }
                leptos::logging::warn!("a worker stopped: {reason}");
                tell(News::Died);
                true
            }
            Ok(Err(weights_refused)) => return tell(News::GaveUp(weights_refused.join(" "))),
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
pub async fn start(equipment: &Equipment) -> Result<Result<(Link, Arc<Model>), Vec<String>>, Died> {
    let mut link = match equipment.first_worker.take() {
        Some(worker) => Link::new(worker, &equipment.program)?,
        None => Link::start(&equipment.program)?,
    };
    let prepared = prepare(&mut link, &equipment.weights).await?;
    Ok(prepared.map(|model| (link, model)))
}

/// Gives a worker its weights; in the inner `Err`, why it can't use them.
pub async fn prepare(
    link: &mut Link,
    weights: &Uint8Array,
) -> Result<Result<Arc<Model>, Vec<String>>, Died> {
    // Not transferred: the next worker needs the same weights.
    let weights = ToWorker::Weights(weights.clone());
    match link.ask(&weights, &Array::new()).await? {
        FromWorker::Prepared(model) => Ok(Ok(Arc::from(model))),
        FromWorker::WeightsRefused(sentences) => Ok(Err(sentences)),
        _ => Err(out_of_turn()),
    }
}

/// Reads one film after the other until the worker dies or the pool ends.
async fn read_films(
    room: Room,
    link: &mut Link,
    decoder: &mut RareFormats,
    pool: &mpsc::UnboundedSender<News>,
    deaths: &mut u32,
) -> Died {
    loop {
        let (vacancy, handed) = oneshot::channel();
        let _ = pool.unbounded_send(News::Free(vacancy));
        // The film first: one that has been handed over must not be lost with the worker.
        let film = match select(handed, pin!(link.next())).await {
            Either::Left((Ok(film), _)) => film,
            Either::Left((Err(_), _)) => return Died("the pool has ended".into()),
            Either::Right((Ok(_), _)) => return out_of_turn(),
            Either::Right((Err(death), _)) => return death,
        };
        let Some(file) = film.file.clone() else {
            continue;
        };
        let again = film.is_answered();
        if !again {
            room.settle(&film, FilmState::Reading);
        }
        let answer = read(link, decoder, &file).await;
        if pool.is_closed() {
            // The film waits for the next pool, which reads it by other weights.
            return Died("the pool has ended".into());
        }
        // Answered or not, the film is done with, so the next start is not the same try again.
        *deaths = 0;
        match answer {
            Ok(result) => {
                let judged = matches!(&result, Ok(reading) if reading.unassessable.is_none());
                finish(room, &film, again, result);
                if judged
                    && !again
                    && let Err(death) = read_changed(room, link, &film).await
                {
                    return death;
                }
            }
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
    decoder: &mut RareFormats,
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
        _ => Err(out_of_turn()),
    }
}

/// Decodes what the worker can't, by what comes with the annex.
struct RareFormats {
    room: Room,
    program: Rc<DecoderProgram>,
    decoder: Option<Box<dyn Decode>>,
}

impl RareFormats {
    fn new(room: Room, equipment: &Equipment) -> Self {
        Self {
            room,
            program: equipment.decoder.clone(),
            decoder: None,
        }
    }

    /// The film in a file, or a sentence for the visitor.
    async fn decode(&mut self, file: ArrayBuffer) -> Result<DecodedFilm, String> {
        let annex = self.room.annex.enter().await.ok_or(AnnexDoor::MISSING)?;
        let decoder = self
            .decoder
            .get_or_insert_with(|| (annex.decoder)(self.program.clone()));
        decoder.decode(file).await
    }
}

/// Reads the film's changed copies. Its answer is there already.
async fn read_changed(room: Room, link: &mut Link, film: &Film) -> Result<(), Died> {
    let changed = match link.ask(&ToWorker::Changes, &Array::new()).await? {
        FromWorker::Changed(changed) => changed,
        _ => return Err(out_of_turn()),
    };
    film.changed.set(changed);
    if untrack(|| room.is_many()) {
        return Ok(());
    }
    if let FilmState::Read(reading) = film.state.get_untracked()
        && room.holds(film)
        && let Some(judgement) = untrack(|| room.terms.judge(reading.probability, &film.changed))
        && let Some(sentence) = judgement.unstable_sentence()
    {
        room.announce(format!("{} is unstable. {sentence}", film.name));
    }
    Ok(())
}

/// Whether the file is of a format that only the decoder reads.
fn is_rare(file: &ArrayBuffer) -> bool {
    let length = file.byte_length().min(Format::HEAD as u32);
    let head = Uint8Array::new_with_byte_offset_and_length(file, 0, length).to_vec();
    Format::of(&head).is_some_and(Format::is_rare)
}

/// Shows and announces how the film ended. One that was read `again` has its answer, and only gets its pictures.
fn finish(room: Room, film: &Film, again: bool, result: Result<FilmReading, String>) {
    let sentence = sentence(room, film, &result);
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
fn sentence(room: Room, film: &Film, result: &Result<FilmReading, String>) -> String {
    match result {
        Ok(reading) => format!("{}: {}", film.name, spoken(room, film, reading)),
        Err(sentence) => format!("{}: no answer. {sentence}", film.name),
    }
}

/// An answer as a sentence.
fn spoken(room: Room, film: &Film, reading: &FilmReading) -> String {
    if let Some(reason) = reading.unassessable {
        return format!("cannot assess: {reason}.");
    }
    let judgement = untrack(|| room.terms.judge(reading.probability, &film.changed));
    let verdict = judgement.map(|judgement| judgement.to_string());
    format!(
        "{}, probability of pneumonia {}{}.",
        verdict.unwrap_or_default(),
        crate::ui::numbers::percent(reading.probability),
        film.label
            .get_untracked()
            .map(|label| format!(", labelled {}", Label::word(label)))
            .unwrap_or_default(),
    )
}

fn out_of_turn() -> Died {
    Died("it answered out of turn".into())
}
