//! The visitor's criteria for verdicts, chosen once for the whole page. A reading contains only probabilities, so a
//! change shows in every card at once, without reading again.
//!
//! ```text
//! panel        where the operating point and the prevalence are chosen
//! roc_curve    a plot of the available operating points
//! weights      the choice of weights: the shipped ones or another file
//! ```

mod panel;
mod roc_curve;
mod weights;

pub use panel::OperatingPointPanel;
pub use roc_curve::RocCurve;
pub use weights::{Trial, WeightsChoice, WeightsRequest, use_weights};

use crate::page::judgement::{Choice, Criteria, Judgement};
use crate::reading::Decision;
use crate::worker::answers::Model;
use leptos::prelude::*;
use std::sync::Arc;

/// The visitor's criteria for verdicts.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// The model in use; `None` until the first one is ready.
    pub model: RwSignal<Option<Arc<Model>>>,
    pub choice: RwSignal<Choice>,
    /// The share of films with pneumonia where the visitor works, 0 to 1; `None` for that of the validation films.
    pub prevalence: RwSignal<Option<f64>>,
}

impl Preferences {
    pub fn new() -> Self {
        Self {
            model: RwSignal::new(None),
            choice: RwSignal::new(Choice::Balanced),
            prevalence: RwSignal::new(None),
        }
    }

    /// Uses this model's metadata for verdicts from now on.
    pub fn use_model(self, model: Arc<Model>) {
        let same =
            |now: &Option<Arc<Model>>| now.as_ref().is_some_and(|now| now.sha256 == model.sha256);
        if self.model.with_untracked(same) {
            return;
        }
        // The same place on another model's curve is a different operating point.
        if matches!(self.choice.get_untracked(), Choice::Curve(_)) {
            self.choice.set(Choice::Balanced);
        }
        self.model.set(Some(model));
    }

    /// The criteria for verdicts, once there is a model.
    pub fn criteria(self) -> Option<Criteria> {
        let model = self.model.get()?;
        Some(Criteria::new(
            &model,
            self.choice.get(),
            self.prevalence.get(),
        ))
    }

    /// The chosen operating point, once there is a model.
    pub fn decision(self) -> Option<Decision> {
        self.criteria().map(|criteria| criteria.decision)
    }

    /// The judgement on a calibrated probability and those of the changed copies, once there is a model.
    pub fn judge(self, probability: f64, changed: &ArcRwSignal<Vec<f64>>) -> Option<Judgement> {
        let criteria = self.criteria()?;
        Some(changed.with(|changed| criteria.judge(probability, changed)))
    }
}

/// The page's preferences.
pub fn use_preferences() -> Preferences {
    expect_context()
}
