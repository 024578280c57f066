//! Readings and operating points for the tests.

use std::sync::Arc;

use super::film::FilmState;
use crate::network::Unassessable;
use crate::network::metadata::{OperatingPoint, OperatingPoints};
use crate::reading::Decision;
use crate::worker::answers::FilmReading;

/// A reading without a picture.
pub fn reading(probability: f64, unassessable: Option<Unassessable>) -> FilmReading {
    FilmReading {
        probability,
        unassessable,
        remarks: Vec::new(),
        inference_ms: 1.5,
        width: 2,
        height: 1,
        thumbnail: None,
    }
}

/// A film that was read and can be assessed.
pub fn read(probability: f64) -> FilmState {
    FilmState::Read(Arc::new(reading(probability, None)))
}

/// A film that was read and can't be assessed.
pub fn refused(probability: f64, reason: Unassessable) -> FilmState {
    FilmState::Read(Arc::new(reading(probability, Some(reason))))
}

/// An operating point at that threshold.
pub fn point(threshold: f64) -> OperatingPoint {
    OperatingPoint {
        threshold,
        sensitivity: 0.9,
        sensitivity_ci: [0.8, 0.95],
        specificity: 0.9,
        specificity_ci: [0.8, 0.95],
    }
}

/// The decision at that threshold, for a model with no other points.
pub fn decision(threshold: f64) -> Decision {
    let points = OperatingPoints {
        balanced: point(threshold),
        screening: point(threshold),
    };
    Decision::new(point(threshold), &points, &[])
}
