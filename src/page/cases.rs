//! Which films in the list count towards an evaluation.

use super::film::{FilmState, Label};
use crate::metrics::Scored;

/// The films of an evaluation, by what became of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    assessed: Vec<Scored>,
    /// Films that get "cannot assess", with the probability the network would give.
    unassessable: Vec<Scored>,
    /// Labelled films without an answer.
    failed: usize,
    /// Labelled films that have not been read yet.
    pending: usize,
    unlabelled: usize,
}

impl Cases {
    /// Adds a film, with its label if it has one.
    pub fn add(&mut self, label: Option<Label>, state: &FilmState) {
        let Some(label) = label else {
            self.unlabelled += 1;
            return;
        };
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

    /// The films that the metrics are computed from.
    pub fn scored(&self, with_unassessable: bool) -> Vec<Scored> {
        let mut scored = self.assessed.clone();
        if with_unassessable {
            scored.extend(&self.unassessable);
        }
        scored
    }

    /// What became of the films, in words. Those without an answer have no probability, so no metric includes them.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Unassessable;
    use crate::page::tests_support::{read, refused};

    #[test]
    fn films_without_a_label_or_an_answer_are_in_no_figure() {
        let mut cases = Cases::default();
        let pneumonia = Some(Label::Pneumonia);
        cases.add(pneumonia, &read(0.9));
        cases.add(Some(Label::Normal), &read(0.2));
        cases.add(pneumonia, &refused(0.3, Unassessable::Blank));
        cases.add(pneumonia, &FilmState::Failed(String::new()));
        cases.add(pneumonia, &FilmState::Waiting);
        cases.add(None, &read(0.5));
        let probabilities = |all| -> Vec<f64> {
            let scored = cases.scored(all).into_iter();
            scored.map(|film| film.probability).collect()
        };
        assert_eq!(probabilities(false), [0.9, 0.2]);
        assert_eq!(probabilities(true), [0.9, 0.2, 0.3]);
        assert_eq!(
            cases.counts(),
            "2 labelled films assessed; 1 get “cannot assess”; 1 without an answer, in no figure; 1 not read yet; \
             1 without a label."
        );
    }
}
