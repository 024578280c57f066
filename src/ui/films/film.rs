//! A film in the list, and where it comes from.

use crate::page::film::{FilmState, Label};
use crate::worker::messages::Pictures;
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use web_sys::Blob;

/// A film in the list.
#[derive(Clone)]
pub struct Film {
    /// Tells films of the same name apart.
    pub id: u32,
    pub name: String,
    /// The folder that it was chosen with, such as `chest/NORMAL`; empty if it was chosen by itself.
    pub folder: String,
    /// The physicians' label, if known.
    pub label: ArcRwSignal<Option<Label>>,
    pub state: ArcRwSignal<FilmState>,
    /// Probabilities of pneumonia after each of [`CHANGES`](crate::reading::CHANGES). They arrive some time after the
    /// reading; empty until then.
    pub changed: ArcRwSignal<Vec<f64>>,
    /// The film's file; `None` if only the answer was kept from an earlier visit.
    pub file: Option<Blob>,
    /// The pictures on its card, kept only while there is a card: those of thousands of films would fill the memory.
    pub pictures: ArcRwSignal<Option<Arc<Pictures>>>,
    /// How many cards show it: briefly two when cards turn into a worklist.
    cards: Arc<AtomicUsize>,
}

/// A film that a visitor chose.
pub struct Picked {
    pub name: String,
    /// See [`Film::folder`].
    pub folder: String,
    pub label: Option<Label>,
    pub file: Blob,
}

/// An answer from an earlier visit.
pub struct Kept {
    pub name: String,
    pub folder: String,
    pub label: Option<Label>,
    pub state: FilmState,
    pub changed: Vec<f64>,
}

impl Film {
    /// A film that is waiting to be read.
    pub fn picked(id: u32, picked: Picked) -> Self {
        Self {
            id,
            name: picked.name,
            folder: picked.folder,
            label: ArcRwSignal::new(picked.label),
            state: ArcRwSignal::new(FilmState::Waiting),
            changed: ArcRwSignal::new(Vec::new()),
            file: Some(picked.file),
            pictures: ArcRwSignal::new(None),
            cards: Arc::default(),
        }
    }

    /// A film of which only the answer was kept.
    pub fn kept(id: u32, kept: Kept) -> Self {
        Self {
            id,
            name: kept.name,
            folder: kept.folder,
            label: ArcRwSignal::new(kept.label),
            state: ArcRwSignal::new(kept.state),
            changed: ArcRwSignal::new(kept.changed),
            file: None,
            pictures: ArcRwSignal::new(None),
            cards: Arc::default(),
        }
    }

    /// Folder and name as one path.
    pub fn path(&self) -> String {
        match self.folder.as_str() {
            "" => self.name.clone(),
            folder => format!("{folder}/{}", self.name),
        }
    }

    /// Whether a card shows it.
    pub fn has_card(&self) -> bool {
        self.cards.load(Ordering::Relaxed) > 0
    }

    /// Whether a card shows it without its pictures.
    pub fn lacks_pictures(&self) -> bool {
        self.has_card() && self.pictures.with_untracked(Option::is_none)
    }

    /// Called when a card starts to show it.
    pub fn card_opened(&self) {
        self.cards.fetch_add(1, Ordering::Relaxed);
    }

    /// Called when a card stops showing it.
    pub fn card_closed(&self) {
        self.cards.fetch_sub(1, Ordering::Relaxed);
        if !self.has_card() {
            self.pictures.set(None);
        }
    }
}
