//! What a worker reports about a network and about a film.

use serde::{Deserialize, Serialize};

use crate::network::metadata::{
    Architecture, Calibration, OperatingPoint, OperatingPoints, TestResult, Training, Validation,
};
use crate::network::{Metadata, Unassessable};
use crate::radiograph::Preview;

/// Longer side of the image in a row of the worklist, in pixels.
pub const THUMBNAIL: usize = 64;

/// The network that gives the answers, and what its file says about it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub name: String,
    pub version: String,
    /// SHA-256 of the weights file, in hexadecimal.
    pub sha256: String,
    pub architecture: Architecture,
    pub calibration: Calibration,
    pub operating_points: OperatingPoints,
    pub roc: Vec<OperatingPoint>,
    /// Number of values in the gate.
    pub gate_parameters: usize,
    pub training: Training,
    pub validation: Validation,
    pub stress_tests: Vec<TestResult>,
    pub external: Vec<TestResult>,
}

impl Model {
    /// The model of a weights file with that hash.
    pub fn new(metadata: &Metadata, sha256: String) -> Self {
        let Metadata {
            name,
            version,
            architecture,
            calibration,
            operating_points,
            roc,
            gate,
            training,
            validation,
            stress_tests,
            external,
        } = metadata.clone();
        Self {
            name,
            version,
            sha256,
            architecture,
            calibration,
            operating_points,
            roc,
            gate_parameters: gate.parameters(),
            training,
            validation,
            stress_tests,
            external,
        }
    }
}

/// The worker's answer for a film, kept for as long as the film is in the list.
#[derive(Clone, Serialize, Deserialize)]
pub struct FilmReading {
    /// Probability of pneumonia, 0 to 1.
    pub probability: f64,
    /// Why the probability should be disregarded, if the image can't be assessed.
    pub unassessable: Option<Unassessable>,
    /// Reasons in the film's header to doubt the reading, a sentence each.
    pub remarks: Vec<String>,
    /// How long the network took, in milliseconds, without decoding and resizing.
    pub inference_ms: f64,
    /// Size of the film in pixels, as it is in the file.
    pub width: u32,
    pub height: u32,
    /// The film with a longer side of [`THUMBNAIL`] pixels; none for an answer kept from an earlier visit.
    #[serde(default)]
    pub thumbnail: Option<Preview>,
}
