//! A film in the list, and how it comes there.

use crate::network::architecture::CLASSES;
use crate::worker::messages::FilmReading;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use web_sys::Blob;

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
    /// Probabilities of pneumonia after each of [`CHANGES`](crate::reading::CHANGES), once they are known. They come after
    /// the reading.
    pub changed: ArcRwSignal<Vec<f64>>,
    /// The film's file; none where only the answer was kept from an earlier visit.
    pub file: Option<Blob>,
    /// Cards that show it now, two for a moment when cards become a list. Without one its answer keeps no pictures.
    pub(super) cards: Arc<AtomicUsize>,
}

impl Film {
    /// Folder and name, as the visitor's computer would write it.
    pub fn path(&self) -> String {
        match self.folder.as_str() {
            "" => self.name.clone(),
            folder => format!("{folder}/{}", self.name),
        }
    }

    /// Whether the film has its answer: one that is read all the same is read for its pictures.
    pub fn is_answered(&self) -> bool {
        self.state
            .with_untracked(|state| matches!(state, FilmState::Read(_)))
    }

    pub(super) fn has_card(&self) -> bool {
        self.cards.load(Ordering::Relaxed) > 0
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

/// An answer of an earlier visit.
pub struct Kept {
    pub name: String,
    pub folder: String,
    pub label: Option<Label>,
    pub state: FilmState,
    pub changed: Vec<f64>,
}
