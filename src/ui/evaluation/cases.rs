//! Which films of the list count in an evaluation.

use crate::metrics::Scored;
use crate::ui::room::{Film, FilmState, Label};
use leptos::prelude::*;

/// The films as an evaluation sees them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    /// The films that make the figures.
    pub scored: Vec<Scored>,
    assessed: usize,
    unassessable: usize,
    /// Labelled films without an answer.
    failed: usize,
    /// Labelled films that are not read yet.
    pending: usize,
    unlabelled: usize,
    /// The threshold of the readings, if there is one.
    pub threshold: Option<f64>,
}

impl Cases {
    /// Counts the films; those that get "cannot assess" make figures, by what the network would say, only
    /// `with_unassessable`.
    pub fn of(films: &[Film], with_unassessable: bool) -> Self {
        let mut cases = Self::default();
        for film in films {
            match film.label.get_untracked() {
                Some(label) => film
                    .state
                    .with_untracked(|state| cases.add(label, state, with_unassessable)),
                None => cases.unlabelled += 1,
            }
        }
        cases
    }

    fn add(&mut self, label: Label, state: &FilmState, with_unassessable: bool) {
        match state {
            FilmState::Waiting | FilmState::Reading => self.pending += 1,
            FilmState::Failed(_) => self.failed += 1,
            FilmState::Read(reading) => {
                self.threshold.get_or_insert(reading.threshold);
                match reading.unassessable {
                    None => self.assessed += 1,
                    Some(_) => self.unassessable += 1,
                }
                if reading.unassessable.is_none() || with_unassessable {
                    self.scored.push(Scored {
                        probability: reading.probability,
                        pneumonia: label == Label::Pneumonia,
                    });
                }
            }
        }
    }

    /// What became of the films, in words. Those without an answer have no probability, so they are in no figure.
    pub fn counts(&self) -> String {
        let mut parts = vec![
            format!("{} labelled films assessed", self.assessed),
            format!("{} get “cannot assess”", self.unassessable),
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
