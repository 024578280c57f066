//! Which films the worklist shows, and in which order.

use crate::reading::{Decision, Verdict};
use crate::ui::room::{Film, FilmState, Label};
use crate::worker::messages::FilmReading;
use leptos::prelude::*;
use std::cmp::Ordering;

/// What became of a film, in the order in which a reader wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Pneumonia,
    NoPneumonia,
    CannotAssess,
    Failed,
    Reading,
    Waiting,
}

impl Outcome {
    /// At the operating point of `decision`, without which no film is judged.
    pub fn of(state: &FilmState, decision: Option<&Decision>) -> Self {
        match state {
            FilmState::Waiting => Self::Waiting,
            FilmState::Reading => Self::Reading,
            FilmState::Failed(_) => Self::Failed,
            FilmState::Read(reading) => decision.map_or(Self::Waiting, |decision| {
                Self::of_reading(reading, decision)
            }),
        }
    }

    fn of_reading(reading: &FilmReading, decision: &Decision) -> Self {
        match (reading.unassessable, decision.verdict(reading.probability)) {
            (Some(_), _) => Self::CannotAssess,
            (None, Verdict::Pneumonia) => Self::Pneumonia,
            (None, Verdict::NoPneumonia) => Self::NoPneumonia,
        }
    }

    /// As the list names it, a sign first, so that colour is not needed to tell them apart.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Pneumonia => ("▲", "pneumonia"),
            Self::NoPneumonia => ("▽", "no pneumonia"),
            Self::CannotAssess => ("?", "cannot assess"),
            Self::Failed => ("!", "no answer"),
            Self::Reading => ("…", "being read"),
            Self::Waiting => ("", "waiting"),
        }
    }

    /// How far the reading is.
    pub fn progress(self) -> &'static str {
        match self {
            Self::Waiting | Self::Reading | Self::Failed => self.words().1,
            Self::Pneumonia | Self::NoPneumonia | Self::CannotAssess => "read",
        }
    }

    fn contradicts(self, label: Option<Label>) -> bool {
        matches!(
            (self, label),
            (Self::Pneumonia, Some(Label::Normal)) | (Self::NoPneumonia, Some(Label::Pneumonia))
        )
    }
}

/// Which outcomes are shown, as the list's choices name them.
pub const SHOWN: [(&str, &str); 7] = [
    ("all", "All films"),
    ("pneumonia", "Pneumonia"),
    ("no-pneumonia", "No pneumonia"),
    ("cannot-assess", "Cannot assess"),
    ("failed", "No answer"),
    ("pending", "Not read yet"),
    ("contradicts", "Verdict against the label"),
];

fn is_shown(shown: &str, outcome: Outcome, film: &Film) -> bool {
    match shown {
        "pneumonia" => outcome == Outcome::Pneumonia,
        "no-pneumonia" => outcome == Outcome::NoPneumonia,
        "cannot-assess" => outcome == Outcome::CannotAssess,
        "failed" => outcome == Outcome::Failed,
        "pending" => matches!(outcome, Outcome::Reading | Outcome::Waiting),
        "contradicts" => outcome.contradicts(film.label.get_untracked()),
        _ => true,
    }
}

/// A column that the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Probability,
    Verdict,
    State,
}

/// What the reader asked to see.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Part of the file's name or folder, in small letters.
    pub name: String,
    /// One of `SHOWN`.
    pub shown: String,
    /// By which column, and whether downwards; none for the order of the choice.
    pub sorted: Option<(Column, bool)>,
}

impl View {
    /// Sorts by the column, then downwards, then as the films were chosen.
    pub fn sort_by(&mut self, column: Column) {
        self.sorted = match self.sorted {
            Some((last, false)) if last == column => Some((column, true)),
            Some((last, true)) if last == column => None,
            _ => Some((column, false)),
        };
    }

    /// The films to show, in order.
    pub fn of(&self, films: &[Film], decision: Option<&Decision>) -> Vec<Film> {
        let mut rows: Vec<Row> = films
            .iter()
            .map(|film| Row::of(film, decision))
            .filter(|row| is_shown(&self.shown, row.outcome, row.film))
            .filter(|row| {
                self.name.is_empty() || row.film.path().to_lowercase().contains(&self.name)
            })
            .collect();
        if let Some((column, down)) = self.sorted {
            rows.sort_by(|a, b| a.compared(b, column, down));
        }
        rows.into_iter().map(|row| row.film.clone()).collect()
    }
}

/// What a film is sorted by.
struct Row<'a> {
    film: &'a Film,
    outcome: Outcome,
    /// None for what was not read or can't be assessed.
    probability: Option<f64>,
}

impl<'a> Row<'a> {
    fn of(film: &'a Film, decision: Option<&Decision>) -> Self {
        film.state.with_untracked(|state| Self {
            film,
            outcome: Outcome::of(state, decision),
            probability: match state {
                FilmState::Read(reading) if reading.unassessable.is_none() => {
                    Some(reading.probability)
                }
                _ => None,
            },
        })
    }

    /// Films without a probability stand last, either way.
    fn compared(&self, other: &Self, column: Column, down: bool) -> Ordering {
        let turned = |order: Ordering| if down { order.reverse() } else { order };
        match column {
            Column::Name => turned(self.film.name.cmp(&other.film.name)),
            Column::Verdict => turned(self.outcome.cmp(&other.outcome)),
            Column::State => {
                let (own, others) = (self.outcome.progress(), other.outcome.progress());
                turned(own.cmp(others))
            }
            Column::Probability => match (self.probability, other.probability) {
                (Some(own), Some(others)) => turned(own.total_cmp(&others)),
                (own, others) => others.is_some().cmp(&own.is_some()),
            },
        }
    }
}
