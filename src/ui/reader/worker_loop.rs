//! One worker of the `pool`, for as long as the page is open: started, handed one film after the other, and
//! started again when it dies.

use super::ReaderContext;
use crate::page::film::{FilmState, Label};
use crate::page::numbers;
use crate::radiograph::{Format, Limits};
use crate::ui::deferred::Deferred;
use crate::ui::films::Film;
use crate::ui::workers::{Decode, DecoderProgram, Died, ReaderLink, WorkerResources, out_of_turn};
use crate::worker::answers::{FilmReading, Model};
use crate::worker::messages::{DecodedFilm, FromWorker, ToWorker};
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// A worker that dies this often without reading a film between will not do better the next time. Each counts
/// its own deaths: the films that others read meanwhile say nothing of this one, nor do its deaths of them.
const MOST_DEATHS: u32 = 3;

/// Hands one film to the free worker that made it; gives the film back if that worker died meanwhile.
pub type FreeWorker = oneshot::Sender<Film>;

/// What a worker tells the pool.
pub enum WorkerEvent {
    /// It has its weights.
    Ready(Arc<Model>),
    /// It waits for a film.
    Free(FreeWorker),
    /// It is not ready any more: it died.
    Died,
    /// It is not started any more: why, as a sentence for the visitor.
    GaveUp(String),
}

/// Reads the films that the pool hands over, until the pool ends or starting a worker once more would be no use.
pub async fn keep_working(
    context: ReaderContext,
    resources: Rc<WorkerResources>,
    pool: mpsc::UnboundedSender<WorkerEvent>,
) {
    // Fails only when the pool has ended: with its last worker, or for other weights.
    let tell = |event| drop(pool.unbounded_send(event));
    let mut deaths = 0;
    let mut decoder = RareFormats::new(context.deferred, &resources);
    loop {
        let was_ready = match resources.start().await {
            Ok(Ok((mut link, model))) => {
                tell(WorkerEvent::Ready(model));
                let Died(reason) =
                    read_films(context, &mut link, &mut decoder, &pool, &mut deaths).await;
                if pool.is_closed() {
                    return;
                }
                leptos::logging::warn!("a worker stopped: {reason}");
                tell(WorkerEvent::Died);
                true
            }
            Ok(Err(weights_refused)) => {
                return tell(WorkerEvent::GaveUp(weights_refused.join(" ")));
            }
            Err(Died(reason)) => {
                leptos::logging::warn!("a worker did not start: {reason}");
                false
            }
        };
        deaths += 1;
        if deaths >= MOST_DEATHS {
            return tell(WorkerEvent::GaveUp(
                "The reader stopped several times in a row and was not started again. \
                 Try again; if it goes on, use another browser or computer."
                    .into(),
            ));
        }
        if was_ready {
            context.service.restarts.update(|restarts| *restarts += 1);
        }
    }
}

/// Reads one film after the other until the worker dies or the pool ends.
async fn read_films(
    context: ReaderContext,
    link: &mut ReaderLink,
    decoder: &mut RareFormats,
    pool: &mpsc::UnboundedSender<WorkerEvent>,
    deaths: &mut u32,
) -> Died {
    loop {
        let (free, handed) = oneshot::channel();
        let _ = pool.unbounded_send(WorkerEvent::Free(free));
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
            context.films.set_state(&film, FilmState::Reading);
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
                finish(context, &film, again, result);
                if judged
                    && !again
                    && let Err(death) = read_changed(context, link, &film).await
                {
                    return death;
                }
            }
            Err(death) => {
                finish(context, &film, again, Err(Died::ON_A_FILM.into()));
                return death;
            }
        }
    }
}

/// The worker's answer to one film; the inner `Err` is a sentence for the visitor.
async fn read(
    link: &mut ReaderLink,
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

/// Decodes what the worker can't, by what comes with the deferred parts.
struct RareFormats {
    deferred: Deferred,
    program: Rc<DecoderProgram>,
    decoder: Option<Box<dyn Decode>>,
}

impl RareFormats {
    fn new(deferred: Deferred, resources: &WorkerResources) -> Self {
        Self {
            deferred,
            program: resources.decoder.clone(),
            decoder: None,
        }
    }

    /// The film in a file, or a sentence for the visitor.
    async fn decode(&mut self, file: ArrayBuffer) -> Result<DecodedFilm, String> {
        let parts = self.deferred.load().await.ok_or(Deferred::MISSING)?;
        let decoder = self
            .decoder
            .get_or_insert_with(|| (parts.decoder)(self.program.clone()));
        decoder.decode(file).await
    }
}

/// Reads the film's changed copies. Its answer is there already.
async fn read_changed(
    context: ReaderContext,
    link: &mut ReaderLink,
    film: &Film,
) -> Result<(), Died> {
    let ReaderContext {
        films,
        preferences,
        announcer,
        ..
    } = context;
    let changed = match link.ask(&ToWorker::Changes, &Array::new()).await? {
        FromWorker::Changed(changed) => changed,
        _ => return Err(out_of_turn()),
    };
    film.changed.set(changed);
    if untrack(|| films.is_many()) {
        return Ok(());
    }
    if let FilmState::Read(reading) = film.state.get_untracked()
        && films.holds(film)
        && let Some(judgement) = untrack(|| preferences.judge(reading.probability, &film.changed))
        && let Some(sentence) = judgement.unstable_sentence()
    {
        announcer.say(format!("{} is unstable. {sentence}", film.name));
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
fn finish(context: ReaderContext, film: &Film, again: bool, result: Result<FilmReading, String>) {
    let ReaderContext {
        films, announcer, ..
    } = context;
    let sentence = sentence(context, film, &result);
    let state = match result {
        Ok(reading) => FilmState::Read(Arc::new(reading)),
        Err(_) if again => return,
        Err(sentence) => FilmState::Failed(sentence),
    };
    if !films.holds(film) {
        return;
    }
    films.set_state(film, state);
    let tally = films.tally.get_untracked();
    match (again, untrack(|| films.is_many())) {
        (true, _) => {}
        (false, false) => announcer.say(sentence),
        // Nobody can listen to thousands of answers.
        (false, true) if tally.is_milestone() => announcer.say(format!(
            "{} of {} films are read.",
            tally.finished,
            tally.total()
        )),
        (false, true) => {}
    }
}

/// What a screen reader says of an answer.
fn sentence(context: ReaderContext, film: &Film, result: &Result<FilmReading, String>) -> String {
    match result {
        Ok(reading) => format!("{}: {}", film.name, spoken(context, film, reading)),
        Err(sentence) => format!("{}: no answer. {sentence}", film.name),
    }
}

/// An answer as a sentence.
fn spoken(context: ReaderContext, film: &Film, reading: &FilmReading) -> String {
    if let Some(reason) = reading.unassessable {
        return format!("cannot assess: {reason}.");
    }
    let judgement = untrack(|| {
        context
            .preferences
            .judge(reading.probability, &film.changed)
    });
    let verdict = judgement.map(|judgement| judgement.to_string());
    format!(
        "{}, probability of pneumonia {}{}.",
        verdict.unwrap_or_default(),
        numbers::percent(reading.probability),
        film.label
            .get_untracked()
            .map(|label| format!(", labelled {}", Label::word(label)))
            .unwrap_or_default(),
    )
}
