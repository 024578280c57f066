//! What the page knows: the films, newest selection first, and how the reader is. Every component sees the
//! same `Room` through Leptos' context.

use crate::network::architecture::CLASSES;
use crate::ui::worklist::{Tally, is_shelved, shelve};
use crate::worker::messages::{FilmReading, ModelName};
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use web_sys::Blob;

/// Up to so many films are shown as cards, and more as a worklist.
const FEW: usize = 16;

/// Sentences that are kept for screen readers: those before were said long ago.
const MOST_ANNOUNCEMENTS: usize = 50;

/// How long what looks at all films may lag behind their answers, so that thousands of them cost little.
const LAG: Duration = Duration::from_millis(250);

/// What a film's own readers said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// The label as the data set's folders are called.
    pub fn class(self) -> &'static str {
        CLASSES[usize::from(self == Label::Pneumonia)]
    }

    /// The label of a class; capitals do not matter.
    pub fn of_class(name: &str) -> Option<Self> {
        let mut labels = [Label::Normal, Label::Pneumonia].into_iter();
        labels.find(|label| name.eq_ignore_ascii_case(label.class()))
    }
}

/// A film in the list.
#[derive(Clone)]
pub struct Film {
    /// Tells films of the same name apart.
    pub id: u32,
    pub name: String,
    /// The folder that it came in with others, such as `chest/NORMAL`; empty if it was chosen by itself.
    pub folder: String,
    /// What the film's own readers said of it, where that is known.
    pub label: ArcRwSignal<Option<Label>>,
    pub state: ArcRwSignal<FilmState>,
    /// The film's file; none where only the answer was kept from an earlier visit.
    pub file: Option<Blob>,
    presence: Arc<Presence>,
}

/// Where a film is, for all that hold it.
#[derive(Default)]
struct Presence {
    /// No longer in the list.
    removed: AtomicBool,
    /// Cards that show it now, two for a moment when cards become a list. Without one its answer keeps no pictures.
    cards: AtomicUsize,
}

impl Film {
    /// Folder and name, as the visitor's computer would write it.
    pub fn path(&self) -> String {
        match self.folder.as_str() {
            "" => self.name.clone(),
            folder => format!("{folder}/{}", self.name),
        }
    }

    fn has_card(&self) -> bool {
        self.presence.cards.load(Ordering::Relaxed) > 0
    }
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
    /// As of `Film`.
    pub folder: String,
    pub label: Option<Label>,
    pub file: Blob,
}

/// A film on its way to a worker, with its file, which is opened when its turn comes.
pub struct Order {
    pub film: Film,
    pub file: Blob,
}

impl Order {
    /// Whether the film has its answer, and is read for its pictures alone.
    pub fn is_again(&self) -> bool {
        let state = &self.film.state;
        state.with_untracked(|state| matches!(state, FilmState::Read(_)))
    }
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
    /// Counts of the films, always up to date.
    pub tally: RwSignal<Tally>,
    /// Changes when a film comes, goes or is answered, at once or a moment later: for what looks at all films.
    pub revision: RwSignal<u32>,
    /// The film that the worklist shows; while it is not in sight, the list's first is.
    pub selected: RwSignal<Option<u32>>,
    /// Which files of the last folder were left out, in words.
    pub left_out: RwSignal<String>,
    /// What the last table of labels brought, in words.
    pub labels_told: RwSignal<String>,
    /// What a screen reader should say, oldest first. A list, since several films may end in one moment.
    pub announcements: RwSignal<Vec<Announcement>>,
    queue: StoredValue<UnboundedSender<Order>, LocalStorage>,
    retry: StoredValue<UnboundedSender<()>, LocalStorage>,
    next_id: StoredValue<u32>,
    /// Whether `revision` is about to change.
    revising: StoredValue<bool>,
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
            tally: RwSignal::new(Tally::default()),
            revision: RwSignal::new(0),
            selected: RwSignal::new(None),
            left_out: RwSignal::new(String::new()),
            labels_told: RwSignal::new(String::new()),
            announcements: RwSignal::new(Vec::new()),
            queue: StoredValue::new_local(queue),
            retry: StoredValue::new_local(retry),
            next_id: StoredValue::new(0),
            revising: StoredValue::new(false),
        }
    }

    /// Puts the films on top of the list and in the reader's queue.
    pub fn take(&self, picked: Vec<Picked>) {
        let orders: Vec<Order> = picked
            .into_iter()
            .map(|picked| self.order(picked))
            .collect();
        self.add(orders.iter().map(|order| order.film.clone()).collect());
        self.queue.with_value(|queue| {
            for order in orders {
                // Fails only when the reader's loop has ended, which it does with the page.
                let _ = queue.unbounded_send(order);
            }
        });
    }

    /// Puts answered films on top of the list, as `(folder, name, label, state)`.
    pub fn restore(&self, kept: Vec<(String, String, Option<Label>, FilmState)>) {
        let film = |(folder, name, label, state)| self.film(folder, name, label, state, None);
        self.add(kept.into_iter().map(film).collect());
    }

    fn order(&self, picked: Picked) -> Order {
        let Picked {
            name,
            folder,
            label,
            file,
        } = picked;
        let film = self.film(folder, name, label, FilmState::Waiting, Some(file.clone()));
        Order { film, file }
    }

    fn film(
        &self,
        folder: String,
        name: String,
        label: Option<Label>,
        state: FilmState,
        file: Option<Blob>,
    ) -> Film {
        Film {
            id: self.new_id(),
            name,
            folder,
            label: ArcRwSignal::new(label),
            state: ArcRwSignal::new(state),
            file,
            presence: Arc::default(),
        }
    }

    fn add(&self, films: Vec<Film>) {
        let Some(first) = films.first() else { return };
        self.selected.set(Some(first.id));
        self.tally.update(|tally| {
            for film in &films {
                tally.add(&film.state.get_untracked());
            }
        });
        self.films.update(|list| {
            list.splice(0..0, films);
        });
        self.revise();
    }

    fn new_id(&self) -> u32 {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        id
    }

    /// Lets a screen reader say this after what it has to say already.
    pub fn announce(&self, sentence: String) {
        let id = self.new_id();
        self.announcements.update(|list| {
            list.push(Announcement { id, sentence });
            let old = list.len().saturating_sub(MOST_ANNOUNCEMENTS);
            list.drain(..old);
        });
    }

    /// Whether the films are too many to show each as a card.
    pub fn is_many(&self) -> bool {
        self.films.with(Vec::len) > FEW
    }

    /// Whether the film still stands in the list.
    pub fn holds(&self, film: &Film) -> bool {
        !film.presence.removed.load(Ordering::Relaxed)
    }

    /// Whether reading the film, for the first time or again, is still of use.
    pub fn wants(&self, film: &Film) -> bool {
        let unread = film
            .state
            .with_untracked(|state| matches!(state, FilmState::Waiting));
        self.holds(film) && (unread || film.has_card())
    }

    /// Notes how far the reading of a film is, unless the film was removed meanwhile.
    pub fn settle(&self, film: &Film, mut state: FilmState) {
        if !self.holds(film) {
            return;
        }
        if let FilmState::Read(reading) = &mut state
            && !film.has_card()
        {
            shelve(Arc::make_mut(reading));
        }
        let before = film.state.get_untracked();
        self.tally.update(|tally| tally.change(&before, &state));
        film.state.set(state);
        self.revise_soon();
    }

    /// A card begins to show the film.
    pub fn begin_card(&self, film: &Film) {
        film.presence.cards.fetch_add(1, Ordering::Relaxed);
    }

    /// A card shows the film no longer: its pictures make room.
    pub fn end_card(&self, film: &Film) {
        film.presence.cards.fetch_sub(1, Ordering::Relaxed);
        let state = film.state.get_untracked();
        if let FilmState::Read(reading) = &state
            && !film.has_card()
            && !is_shelved(reading)
        {
            self.settle(film, state);
        }
    }

    /// Reads an answered film once more, for its pictures.
    pub fn read_again(&self, film: &Film) {
        let Some(file) = film.file.clone() else {
            return;
        };
        let film = film.clone();
        self.queue.with_value(|queue| {
            let _ = queue.unbounded_send(Order { film, file });
        });
    }

    pub fn remove(&self, film: &Film) {
        let id = film.id;
        self.retain(|other| other.id != id);
    }

    /// Takes the films off the list that wait for their turn.
    pub fn cancel(&self) {
        self.retain(|film| {
            film.state
                .with_untracked(|state| !matches!(state, FilmState::Waiting))
        });
        self.announce("The films that were waiting were removed.".into());
    }

    fn retain(&self, keep: impl Fn(&Film) -> bool) {
        let mut tally = self.tally.get_untracked();
        self.films.update(|list| {
            list.retain(|film| {
                let kept = keep(film);
                if !kept {
                    film.presence.removed.store(true, Ordering::Relaxed);
                    film.state.with_untracked(|state| tally.remove(state));
                }
                kept
            });
        });
        self.tally.set(tally);
        self.revise();
    }

    /// Lets what looks at all films look again, now.
    pub fn revise(&self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// The same a moment later, once for all that happens until then.
    fn revise_soon(&self) {
        if !self.revising.get_value() {
            self.revising.set_value(true);
            let room = *self;
            set_timeout(
                move || {
                    room.revising.set_value(false);
                    room.revise();
                },
                LAG,
            );
        }
    }

    /// Takes every film off the list; those that wait are not read any more.
    pub fn clear(&self) {
        self.retain(|_| false);
        self.left_out.set(String::new());
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
