//! What the page knows: the films, newest selection first, and how the reader is. Every component sees the
//! same `Room` through Leptos' context.

use crate::ui::operating_point::Terms;
use crate::ui::weights_choice::{WeightsChoice, is_weights_file};
use crate::worker::messages::FilmReading;
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::Arc;
use web_sys::Blob;

/// What a film's own readers said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Normal,
    Pneumonia,
}

impl Label {
    /// The label as a word in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Label::Normal => "normal",
            Label::Pneumonia => "pneumonia",
        }
    }
}

/// A film in the list.
#[derive(Clone)]
pub struct Film {
    /// Tells films of the same name apart.
    pub id: u32,
    pub name: String,
    /// What the film's own readers said of it, where that is known.
    pub label: Option<Label>,
    pub file: SendWrapper<Blob>,
    pub state: ArcRwSignal<FilmState>,
    /// Probabilities of pneumonia after each of [`CHANGES`](crate::reading::CHANGES), once they are known. They come after
    /// the reading.
    pub changed: ArcRwSignal<Vec<f64>>,
}

/// How far the reading of a film is.
#[derive(Clone)]
pub enum FilmState {
    Waiting,
    Reading,
    Read(Arc<FilmReading>),
    /// Why there is no reading, and what to do.
    Failed(String),
}

/// A film that a visitor chose.
pub struct Picked {
    pub name: String,
    pub label: Option<Label>,
    pub file: Blob,
}

/// A sentence for screen readers.
#[derive(Clone)]
pub struct Announcement {
    pub id: u32,
    pub sentence: String,
}

/// How the reader is.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// Bytes so far, and in all where the server says it.
    Loading {
        loaded: u64,
        total: Option<u64>,
    },
    /// Everything is there; the worker starts.
    Starting,
    Ready,
    /// Nothing can be read until the visitor tries again: why.
    Failed(String),
}

/// The page's state.
#[derive(Clone, Copy)]
pub struct Room {
    /// Newest selection first; within a selection in the order of choice.
    pub films: RwSignal<Vec<Film>>,
    pub phase: RwSignal<Phase>,
    /// How often the reader stopped and was started again.
    pub restarts: RwSignal<u32>,
    /// What a screen reader should say, oldest first. A list, since several films may end in one moment.
    pub announcements: RwSignal<Vec<Announcement>>,
    /// By which model and at which operating point films are judged.
    pub terms: Terms,
    pub weights: WeightsChoice,
    queue: StoredValue<UnboundedSender<Film>, LocalStorage>,
    retry: StoredValue<UnboundedSender<()>, LocalStorage>,
    next_id: StoredValue<u32>,
}

impl Room {
    /// Films go to `queue`, and each wish to try again to `retry`.
    pub fn new(
        queue: UnboundedSender<Film>,
        retry: UnboundedSender<()>,
        weights: WeightsChoice,
    ) -> Self {
        Self {
            films: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::Loading {
                loaded: 0,
                total: None,
            }),
            restarts: RwSignal::new(0),
            announcements: RwSignal::new(Vec::new()),
            terms: Terms::new(),
            weights,
            queue: StoredValue::new_local(queue),
            retry: StoredValue::new_local(retry),
            next_id: StoredValue::new(0),
        }
    }

    /// Puts the films on top of the list and in the reader's queue. A weights file among them is tried instead.
    pub fn take(&self, picked: Vec<Picked>) {
        let (weights, picked): (Vec<_>, Vec<_>) = picked
            .into_iter()
            .partition(|picked| is_weights_file(&picked.name));
        if let Some(file) = weights.into_iter().next_back() {
            self.weights.try_out(file);
        }
        let films: Vec<Film> = picked.into_iter().map(|picked| self.film(picked)).collect();
        self.films.update(|list| {
            list.splice(0..0, films.iter().cloned());
        });
        self.enqueue(films);
    }

    /// Lets every film that has an answer, or would have one soon, be read by the network in use now.
    pub fn read_again(&self) {
        let mut films = self.films.get_untracked();
        // Those that wait are in the queue already.
        films.retain(|film| !matches!(film.state.get_untracked(), FilmState::Waiting));
        for film in &films {
            film.state.set(FilmState::Waiting);
            film.changed.set(Vec::new());
        }
        self.enqueue(films);
    }

    fn enqueue(&self, films: Vec<Film>) {
        self.queue.with_value(|queue| {
            for film in films {
                // Fails only when the reader's loop has ended, which it does with the page.
                let _ = queue.unbounded_send(film);
            }
        });
    }

    fn film(&self, picked: Picked) -> Film {
        Film {
            id: self.new_id(),
            name: picked.name,
            label: picked.label,
            file: SendWrapper::new(picked.file),
            state: ArcRwSignal::new(FilmState::Waiting),
            changed: ArcRwSignal::new(Vec::new()),
        }
    }

    fn new_id(&self) -> u32 {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        id
    }

    /// Lets a screen reader say this after what it has to say already.
    pub fn announce(&self, sentence: String) {
        let id = self.new_id();
        self.announcements
            .update(|list| list.push(Announcement { id, sentence }));
    }

    /// Whether the film still stands in the list.
    pub fn holds(&self, film: &Film) -> bool {
        self.films
            .with_untracked(|list| list.iter().any(|other| other.id == film.id))
    }

    pub fn remove(&self, film: &Film) {
        let id = film.id;
        self.films
            .update(|list| list.retain(|other| other.id != id));
    }

    /// Takes every film off the list; those that wait are not read any more.
    pub fn clear(&self) {
        self.films.update(Vec::clear);
        self.announcements.update(Vec::clear);
        self.announce("All films were removed.".into());
    }

    /// Lets the reader load everything again after it gave up.
    pub fn try_again(&self) {
        self.retry.with_value(|retry| {
            let _ = retry.unbounded_send(());
        });
    }
}

/// The page's one room.
pub fn use_room() -> Room {
    expect_context::<Room>()
}
