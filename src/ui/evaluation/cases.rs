//! Which films of the list count in an evaluation.

use crate::metrics::Scored;
use crate::ui::room::{Film, FilmState, Label};
use leptos::prelude::*;

/// The films as an evaluation sees them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    assessed: Vec<Scored>,
    /// Films that get "cannot assess", by what the network would say.
    unassessable: Vec<Scored>,
    /// Labelled films without an answer.
    failed: usize,
    /// Labelled films that are not read yet.
    pending: usize,
    unlabelled: usize,
}

impl Cases {
    pub fn of(films: &[Film]) -> Self {
        let mut cases = Self::default();
        for film in films {
            match film.label.get_untracked() {
                Some(label) => film.state.with_untracked(|state| cases.add(label, state)),
                None => cases.unlabelled += 1,
            }
        }
        cases
    }

    fn add(&mut self, label: Label, state: &FilmState) {
        match state {
            FilmState::Waiting | FilmState::Reading => self.pending += 1,
            FilmState::Failed(_) => self.failed += 1,
            FilmState::Read(reading) => {
                let scored = Scored {
                    probability: reading.probability,
                    pneumonia: label == Label::Pneumonia,
                };
                match reading.unassessable {
                    None => self.assessed.push(scored),
                    Some(_) => self.unassessable.push(scored),
                }
            }
        }
    }

    /// The films that make the figures.
    pub fn scored(&self, with_unassessable: bool) -> Vec<Scored> {
        let mut scored = self.assessed.clone();
        if with_unassessable {
            scored.extend(&self.unassessable);
        }
        scored
    }

    /// What became of the films, in words. Those without an answer have no probability, so they are in no figure.
    pub fn counts(&self) -> String {
        let mut parts = vec![
            format!("{} labelled films assessed", self.assessed.len()),
            format!("{} get “cannot assess”", self.unassessable.len()),
            format!("{} without an answer, in no figure", self.failed),
        ];
        for (count, words) in [
            (self.pending, "not read yet"),
            (self.unlabelled, "without a label"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        parts.join("; ") + "."
    }
}
