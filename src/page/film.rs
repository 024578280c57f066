//! A film in the list: its label, its progress and its outcome.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::network::architecture::CLASSES;
use crate::reading::{Decision, Verdict};
use crate::worker::answers::FilmReading;

/// The reference standard: the physicians' label for a film.
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

    /// The name of the label's folder in the data set.
    pub fn class(self) -> &'static str {
        CLASSES[usize::from(self == Label::Pneumonia)]
    }

    /// The label with that class name, ignoring case.
    pub fn of_class(name: &str) -> Option<Self> {
        let mut labels = [Label::Normal, Label::Pneumonia].into_iter();
        labels.find(|label| name.eq_ignore_ascii_case(label.class()))
    }
}

/// The progress of a film's reading.
#[derive(Clone)]
pub enum FilmState {
    Waiting,
    Reading,
    Read(Arc<FilmReading>),
    /// Why there is no reading, and what to do.
    Failed(String),
}

impl FilmState {
    /// Whether the film has no answer yet.
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Waiting | Self::Reading)
    }

    /// The reading, if the film was read and can be assessed.
    pub fn assessed(&self) -> Option<&FilmReading> {
        match self {
            Self::Read(reading) if reading.unassessable.is_none() => Some(reading),
            _ => None,
        }
    }
}

/// What became of a film, in the order in which a radiologist would look at them.
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
    /// The outcome at the operating point of `decision`; without one, a film that was read counts as waiting.
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

    /// The symbol and the name in the list. The symbols distinguish outcomes without colour.
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

    /// The progress of the reading.
    pub fn progress(self) -> &'static str {
        match self {
            Self::Waiting | Self::Reading | Self::Failed => self.words().1,
            Self::Pneumonia | Self::NoPneumonia | Self::CannotAssess => "read",
        }
    }

    /// Whether the verdict disagrees with the label.
    pub fn contradicts(self, label: Option<Label>) -> bool {
        matches!(
            (self, label),
            (Self::Pneumonia, Some(Label::Normal)) | (Self::NoPneumonia, Some(Label::Pneumonia))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Unassessable;
    use crate::page::tests_support::{decision, read, refused};

    #[test]
    fn a_film_is_judged_at_the_operating_point_and_not_without_one() {
        let decision = decision(0.5);
        for (state, outcome) in [
            (read(0.5), Outcome::Pneumonia),
            (read(0.49), Outcome::NoPneumonia),
            (refused(0.9, Unassessable::Blank), Outcome::CannotAssess),
            (FilmState::Failed(String::new()), Outcome::Failed),
            (FilmState::Reading, Outcome::Reading),
        ] {
            assert_eq!(Outcome::of(&state, Some(&decision)), outcome);
        }
        assert_eq!(Outcome::of(&read(0.9), None), Outcome::Waiting);
    }

    #[test]
    fn only_a_verdict_contradicts_a_label() {
        let pneumonia = Some(Label::Pneumonia);
        assert!(Outcome::NoPneumonia.contradicts(pneumonia));
        assert!(!Outcome::Pneumonia.contradicts(pneumonia));
        assert!(!Outcome::CannotAssess.contradicts(pneumonia));
        assert!(!Outcome::Pneumonia.contradicts(None));
    }

    #[test]
    fn a_label_is_named_as_the_data_sets_folders_are_in_any_case() {
        assert_eq!(Label::of_class("Pneumonia"), Some(Label::Pneumonia));
        assert_eq!(Label::of_class("normal"), Some(Label::Normal));
        assert_eq!(Label::of_class("test"), None);
    }
}
