//! What a weights file says about itself: everything needed to use it, and how it came to be.

use serde::{Deserialize, Serialize};

use super::{Gate, architecture, weights};
use crate::{Error, Result, input};

/// The one entry of a weights file's `__metadata__`: JSON of [`Metadata`].
const ENTRY: &str = "model";

/// The model behind a weights file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    pub name: String,
    /// Of the project that wrote the file.
    pub version: String,
    pub architecture: Architecture,
    pub calibration: Calibration,
    pub operating_points: OperatingPoints,
    /// The ROC curve on the validation patients, by falling threshold.
    pub roc: Vec<OperatingPoint>,
    /// Which pictures can be judged.
    pub gate: Gate,
    pub training: Training,
    /// On the validation patients, at the balanced operating point.
    pub validation: Validation,
    /// On validation films where shortcuts say the opposite of the lungs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stress_tests: Vec<TestResult>,
    /// On films that nothing was fitted or chosen on, entered after they were measured (`trainer card`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external: Vec<TestResult>,
}

/// The thresholds to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoints {
    /// An equal error rate: sensitivity and specificity are the same, as a mean over the validation films and the
    /// stress tests that resemble films taken otherwise.
    pub balanced: OperatingPoint,
    /// The greatest specificity at a sensitivity of 99 % or more on films and copies: misses few, and calls more films
    /// that are normal.
    pub screening: OperatingPoint,
}

/// A probability from which the verdict is pneumonia, and what that meant on the validation patients, with 95 %
/// intervals. All are shares of 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    pub threshold: f64,
    pub sensitivity: f64,
    pub sensitivity_ci: [f64; 2],
    pub specificity: f64,
    pub specificity_ci: [f64; 2],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    pub name: String,
    pub version: u32,
    /// Side of the square input, in pixels.
    pub input_size: usize,
    pub normalisation: String,
    /// In the order of the labels 0 and 1.
    pub classes: [String; 2],
    pub trainable_parameters: usize,
}

/// Corrects the network's confidence: `probability = sigmoid(slope * logit + intercept)` (Platt 1999).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub slope: f64,
    pub intercept: f64,
}

/// How the weights were made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Training {
    pub command: String,
    pub seed: u64,
    /// Epochs trained, and the one (from 1) that these weights are from.
    pub epochs: usize,
    pub epoch: usize,
    pub batch_size: usize,
    pub learning_rate: f64,
    /// Share of each class's films, in whole patients, that was kept out of training.
    pub validation_fraction: f64,
    pub films: Counts,
    pub patients: Counts,
    /// SHA-256 of the sorted list of films (class, name and content) of both splits.
    pub file_list_sha256: String,
    /// Pictures that are no frontal chest films, which the gate was fitted on besides those it makes up.
    pub gate_pictures: usize,
}

/// Films or patients of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub normal: usize,
    pub pneumonia: usize,
}

impl Counts {
    /// Share with pneumonia, 0 to 1; not a number without films.
    pub fn prevalence(&self) -> f64 {
        self.pneumonia as f64 / (self.normal + self.pneumonia) as f64
    }
}

/// Figures on the patients that were kept out of training, with 95 % intervals. All but the loss are
/// shares of 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    pub films: Counts,
    pub patients: Counts,
    pub loss: f64,
    pub accuracy: f64,
    pub sensitivity: f64,
    pub specificity: f64,
    pub auc: f64,
    pub accuracy_ci: [f64; 2],
    pub sensitivity_ci: [f64; 2],
    pub specificity_ci: [f64; 2],
    pub auc_ci: [f64; 2],
    pub brier: f64,
    /// Of each fifth of the patients by a calibration that was fitted on the other four.
    pub ece: f64,
}

/// Figures on a set of films at the balanced operating point, with 95 % intervals. All are shares of 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// What the films are, for example "official test split, 624 films of the same hospital taken otherwise".
    pub source: String,
    pub films: Counts,
    /// The probability from which a film was called pneumonia.
    pub threshold: f64,
    pub auc: f64,
    pub auc_ci: [f64; 2],
    pub accuracy: f64,
    pub accuracy_ci: [f64; 2],
    pub sensitivity: f64,
    pub sensitivity_ci: [f64; 2],
    pub specificity: f64,
    pub specificity_ci: [f64; 2],
}

impl Architecture {
    /// Of the network in this code.
    pub fn current() -> Self {
        Self {
            name: architecture::NAME.into(),
            version: architecture::VERSION,
            input_size: input::SIZE,
            normalisation: input::NORMALISATION.into(),
            classes: architecture::CLASSES.map(String::from),
            trainable_parameters: architecture::trainable_parameters(),
        }
    }
}

/// That every value is a share of 1 and every interval the right way up.
fn check_shares(what: &str, shares: &[f64], intervals: &[[f64; 2]]) -> Result<()> {
    let all = shares.iter().chain(intervals.as_flattened());
    if let Some(share) = all.copied().find(|share| !(0.0..=1.0).contains(share)) {
        return Err(Error::Metadata(format!(
            "has {what} with the share {share}"
        )));
    }
    match intervals.iter().find(|[low, high]| low > high) {
        Some([low, high]) => Err(Error::Metadata(format!(
            "has {what} with an interval from {low} down to {high}"
        ))),
        None => Ok(()),
    }
}

impl OperatingPoint {
    fn check(&self) -> Result<()> {
        check_shares(
            "an operating point",
            &[self.threshold, self.sensitivity, self.specificity],
            &[self.sensitivity_ci, self.specificity_ci],
        )
    }
}

impl TestResult {
    fn check(&self) -> Result<()> {
        let Self {
            threshold,
            auc,
            accuracy,
            sensitivity,
            specificity,
            ..
        } = *self;
        check_shares(
            "a test result",
            &[threshold, auc, accuracy, sensitivity, specificity],
            &[
                self.auc_ci,
                self.accuracy_ci,
                self.sensitivity_ci,
                self.specificity_ci,
            ],
        )
    }
}

impl Calibration {
    /// Leaves the network's confidence as it is.
    pub const IDENTITY: Self = Self {
        slope: 1.0,
        intercept: 0.0,
    };

    /// Probability of pneumonia, in 0 to 1, of the network's logit.
    pub fn probability(&self, logit: f32) -> f64 {
        let logit = self.slope * f64::from(logit) + self.intercept;
        1.0 / (1.0 + (-logit).exp())
    }
}

impl Metadata {
    /// Reads the metadata of a weights file.
    ///
    /// # Errors
    /// When there is none, or when it asks for another network, input or class order than this code has.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self> {
        weights::parse(bytes)?;
        let (_, header) = safetensors::SafeTensors::read_metadata(bytes)
            .map_err(|error| Error::WeightsDamaged(error.to_string()))?;
        let text = header
            .metadata()
            .as_ref()
            .and_then(|entries| entries.get(ENTRY))
            .ok_or_else(|| Error::Metadata(format!("has no entry \"{ENTRY}\"")))?;
        let metadata: Self = serde_json::from_str(text)
            .map_err(|error| Error::Metadata(format!("can't be read: {error}")))?;
        metadata.check()?;
        Ok(metadata)
    }

    /// The entry of a safetensors file's `__metadata__`.
    pub(super) fn to_entries(&self) -> Result<(String, String)> {
        let text = serde_json::to_string(self)
            .map_err(|error| Error::Metadata(format!("can't be written: {error}")))?;
        Ok((ENTRY.into(), text))
    }

    fn check(&self) -> Result<()> {
        let current = Architecture::current();
        if self.architecture != current {
            return Err(Error::Metadata(format!(
                "describes {:?}, but this program runs {current:?}",
                self.architecture
            )));
        }
        let Calibration { slope, intercept } = self.calibration;
        if !slope.is_finite() || !intercept.is_finite() {
            return Err(Error::Metadata(format!(
                "has a calibration of {slope} and {intercept}"
            )));
        }
        let OperatingPoints {
            balanced,
            screening,
        } = self.operating_points;
        for point in [balanced, screening].iter().chain(&self.roc) {
            point.check()?;
        }
        for result in self.stress_tests.iter().chain(&self.external) {
            result.check()?;
        }
        self.gate.check()
    }
}
