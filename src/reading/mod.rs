//! The network's output → an answer: a probability, a verdict at the shipped threshold, or "cannot assess".
//!
//! ```text
//! decision    what a probability means at an operating point and at a prevalence
//! remark      reasons in a film's header to doubt its reading
//! stability   whether small changes to the film flip the verdict
//! heat_map    where on the film the answer comes from
//! ```

mod decision;
pub mod heat_map;
mod remark;
mod stability;

pub use decision::{Decision, Estimate, PredictiveValues, at_prevalence};
pub use remark::{Remark, remarks};
pub use stability::{CHANGES, flipping_changes};

use std::fmt;

use candle_core::{Device, Tensor};
use candle_nn::Module;
use serde::{Deserialize, Serialize};

use crate::input::{Input, SIZE};
use crate::network::{Metadata, PneumoniaCnn, Unassessable, Weights};
use crate::{Error, Result};

/// A network with its weights, ready to read films.
pub struct Reader {
    network: PneumoniaCnn,
    metadata: Metadata,
    decision: Decision,
}

/// The answer for one film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The network's output, positive for pneumonia.
    pub logit: f32,
    /// Calibrated probability of pneumonia, 0 to 1.
    pub probability: f64,
    pub verdict: Verdict,
    /// Probability at and above which the verdict is pneumonia.
    pub threshold: f64,
    /// Whether the probability is too close to the threshold to call: see [`Decision::uncertain`].
    pub uncertain: bool,
    /// Why the above should be disregarded, if the image can't be assessed.
    pub unassessable: Option<Unassessable>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Pneumonia,
    NoPneumonia,
}

impl Verdict {
    /// Pneumonia at or above the threshold.
    pub fn at(threshold: f64, probability: f64) -> Self {
        if probability >= threshold {
            Self::Pneumonia
        } else {
            Self::NoPneumonia
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Pneumonia => "pneumonia",
            Self::NoPneumonia => "no pneumonia",
        })
    }
}

impl Reader {
    /// Loads a weights file.
    ///
    /// # Errors
    /// Says which tensor or which part of the metadata is wrong.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self> {
        Self::new(
            &Weights::from_safetensors(bytes)?,
            Metadata::from_safetensors(bytes)?,
        )
    }

    pub fn new(weights: &Weights, metadata: Metadata) -> Result<Self> {
        Ok(Self {
            network: PneumoniaCnn::new(weights)?,
            decision: Decision::balanced(&metadata),
            metadata,
        })
    }

    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Reads one film.
    ///
    /// # Errors
    /// Only through a bug in this program.
    pub fn read(&self, input: &Input) -> Result<Reading> {
        let readings = self.read_batch(std::slice::from_ref(input))?;
        let first = readings.into_iter().next();
        first.ok_or_else(|| Error::Network(candle_core::Error::msg("no reading came back")))
    }

    /// Reads several films, natively on all cores.
    ///
    /// # Errors
    /// Only through a bug in this program.
    pub fn read_batch(&self, inputs: &[Input]) -> Result<Vec<Reading>> {
        let pixels = inputs.iter().flat_map(Input::pixels).copied().collect();
        let answers = self.logits(pixels)?.into_iter().zip(inputs);
        Ok(answers
            .map(|(logit, input)| self.answer(logit, input))
            .collect())
    }

    /// Probabilities of pneumonia for the film after each of [`CHANGES`].
    ///
    /// # Errors
    /// Only through a bug in this program.
    pub fn read_changed(&self, input: &Input) -> Result<Vec<f64>> {
        let changed = CHANGES.iter();
        let pixels = changed.flat_map(|(_, change)| change.apply(input.pixels(), (SIZE, SIZE)));
        let logits = self.logits(pixels.collect())?.into_iter();
        Ok(logits
            .map(|logit| self.metadata.calibration.probability(logit))
            .collect())
    }

    /// The logits of consecutive films of `SIZE * SIZE` pixels.
    fn logits(&self, pixels: Vec<f32>) -> Result<Vec<f32>> {
        let count = pixels.len() / (SIZE * SIZE);
        let films = Tensor::from_vec(pixels, (count, 1, SIZE, SIZE), &Device::Cpu)?;
        Ok(self.network.forward(&films)?.to_vec1()?)
    }

    fn answer(&self, logit: f32, input: &Input) -> Reading {
        let probability = self.metadata.calibration.probability(logit);
        Reading {
            logit,
            probability,
            verdict: self.decision.verdict(probability),
            threshold: self.decision.point.threshold,
            uncertain: self.decision.is_uncertain(probability),
            unassessable: self.metadata.gate.assess(input).err(),
        }
    }
}
