//! What a worker tells of a network and of a film.

use serde::{Deserialize, Serialize};

use crate::network::metadata::{
    Architecture, Calibration, OperatingPoint, OperatingPoints, TestResult, Training, Validation,
};
use crate::network::{Metadata, Unassessable};
use crate::radiograph::Preview;

/// Longer side of the picture in a row of the worklist, in pixels.
pub const THUMBNAIL: usize = 64;

/// Which network gives the answers, and what its file says of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub name: String,
    pub version: String,
    /// Of the weights file, in hexadecimal.
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
    /// Of a weights file with that hash.
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

/// The worker's answer to a film: what is kept of it for as long as it is in the list.
#[derive(Clone, Serialize, Deserialize)]
pub struct FilmReading {
    /// Probability of pneumonia, 0 to 1.
    pub probability: f64,
    /// Why nothing should be made of these, if the picture is not one that can be judged.
    pub unassessable: Option<Unassessable>,
    /// What the film's file says against making much of these, a sentence each.
    pub remarks: Vec<String>,
    /// How long the network took, in milliseconds, without decoding and resizing.
    pub inference_ms: f64,
    /// Size of the film in pixels, as it is in the file.
    pub width: u32,
    pub height: u32,
    /// The film with a longer side of [`THUMBNAIL`] pixels; none of an answer that was kept from an earlier visit.
    #[serde(default)]
    pub thumbnail: Option<Preview>,
}
