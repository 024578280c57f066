//! The chosen films, newest selection first, and the state of each.

mod film;

pub use film::{Film, Kept, Picked};

use crate::page::film::FilmState;
use crate::page::tally::Tally;
use crate::worker::messages::Pictures;
use js_sys::Date;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Up to this many films are shown as cards, more as a worklist.
const MAX_CARDS: usize = 16;

/// How far views of all films may lag behind the answers, so that thousands of answers cost little.
const UPDATE_DELAY: Duration = Duration::from_millis(250);

/// The films of the page.
#[derive(Clone, Copy)]
pub struct FilmStore {
    /// Newest selection first; within a selection, in the order chosen.
    pub list: RwSignal<Vec<Film>>,
    /// Counts of the films, always up to date.
    pub tally: RwSignal<Tally>,
    /// Changes when a film is added, removed or answered, at once or a moment later. Views of all films track it.
    pub revision: RwSignal<u32>,
    /// The film selected in the worklist; if it is filtered out, the first in the list is shown.
    pub selected: RwSignal<Option<u32>>,
    next_id: StoredValue<u32>,
    /// The ids of `list`.
    ids: StoredValue<BTreeSet<u32>>,
    /// Whether `revision` is about to change.
    notifying: StoredValue<bool>,
}

impl FilmStore {
    pub fn new() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            tally: RwSignal::new(Tally::default()),
            revision: RwSignal::new(0),
            selected: RwSignal::new(None),
            next_id: StoredValue::new(0),
            ids: StoredValue::new(BTreeSet::new()),
            notifying: StoredValue::new(false),
        }
    }

    /// Adds the films at the top of the list.
    pub fn add(self, picked: Vec<Picked>) -> Vec<Film> {
        let films = picked.into_iter();
        let films: Vec<Film> = films
            .map(|picked| Film::picked(self.new_id(), picked))
            .collect();
        self.insert(films.clone());
        films
    }

    /// Adds answered films without files at the top of the list.
    pub fn restore(self, kept: Vec<Kept>) {
        let films = kept.into_iter();
        self.insert(films.map(|kept| Film::kept(self.new_id(), kept)).collect());
    }

    fn new_id(self) -> u32 {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        id
    }

    fn insert(self, films: Vec<Film>) {
        let Some(first) = films.first() else { return };
        self.selected.set(Some(first.id));
        self.ids
            .update_value(|ids| ids.extend(films.iter().map(|film| film.id)));
        self.tally.update(|tally| {
            for film in &films {
                tally.add(&film.state.get_untracked(), Date::now());
            }
        });
        self.list.update(|list| {
            list.splice(0..0, films);
        });
        self.notify();
    }

    /// Discards all answers and returns the films to read again. Films without files are removed: their answers are
    /// from another network.
    pub fn forget_answers(self) -> Vec<Film> {
        self.forget_kept();
        let mut films = self.list.get_untracked();
        // Waiting films are already in the reader's queue.
        films.retain(|film| !matches!(film.state.get_untracked(), FilmState::Waiting));
        self.tally.update(|tally| {
            for film in &films {
                tally.remove(&film.state.get_untracked());
                tally.add(&FilmState::Waiting, Date::now());
            }
        });
        for film in &films {
            film.state.set(FilmState::Waiting);
            film.changed.set(Vec::new());
        }
        self.notify();
        films
    }

    /// Removes the films without files, whose answers are from another network.
    pub fn forget_kept(self) {
        self.retain(|film| film.file.is_some());
    }

    /// Whether there are too many films to show each as a card.
    pub fn is_many(self) -> bool {
        self.list.with(Vec::len) > MAX_CARDS
    }

    /// Whether the film is still in the list.
    pub fn holds(self, film: &Film) -> bool {
        self.ids.with_value(|ids| ids.contains(&film.id))
    }

    /// Sets the state of a film, unless it has been removed.
    pub fn set_state(self, film: &Film, state: FilmState) {
        if !self.holds(film) {
            return;
        }
        let before = film.state.get_untracked();
        self.tally.update(|tally| tally.change(&before, &state));
        film.state.set(state);
        self.notify_soon();
    }

    /// Gives a film's card its pictures, if there still is one.
    pub fn show(self, film: &Film, pictures: Pictures) {
        if self.holds(film) && film.has_card() {
            film.pictures.set(Some(Arc::new(pictures)));
        }
    }

    pub fn remove(self, film: &Film) {
        let id = film.id;
        self.retain(|other| other.id != id);
    }

    /// Removes the films that are waiting to be read.
    pub fn remove_waiting(self) {
        self.retain(|film| {
            film.state
                .with_untracked(|state| !matches!(state, FilmState::Waiting))
        });
    }

    /// Removes all films; those still waiting will not be read.
    pub fn clear(self) {
        self.retain(|_| false);
    }

    fn retain(self, keep: impl Fn(&Film) -> bool) {
        let mut tally = self.tally.get_untracked();
        self.list.update(|list| {
            list.retain(|film| {
                let kept = keep(film);
                if !kept {
                    self.ids.update_value(|ids| {
                        ids.remove(&film.id);
                    });
                    film.state.with_untracked(|state| tally.remove(state));
                }
                kept
            });
        });
        self.tally.set(tally);
        self.notify();
    }

    /// Updates the views of all films now.
    pub fn notify(self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// The same a moment later, once for all changes until then.
    fn notify_soon(self) {
        if !self.notifying.get_value() {
            self.notifying.set_value(true);
            let notify = move || {
                self.notifying.set_value(false);
                self.notify();
            };
            set_timeout(notify, UPDATE_DELAY);
        }
    }
}

/// The films of the page.
pub fn use_films() -> FilmStore {
    expect_context()
}
