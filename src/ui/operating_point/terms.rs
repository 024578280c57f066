use crate::network::metadata::OperatingPoint;
use crate::reading::{Decision, Verdict, at_prevalence, turned};
use crate::worker::messages::Model;
use leptos::prelude::*;
use std::fmt;
use std::sync::Arc;

/// The operating point of the reader's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Balanced,
    Screening,
    /// A place on the model's ROC curve, 0 where no film is called pneumonia.
    Curve(usize),
}

/// By what films are judged.
#[derive(Clone, Copy)]
pub struct Terms {
    /// The model in use, from when it is first ready.
    pub model: RwSignal<Option<Arc<Model>>>,
    pub choice: RwSignal<Choice>,
    /// The share of films with pneumonia where the reader works, 0 to 1; `None` for that of the validation films.
    pub prevalence: RwSignal<Option<f64>>,
}

/// What a reading says on these terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub choice: Choice,
    pub decision: Decision,
    pub verdict: Verdict,
    pub uncertain: bool,
    /// How many small changes of the film were tried: none until their answers are there.
    pub changes: usize,
    /// Those that turn the verdict over.
    pub unstable: Vec<&'static str>,
    /// Share with pneumonia of the films that the probability was calibrated on.
    pub calibrated_prevalence: f64,
    /// The reader's.
    pub prevalence: f64,
    /// Of pneumonia, at that prevalence.
    pub probability: f64,
}

impl Choice {
    /// As a word in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Screening => "screening",
            Self::Curve(_) => "chosen",
        }
    }

    /// Of that model, which may have a shorter curve than the one that the choice was made on.
    fn point(self, model: &Model) -> OperatingPoint {
        let named = &model.operating_points;
        match self {
            Self::Balanced => named.balanced,
            Self::Screening => named.screening,
            Self::Curve(at) => model.roc.get(at).copied().unwrap_or(named.balanced),
        }
    }
}

impl Terms {
    pub fn new() -> Self {
        Self {
            model: RwSignal::new(None),
            choice: RwSignal::new(Choice::Balanced),
            prevalence: RwSignal::new(None),
        }
    }

    /// From now on films are judged by this model.
    pub fn judge_by(&self, model: Arc<Model>) {
        let same =
            |now: &Option<Arc<Model>>| now.as_ref().is_some_and(|now| now.sha256 == model.sha256);
        if self.model.with_untracked(same) {
            return;
        }
        // A place on another model's curve is another operating point.
        if matches!(self.choice.get_untracked(), Choice::Curve(_)) {
            self.choice.set(Choice::Balanced);
        }
        self.model.set(Some(model));
    }

    /// The chosen operating point, once there is a model.
    pub fn decision(&self) -> Option<Decision> {
        let model = self.model.get()?;
        let point = self.choice.get().point(&model);
        Some(Decision::new(point, &model.operating_points, &model.roc))
    }

    /// The share with pneumonia among the films that the model was calibrated on.
    pub fn calibrated_prevalence(&self) -> Option<f64> {
        self.model
            .with(|model| Some(model.as_ref()?.validation.films.prevalence()))
    }

    /// What a calibrated probability, and those of the changed copies, say, once there is a model.
    pub fn judge(&self, probability: f64, changed: &ArcRwSignal<Vec<f64>>) -> Option<Judgement> {
        let decision = self.decision()?;
        let calibrated_prevalence = self.calibrated_prevalence()?;
        let prevalence = self.prevalence.get().unwrap_or(calibrated_prevalence);
        Some(Judgement {
            choice: self.choice.get(),
            decision,
            verdict: decision.verdict(probability),
            uncertain: decision.is_uncertain(probability),
            changes: changed.with(Vec::len),
            unstable: changed
                .with(|changed| turned(decision.point.threshold, probability, changed)),
            calibrated_prevalence,
            prevalence,
            probability: at_prevalence(probability, calibrated_prevalence, prevalence),
        })
    }
}

impl Judgement {
    /// A calibrated probability at the reader's prevalence.
    pub fn shifted(&self, probability: f64) -> f64 {
        at_prevalence(probability, self.calibrated_prevalence, self.prevalence)
    }

    /// What turns the verdict over, if anything does.
    pub fn unstable_sentence(&self) -> Option<String> {
        (!self.unstable.is_empty()).then(|| {
            format!(
                "The verdict is another when the film is {}.",
                self.unstable.join(", or ")
            )
        })
    }

    /// Whether the reader's prevalence is another than that of the films it was calibrated on.
    pub fn is_shifted(&self) -> bool {
        self.prevalence != self.calibrated_prevalence
    }
}

/// The verdict in words.
impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.uncertain {
            f.write_str("uncertain, rather ")?;
        }
        self.verdict.fmt(f)
    }
}
