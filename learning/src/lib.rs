//! Trains the network, natively and in a browser: no files, no terminal.
//!
//! ```text
//! dataset ─▶ split ─▶ augmentation ─▶ learner (by a recipe) ─▶ validation ─▶ calibration, operating_points
//!                                     network, parameters, adam, average
//! gate                  fits the small network that refuses other pictures
//! bias_model, detail    what tells the classes apart without the lungs
//! judges                how a network does where that says the opposite of the lungs
//! ```
//!
//! All randomness comes from [`rng`]: the same films, settings and seed give the same weights.

pub mod adam;
pub mod augmentation;
pub mod average;
pub mod bias_model;
pub mod calibration;
pub mod dataset;
pub mod detail;
mod error;
pub mod gate;
pub mod judges;
pub mod learner;
pub mod network;
pub mod operating_points;
mod parallel;
pub mod parameters;
pub mod recipe;
pub mod rng;
pub mod settings;
pub mod split;
pub mod validation;

pub use error::{Error, Result};
