//! What the pool hands to its workers, and what they tell it.

use crate::page::film::FilmState;
use crate::ui::films::{Film, FilmStore};
use crate::worker::answers::Model;
use futures::channel::{mpsc, oneshot};
use js_sys::Float32Array;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// Work for one worker.
pub enum Task {
    /// Reads a film.
    Read(Film),
    /// Gets the pictures of a film that was already read, for a card that shows it.
    Show(Film),
    /// Gets a film at full depth, as in [`FromWorker::FullDepth`](crate::worker::messages::FromWorker), or why that
    /// failed.
    FullDepth(Blob, oneshot::Sender<Result<JsValue, String>>),
    /// Makes a heat map of the network's input, row by row. If it ends early, it was stopped.
    HeatMap(Float32Array, mpsc::UnboundedSender<Vec<f32>>),
}

impl Task {
    /// Whether the visitor is waiting to see the result: then it must not queue behind thousands of films.
    pub fn is_urgent(&self) -> bool {
        !matches!(self, Self::Read(_))
    }

    /// Whether the result is still wanted.
    pub fn is_wanted(&self, films: FilmStore) -> bool {
        match self {
            Self::Read(film) => {
                let state = &film.state;
                let unread = state.with_untracked(|state| matches!(state, FilmState::Waiting));
                films.holds(film) && unread
            }
            Self::Show(film) => films.holds(film) && film.lacks_pictures(),
            Self::FullDepth(_, answer) => !answer.is_canceled(),
            Self::HeatMap(_, rows) => !rows.is_closed(),
        }
    }
}

/// Hands one task to the free worker that created it; returns the task if that worker has died in the meantime.
pub type FreeWorker = oneshot::Sender<Task>;

/// What a worker tells the pool.
pub enum WorkerEvent {
    /// It has its weights.
    Ready(Arc<Model>),
    /// It is waiting for a task.
    Free(FreeWorker),
    /// It died, so it is no longer ready.
    Died,
    /// It is not restarted any more; says why, as a sentence for the visitor.
    GaveUp(String),
}
