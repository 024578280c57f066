//! Keeps a reader running for as long as the page is open: loads it, hands it one film after the other, and
//! starts it again when it dies.

use crate::radiograph::Limits;
use crate::ui::download::{Progress, download_all};
use crate::ui::room::{Film, FilmState, Label, Order, Phase, Room};
use crate::ui::worker_link::{Event, WorkerLink, WorkerProgram};
use crate::worker::messages::{FilmReading, FromWorker, ModelName, ToWorker};
use futures::StreamExt;
use futures::channel::mpsc::UnboundedReceiver;
use futures::future::{Either, select};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// The worker's script and program as Trunk names them, and the weights.
const FILES: [&str; 3] = ["worker.js", "worker_bg.wasm", "pneumonia-cnn.safetensors"];

/// A film of the largest allowed size takes a slow phone a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A reader that dies this often without reading a film between will not do better the next time.
const MOST_DEATHS: u32 = 3;

/// Everything that a worker needs, in memory.
struct Equipment {
    program: WorkerProgram,
    weights: Uint8Array,
}

/// The worker died: why.
struct Died(String);

/// Runs for as long as the page is open.
pub async fn keep_reading(
    room: Room,
    mut orders: UnboundedReceiver<Order>,
    mut retries: UnboundedReceiver<()>,
) {
    loop {
        let failure = match load(room).await {
            Ok(equipment) => serve(room, &equipment, &mut orders).await,
            Err(sentence) => sentence,
        };
        room.phase.set(Phase::Failed(failure));
        if retries.next().await.is_none() {
            return;
        }
    }
}

async fn load(room: Room) -> Result<Equipment, String> {
    let show = |Progress { loaded, total }| room.phase.set(Phase::Loading { loaded, total });
    show(Progress::default());
    let files = download_all(&FILES, show)
        .await
        .map_err(|error| error.to_string())?;
    room.phase.set(Phase::Starting);
    let [script, wasm, weights] = files.as_slice() else {
        return Err("The page's files did not all arrive. Try again.".into());
    };
    let program = WorkerProgram::new(script, wasm).await.map_err(|error| {
        leptos::logging::error!("the worker's program cannot be used: {error:?}");
        "The program that reads films is damaged. Try again later.".to_string()
    })?;
    Ok(Equipment {
        program,
        weights: weights.clone(),
    })
}

/// Reads films until that is no use any more, and says why not.
async fn serve(room: Room, equipment: &Equipment, orders: &mut UnboundedReceiver<Order>) -> String {
    let mut deaths = 0;
    loop {
        match start(equipment).await {
            Ok(Ok((mut link, model))) => {
                room.phase.set(Phase::Ready(model));
                let Died(reason) = read_films(room, &mut link, orders, &mut deaths).await;
                leptos::logging::warn!("the reader stopped: {reason}");
                room.restarts.update(|restarts| *restarts += 1);
            }
            Ok(Err(weights_refused)) => return weights_refused,
            Err(Died(reason)) => leptos::logging::warn!("the reader did not start: {reason}"),
        }
        deaths += 1;
        if deaths >= MOST_DEATHS {
            return "The reader stopped several times in a row and was not started again. \
                    Try again; if it goes on, use another browser or computer."
                .into();
        }
        room.phase.set(Phase::Starting);
    }
}

/// A worker that has its weights; or, in the inner `Err`, why the weights can't be used.
async fn start(equipment: &Equipment) -> Result<Result<(WorkerLink, ModelName), String>, Died> {
    let mut link = WorkerLink::start(&equipment.program).map_err(died)?;
    match link.next_within(PATIENCE).await {
        Event::Said(FromWorker::Started) => {}
        event => return Err(unexpected(event)),
    }
    // Not transferred: the next worker may need the same weights.
    link.say(&ToWorker::Weights(equipment.weights.clone()), &Array::new())
        .map_err(died)?;
    match link.next_within(PATIENCE).await {
        Event::Said(FromWorker::Prepared(model)) => Ok(Ok((link, model))),
        Event::Said(FromWorker::WeightsRefused(sentence)) => Ok(Err(sentence)),
        event => Err(unexpected(event)),
    }
}

/// Reads one film after the other until the worker dies.
async fn read_films(
    room: Room,
    link: &mut WorkerLink,
    orders: &mut UnboundedReceiver<Order>,
    deaths: &mut u32,
) -> Died {
    loop {
        let order = match select(pin!(link.next()), orders.next()).await {
            Either::Left((event, _)) => return unexpected(event),
            Either::Right((Some(order), _)) => order,
            Either::Right((None, _)) => return Died("the page is closing".into()),
        };
        if !room.holds(&order.film) {
            continue;
        }
        order.film.state.set(FilmState::Reading);
        match read(link, &order.file).await {
            Ok(result) => {
                *deaths = 0;
                finish(room, &order.film, result);
            }
            Err(death) => {
                // The film is done with, so the next start is not the same try again.
                *deaths = 0;
                let sentence = "The reader stopped on this film, so there is no answer for it. \
                                Save it as an ordinary PNG and choose that.";
                finish(room, &order.film, Err(sentence.into()));
                return death;
            }
        }
    }
}

/// The worker's answer to one film; the inner `Err` is a sentence for the visitor.
async fn read(link: &mut WorkerLink, file: &Blob) -> Result<Result<FilmReading, String>, Died> {
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
    link.say(&ToWorker::Film(bytes.clone()), &Array::of1(&bytes))
        .map_err(died)?;
    match link.next_within(PATIENCE).await {
        Event::Said(FromWorker::Read(reading)) => Ok(Ok(reading)),
        Event::Said(FromWorker::FilmRefused(sentence)) => Ok(Err(sentence)),
        event => Err(unexpected(event)),
    }
}

/// Shows and announces how the film ended.
fn finish(room: Room, film: &Film, result: Result<FilmReading, String>) {
    if !room.holds(film) {
        return;
    }
    room.announce(match &result {
        Ok(reading) => format!(
            "{}: {}, probability of pneumonia {}{}.",
            film.name,
            reading.verdict,
            crate::ui::numbers::percent(reading.probability),
            film.label
                .map(|label| format!(", labelled {}", Label::word(label)))
                .unwrap_or_default(),
        ),
        Err(sentence) => format!("{}: no answer. {sentence}", film.name),
    });
    film.state.set(match result {
        Ok(reading) => FilmState::Read(Arc::new(reading)),
        Err(sentence) => FilmState::Failed(sentence),
    });
}

fn died(error: JsValue) -> Died {
    Died(format!("{error:?}"))
}

fn unexpected(event: Event) -> Died {
    match event {
        Event::Died(reason) => Died(reason),
        Event::Said(message) => Died(format!("it said out of turn: {message:?}")),
    }
}
