//! What the page knows: the films (`film`), newest selection first, and how the reader is. Every component sees the
//! same `Room` through Leptos' context.

mod film;

pub use film::{Film, FilmState, Kept, Label, Picked};

use crate::ui::annex::AnnexDoor;
use crate::ui::operating_point::Terms;
use crate::ui::weights_choice::{WeightsChoice, is_weights_file};
use crate::ui::worker_loop::Equipment;
use crate::ui::worklist::{Tally, is_shelved, shelve};
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Up to so many films are shown as cards, and more as a worklist.
const FEW: usize = 16;

/// Sentences that are kept for screen readers: those before were said long ago.
const MOST_ANNOUNCEMENTS: usize = 50;

/// How long what looks at all films may lag behind their answers, so that thousands of them cost little.
const LAG: Duration = Duration::from_millis(250);

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
    /// Whether the decoder, which comes after the reader, has come or failed to.
    pub decoder_settled: RwSignal<bool>,
    /// How often the reader stopped and was started again.
    pub restarts: RwSignal<u32>,
    /// Counts of the films, always up to date.
    pub tally: RwSignal<Tally>,
    /// Changes when a film comes, goes or is answered, at once or a moment later: for what looks at all films.
    pub revision: RwSignal<u32>,
    /// The film that the worklist shows; while it is not in sight, the list's first is.
    pub selected: RwSignal<Option<u32>>,
    /// Files of chosen folders that were left out, since they are no films.
    pub left_out: RwSignal<usize>,
    /// What the last table of labels brought, in words.
    pub labels_told: RwSignal<String>,
    /// What a screen reader should say, oldest first. A list, since several films may end in one moment.
    pub announcements: RwSignal<Vec<Announcement>>,
    /// By which model and at which operating point films are judged.
    pub terms: Terms,
    pub weights: WeightsChoice,
    pub annex: AnnexDoor,
    queue: StoredValue<UnboundedSender<Film>, LocalStorage>,
    retry: StoredValue<UnboundedSender<()>, LocalStorage>,
    equipment: StoredValue<Option<Rc<Equipment>>, LocalStorage>,
    next_id: StoredValue<u32>,
    /// The ids of `films`.
    held: StoredValue<BTreeSet<u32>>,
    /// Whether `revision` is about to change.
    revising: StoredValue<bool>,
}

impl Room {
    /// Films go to `queue`, and each wish to try again to `retry`.
    pub fn new(
        queue: UnboundedSender<Film>,
        retry: UnboundedSender<()>,
        weights: WeightsChoice,
        annex: AnnexDoor,
    ) -> Self {
        Self {
            films: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::Loading {
                loaded: 0,
                total: None,
            }),
            decoder_settled: RwSignal::new(false),
            restarts: RwSignal::new(0),
            tally: RwSignal::new(Tally::default()),
            revision: RwSignal::new(0),
            selected: RwSignal::new(None),
            left_out: RwSignal::new(0),
            labels_told: RwSignal::new(String::new()),
            announcements: RwSignal::new(Vec::new()),
            terms: Terms::new(),
            weights,
            annex,
            queue: StoredValue::new_local(queue),
            retry: StoredValue::new_local(retry),
            equipment: StoredValue::new_local(None),
            next_id: StoredValue::new(0),
            held: StoredValue::new(BTreeSet::new()),
            revising: StoredValue::new(false),
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
        self.add(films.clone());
        self.enqueue(films);
    }

    /// Puts answered films on top of the list, whose files are not there.
    pub fn restore(&self, kept: Vec<Kept>) {
        let film = |kept: Kept| Film {
            id: self.new_id(),
            name: kept.name,
            folder: kept.folder,
            label: ArcRwSignal::new(kept.label),
            state: ArcRwSignal::new(kept.state),
            changed: ArcRwSignal::new(kept.changed),
            file: None,
            cards: Arc::default(),
        };
        self.add(kept.into_iter().map(film).collect());
    }

    /// Lets every film that has an answer, or would have one soon, be read by the network in use now. Answers to films
    /// whose files are not there are of the other network, and go.
    pub fn read_all_again(&self) {
        self.forget_kept();
        let mut films = self.films.get_untracked();
        // Those that wait are in the queue already.
        films.retain(|film| !matches!(film.state.get_untracked(), FilmState::Waiting));
        self.tally.update(|tally| {
            for film in &films {
                tally.remove(&film.state.get_untracked());
                tally.add(&FilmState::Waiting);
            }
        });
        for film in &films {
            film.state.set(FilmState::Waiting);
            film.changed.set(Vec::new());
        }
        self.revise();
        self.enqueue(films);
    }

    /// Takes answers of another network off the list, to films whose files are not there.
    pub fn forget_kept(&self) {
        self.retain(|film| film.file.is_some());
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
        let Picked {
            name,
            folder,
            label,
            file,
        } = picked;
        Film {
            id: self.new_id(),
            name,
            folder,
            label: ArcRwSignal::new(label),
            state: ArcRwSignal::new(FilmState::Waiting),
            changed: ArcRwSignal::new(Vec::new()),
            file: Some(file),
            cards: Arc::default(),
        }
    }

    fn add(&self, films: Vec<Film>) {
        let Some(first) = films.first() else { return };
        self.selected.set(Some(first.id));
        self.held
            .update_value(|held| held.extend(films.iter().map(|film| film.id)));
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
        self.held.with_value(|held| held.contains(&film.id))
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
        film.cards.fetch_add(1, Ordering::Relaxed);
    }

    /// A card shows the film no longer: its pictures make room.
    pub fn end_card(&self, film: &Film) {
        film.cards.fetch_sub(1, Ordering::Relaxed);
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
        if film.file.is_some() {
            self.enqueue(vec![film.clone()]);
        }
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
                    self.held.update_value(|held| {
                        held.remove(&film.id);
                    });
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
        self.left_out.set(0);
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
