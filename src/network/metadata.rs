//! The metadata of a weights file: everything needed to use it, and how it was trained.

use serde::{Deserialize, Serialize};

use super::{Gate, architecture, weights};
use crate::{Error, Result, input};

/// The only entry of a weights file's `__metadata__`: [`Metadata`] as JSON.
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
    /// Decides which images can be assessed.
    pub gate: Gate,
    pub training: Training,
    /// On the validation patients, at the balanced operating point.
    pub validation: Validation,
    /// On validation films where shortcuts contradict the lungs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stress_tests: Vec<TestResult>,
    /// On films that were not used for fitting or selection, added after the measurement (`trainer card`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external: Vec<TestResult>,
}

/// The thresholds to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoints {
    /// Equal error rate: sensitivity equals specificity, averaged over the validation films and the stress tests that
    /// resemble films taken under other conditions.
    pub balanced: OperatingPoint,
    /// The highest specificity at a sensitivity of 99 % or more on films and copies: few misses, more false alarms.
    pub screening: OperatingPoint,
}

/// A probability at and above which the verdict is pneumonia, and the performance on the validation patients, with 95 %
/// intervals. All are fractions.
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

/// Platt scaling: `probability = sigmoid(slope * logit + intercept)` (Platt 1999).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub slope: f64,
    pub intercept: f64,
}

/// How the weights were trained.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Training {
    pub command: String,
    pub seed: u64,
    /// Epochs trained, and the one (from 1) these weights come from.
    pub epochs: usize,
    pub epoch: usize,
    pub batch_size: usize,
    pub learning_rate: f64,
    /// Fraction of each class's films held out of training, in whole patients.
    pub validation_fraction: f64,
    pub films: Counts,
    pub patients: Counts,
    /// SHA-256 of the sorted list of films (class, name and content) of both splits.
    pub file_list_sha256: String,
    /// Real images other than frontal chest films that the gate was fitted on, besides synthetic ones.
    pub gate_pictures: usize,
}

/// Number of films or patients of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub normal: usize,
    pub pneumonia: usize,
}

impl Counts {
    /// Share with pneumonia, 0 to 1; NaN without films.
    pub fn prevalence(&self) -> f64 {
        self.pneumonia as f64 / (self.normal + self.pneumonia) as f64
    }
}

/// Metrics on the held-out patients, with 95 % intervals. All but the loss are fractions.
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
    /// Cross-validated: each fifth of the patients with a calibration fitted on the other four.
    pub ece: f64,
}

/// Metrics on a set of films at the balanced operating point, with 95 % intervals. All are fractions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// What the films are, for example "official test split, 624 films of the same hospital taken under other
    /// conditions".
    pub source: String,
    pub films: Counts,
    /// The probability at and above which a film was called pneumonia.
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
    /// The architecture in this code.
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

/// Checks that every value is from 0 to 1 and every interval in order.
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
    /// Leaves the logit unchanged.
    pub const IDENTITY: Self = Self {
        slope: 1.0,
        intercept: 0.0,
    };

    /// The calibrated probability of pneumonia, 0 to 1, for a logit.
    pub fn probability(&self, logit: f32) -> f64 {
        let logit = self.slope * f64::from(logit) + self.intercept;
        1.0 / (1.0 + (-logit).exp())
    }
}

impl Metadata {
    /// Reads the metadata of a weights file.
    ///
    /// # Errors
    /// When there are none, or when they describe another network, input or class order than this code's.
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
