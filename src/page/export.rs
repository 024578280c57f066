//! All answers as a table. Films are identified by file and folder names only: nothing that a DICOM header says about
//! the patient is exported.

use serde::Serialize;

use super::film::{FilmState, Label, Outcome};
use super::judgement::Criteria;
use crate::csv;
use crate::worker::answers::Model;

/// One film, as in both formats.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Includes the folder.
    pub file: String,
    /// `NORMAL`, `PNEUMONIA` or none.
    pub label: Option<&'static str>,
    /// Of pneumonia, 0 to 1. None for a film that was not read or can't be assessed.
    pub probability: Option<f64>,
    /// The verdict, or what became of the film instead.
    pub verdict: &'static str,
    /// Whether the opposite verdict is about as plausible.
    pub uncertain: Option<bool>,
    /// Whether small changes to the film flip the verdict; none until that is known.
    pub unstable: Option<bool>,
    pub cannot_assess: Option<String>,
    /// Why there is no answer.
    pub error: Option<String>,
    pub inference_ms: Option<f64>,
}

/// All films, and the model that read them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answers {
    pub model: String,
    pub version: String,
    /// SHA-256 of the weights file.
    pub sha256: String,
    pub operating_point: &'static str,
    /// Probability at and above which the verdict is pneumonia.
    pub threshold: Option<f64>,
    /// ISO 8601, in UTC.
    pub saved_at: String,
    pub films: Vec<Row>,
}

impl Row {
    /// The row for the film at `path`; `criteria` are `None` until there is a model.
    pub fn new(
        path: String,
        label: Option<Label>,
        state: &FilmState,
        changed: &[f64],
        criteria: Option<Criteria>,
    ) -> Self {
        let decision = criteria.map(|criteria| criteria.decision);
        let outcome = Outcome::of(state, decision.as_ref());
        let reading = match state {
            FilmState::Read(reading) => Some(reading),
            _ => None,
        };
        let probability = state.assessed().map(|reading| reading.probability);
        let judgement = criteria
            .zip(probability)
            .map(|(criteria, probability)| criteria.judge(probability, changed));
        Self {
            file: path,
            label: label.map(Label::class),
            probability,
            verdict: outcome.words().1,
            uncertain: judgement.as_ref().map(|judgement| judgement.uncertain),
            unstable: judgement
                .filter(|judgement| judgement.changes > 0)
                .map(|judgement| !judgement.unstable.is_empty()),
            cannot_assess: reading.and_then(|reading| Some(reading.unassessable?.to_string())),
            error: match state {
                FilmState::Failed(sentence) => Some(sentence.clone()),
                _ => None,
            },
            inference_ms: reading.map(|reading| reading.inference_ms),
        }
    }
}

impl Answers {
    /// The answers for `films`, read by `model` at the operating point of that name.
    pub fn new(
        model: Option<&Model>,
        operating_point: &'static str,
        criteria: Option<Criteria>,
        saved_at: String,
        films: Vec<Row>,
    ) -> Self {
        let of_model = |text: fn(&Model) -> &String| model.map(text).cloned().unwrap_or_default();
        Self {
            model: of_model(|model| &model.name),
            version: of_model(|model| &model.version),
            sha256: of_model(|model| &model.sha256),
            operating_point,
            threshold: criteria.map(|criteria| criteria.decision.point.threshold),
            saved_at,
            films,
        }
    }

    /// A table with one row per film.
    pub fn to_csv(&self) -> String {
        let mut table = csv::line([
            "file",
            "label",
            "probability",
            "verdict",
            "uncertain",
            "unstable",
            "cannot_assess",
            "error",
            "inference_ms",
            "operating_point",
            "threshold",
            "model",
            "version",
            "sha256",
            "saved_at",
        ]);
        let flag = |value: Option<bool>| value.map(|value| value.to_string()).unwrap_or_default();
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        for film in &self.films {
            table += &csv::line([
                film.file.as_str(),
                film.label.unwrap_or_default(),
                &number(film.probability),
                film.verdict,
                &flag(film.uncertain),
                &flag(film.unstable),
                film.cannot_assess.as_deref().unwrap_or_default(),
                film.error.as_deref().unwrap_or_default(),
                &number(film.inference_ms),
                self.operating_point,
                &number(self.threshold),
                &self.model,
                &self.version,
                &self.sha256,
                &self.saved_at,
            ]);
        }
        // Spreadsheets recognise UTF-8 only by this byte order mark.
        format!("\u{feff}{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Unassessable;
    use crate::page::judgement::Choice;
    use crate::page::tests_support::{decision, read, refused};
    use crate::reading::CHANGES;

    fn row(state: &FilmState, changed: &[f64]) -> Row {
        let criteria = Criteria {
            choice: Choice::Balanced,
            decision: decision(0.5),
            calibrated_prevalence: 0.7,
            prevalence: 0.7,
        };
        let path = "chest/NORMAL/a, b.png".into();
        Row::new(path, Some(Label::Normal), state, changed, Some(criteria))
    }

    #[test]
    fn a_film_that_cannot_be_judged_has_a_reason_and_no_probability() {
        let refused = row(&refused(0.9, Unassessable::Blank), &[]);
        assert_eq!((refused.probability, refused.uncertain), (None, None));
        assert_eq!(refused.verdict, "cannot assess");
        assert_eq!(refused.cannot_assess, Some(Unassessable::Blank.to_string()));
        let failed = row(&FilmState::Failed("damaged".into()), &[]);
        assert_eq!(failed.error.as_deref(), Some("damaged"));
        assert_eq!((failed.verdict, failed.inference_ms), ("no answer", None));
    }

    #[test]
    fn whether_a_verdict_is_stable_is_said_once_it_is_known() {
        assert_eq!(row(&read(0.9), &[]).unstable, None);
        let mut changed = vec![0.9; CHANGES.len()];
        assert_eq!(row(&read(0.9), &changed).unstable, Some(false));
        changed[1] = 0.1;
        assert_eq!(row(&read(0.9), &changed).unstable, Some(true));
    }

    #[test]
    fn each_line_of_the_table_has_the_columns_of_its_heading() {
        let films = vec![row(&read(0.9), &[]), row(&FilmState::Waiting, &[])];
        let saved_at = "2026-01-02T03:04:05Z".to_owned();
        let answers = Answers::new(None, "balanced", None, saved_at, films);
        let records = csv::parse(&answers.to_csv());
        assert_eq!(records.len(), 3);
        assert!(records.iter().all(|record| record.len() == 15));
        assert_eq!(records[1][0], "chest/NORMAL/a, b.png");
        assert_eq!(records[1][2], "0.9");
        assert_eq!(records[2][3], "waiting");
    }
}
