//! What a reading means at the operating point and the prevalence that the visitor chose.

use std::fmt;

use crate::network::metadata::OperatingPoint;
use crate::reading::{Decision, Verdict, at_prevalence, flipping_changes};
use crate::worker::answers::Model;

/// The operating point that the visitor chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Balanced,
    Screening,
    /// Index of a point on the model's ROC curve; at 0, no film is called pneumonia.
    Curve(usize),
}

/// The criteria by which films are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criteria {
    pub choice: Choice,
    pub decision: Decision,
    /// Prevalence of pneumonia among the films used for calibration.
    pub calibrated_prevalence: f64,
    /// Prevalence where the visitor works, 0 to 1.
    pub prevalence: f64,
}

/// What a reading means by these criteria.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub criteria: Criteria,
    pub verdict: Verdict,
    pub uncertain: bool,
    /// How many small changes to the film were tried; 0 until their answers have arrived.
    pub changes: usize,
    /// Those that flip the verdict.
    pub unstable: Vec<&'static str>,
    /// Probability of pneumonia, at the visitor's prevalence.
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

    /// The operating point of `model`, whose curve may be shorter than the one the choice was made on.
    fn point(self, model: &Model) -> OperatingPoint {
        let named = &model.operating_points;
        match self {
            Self::Balanced => named.balanced,
            Self::Screening => named.screening,
            Self::Curve(at) => model.roc.get(at).copied().unwrap_or(named.balanced),
        }
    }
}

impl Criteria {
    /// The criteria for `model`; without a prevalence, at that of its validation films.
    pub fn new(model: &Model, choice: Choice, prevalence: Option<f64>) -> Self {
        let point = choice.point(model);
        let calibrated_prevalence = model.validation.films.prevalence();
        Self {
            choice,
            decision: Decision::new(point, &model.operating_points, &model.roc),
            calibrated_prevalence,
            prevalence: prevalence.unwrap_or(calibrated_prevalence),
        }
    }

    /// Judges a calibrated probability, and those of the changed copies of the film.
    pub fn judge(self, probability: f64, changed: &[f64]) -> Judgement {
        let threshold = self.decision.point.threshold;
        Judgement {
            verdict: self.decision.verdict(probability),
            uncertain: self.decision.is_uncertain(probability),
            changes: changed.len(),
            unstable: flipping_changes(threshold, probability, changed),
            probability: self.shifted(probability),
            criteria: self,
        }
    }

    /// A calibrated probability at the visitor's prevalence.
    pub fn shifted(&self, probability: f64) -> f64 {
        at_prevalence(probability, self.calibrated_prevalence, self.prevalence)
    }

    /// Whether the visitor's prevalence differs from that of the films used for calibration.
    pub fn is_shifted(&self) -> bool {
        self.prevalence != self.calibrated_prevalence
    }
}

impl Judgement {
    /// What flips the verdict, if anything does.
    pub fn unstable_sentence(&self) -> Option<String> {
        (!self.unstable.is_empty()).then(|| {
            format!(
                "The verdict changes when the film is {}.",
                self.unstable.join(", or ")
            )
        })
    }
}

/// The verdict in words.
impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.uncertain {
            f.write_str("uncertain, likely ")?;
        }
        self.verdict.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Metadata;
    use crate::page::tests_support::{decision, point};
    use crate::reading::CHANGES;

    fn criteria(prevalence: f64) -> Criteria {
        Criteria {
            choice: Choice::Balanced,
            decision: decision(0.5),
            calibrated_prevalence: 0.7,
            prevalence,
        }
    }

    #[test]
    fn the_verdict_is_of_the_calibrated_probability_and_the_number_of_the_visitors_prevalence() {
        let judgement = criteria(0.1).judge(0.6, &[]);
        assert_eq!(judgement.verdict, Verdict::Pneumonia);
        // Odds of 3 to 2, times the ratio of the prior odds at 0.1 to those at 0.7.
        let odds = 1.5 * (0.1 / 0.9) / (0.7 / 0.3);
        assert!((judgement.probability - odds / (1.0 + odds)).abs() < 1e-12);
        assert!(criteria(0.1).is_shifted() && !criteria(0.7).is_shifted());
    }

    #[test]
    fn changes_that_turn_the_verdict_over_are_named() {
        let mut changed = vec![0.9; CHANGES.len()];
        assert_eq!(criteria(0.7).judge(0.9, &changed).unstable_sentence(), None);
        changed[0] = 0.1;
        let judgement = criteria(0.7).judge(0.9, &changed);
        assert_eq!(judgement.changes, CHANGES.len());
        let sentence = judgement.unstable_sentence().unwrap();
        assert!(sentence.contains(judgement.unstable[0]), "{sentence}");
    }

    #[test]
    fn a_place_beyond_another_models_curve_is_its_balanced_point() {
        let shipped = include_bytes!("../../model/pneumonia-cnn.safetensors");
        let model = Model::new(&Metadata::from_safetensors(shipped).unwrap(), String::new());
        let beyond = Criteria::new(&model, Choice::Curve(usize::MAX), None);
        let balanced = Criteria::new(&model, Choice::Balanced, None);
        assert_eq!(beyond.decision, balanced.decision);
        assert_ne!(balanced.decision.point, point(0.5));
    }
}
