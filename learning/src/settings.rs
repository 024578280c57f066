//! The settings of a training run.

use serde::{Deserialize, Serialize};

use crate::recipe;

/// What determines the resulting weights, besides the films.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub recipe: recipe::Name,
    /// Seeds the split, the initial weights, the order, the augmentation and the dropout.
    pub seed: u64,
    /// Passes over the training films.
    pub epochs: usize,
    /// Films shown per step; with consistency training half as many, each twice.
    pub batch_size: usize,
    /// Of the Adam optimiser.
    pub learning_rate: f64,
    /// Fraction of each class's films, in whole patients, held out for validation: above 0, below 1.
    pub validation_fraction: f64,
}

impl Settings {
    /// The Keras original's, with another batch size.
    pub fn of_the_original(batch_size: usize) -> Self {
        Self {
            recipe: recipe::Name::Original,
            seed: 1,
            epochs: 128,
            batch_size,
            learning_rate: 1e-3,
            validation_fraction: 0.15,
        }
    }
}
