//! Trains the network, natively and in a browser, without files or a terminal.
//!
//! ```text
//! dataset ─▶ split ─▶ augmentation ─▶ learner (by a recipe) ─▶ validation ─▶ calibration, operating_points
//!                                     network, parameters, adam, average
//! gate                  fits the small network that rejects pictures that are not frontal chest films
//! bias_model, detail    shortcuts: what separates the classes without the lungs
//! stress_tests                stress tests in which shortcuts contradict the lungs
//! ```
//!
//! All random numbers come from [`rng`]: the same films, settings and seed give the same weights.

pub mod adam;
pub mod augmentation;
pub mod average;
pub mod bias_model;
pub mod calibration;
pub mod dataset;
pub mod detail;
mod error;
pub mod gate;
pub mod learner;
pub mod network;
pub mod operating_points;
mod parallel;
pub mod parameters;
pub mod recipe;
pub mod rng;
pub mod settings;
pub mod split;
pub mod stress_tests;
pub mod validation;

pub use error::{Error, Result};
