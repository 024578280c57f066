//! What the page knows: the films, newest selection first, and how the reader is. Every component sees the
//! same `Room` through Leptos' context.

use crate::ui::worker_loop::Equipment;
use crate::worker::messages::{FilmReading, ModelName};
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::rc::Rc;
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
    /// Opened again when more is asked of the film than its reading.
    pub file: SendWrapper<Blob>,
    pub state: ArcRwSignal<FilmState>,
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

/// A film on its way to a worker, with its file, which is opened when its turn comes.
pub struct Order {
    pub film: Film,
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
    Ready(ModelName),
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
    queue: StoredValue<UnboundedSender<Order>, LocalStorage>,
    retry: StoredValue<UnboundedSender<()>, LocalStorage>,
    equipment: StoredValue<Option<Rc<Equipment>>, LocalStorage>,
    next_id: StoredValue<u32>,
}

impl Room {
    /// Orders go to `queue`, and each wish to try again to `retry`.
    pub fn new(queue: UnboundedSender<Order>, retry: UnboundedSender<()>) -> Self {
        Self {
            films: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::Loading {
                loaded: 0,
                total: None,
            }),
            restarts: RwSignal::new(0),
            announcements: RwSignal::new(Vec::new()),
            queue: StoredValue::new_local(queue),
            retry: StoredValue::new_local(retry),
            equipment: StoredValue::new_local(None),
            next_id: StoredValue::new(0),
        }
    }

    /// Puts the films on top of the list and in the reader's queue.
    pub fn take(&self, picked: Vec<Picked>) {
        let orders: Vec<Order> = picked
            .into_iter()
            .map(|picked| self.order(picked))
            .collect();
        let films: Vec<Film> = orders.iter().map(|order| order.film.clone()).collect();
        self.films.update(|list| {
            list.splice(0..0, films);
        });
        self.queue.with_value(|queue| {
            for order in orders {
                // Fails only when the reader's loop has ended, which it does with the page.
                let _ = queue.unbounded_send(order);
            }
        });
    }

    fn order(&self, picked: Picked) -> Order {
        let film = Film {
            id: self.new_id(),
            name: picked.name,
            label: picked.label,
            file: SendWrapper::new(picked.file.clone()),
            state: ArcRwSignal::new(FilmState::Waiting),
        };
        Order {
            film,
            file: picked.file,
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

    /// What workers need, once it is loaded: for those who ask more of a film than its reading.
    pub fn equipment(&self) -> Option<Rc<Equipment>> {
        self.equipment.get_value()
    }

    pub fn lend(&self, equipment: Rc<Equipment>) {
        self.equipment.set_value(Some(equipment));
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
