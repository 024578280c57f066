//! The settings of a training run.

use clap::Args;
use serde::{Deserialize, Serialize};

/// What decides the resulting weights, besides the films. The defaults are the original's.
#[derive(Args, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Decides the split, the first weights, the order, the augmentation and the dropout
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Passes over the training films
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = at_least_1)]
    pub epochs: usize,
    /// Films a step
    #[arg(long = "batch", value_name = "N", default_value_t = 16, value_parser = at_least_1)]
    pub batch_size: usize,
    /// Of the Adam optimiser
    #[arg(long, value_name = "X", default_value_t = 1e-3, value_parser = positive)]
    pub learning_rate: f64,
    /// Share of each class's films, in whole patients, that validates and is not learnt from
    #[arg(long, value_name = "X", default_value_t = 0.15, value_parser = fraction)]
    pub validation_fraction: f64,
}

/// Parses a count that may not be zero.
pub fn at_least_1(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("give a whole number of 1 or more".into()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("give a number above 0".into()),
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if 0.0 < number && number < 1.0 => Ok(number),
        _ => Err("give a number between 0 and 1".into()),
    }
}

impl Settings {
    /// The command that repeats the run, with placeholders for the folders.
    pub fn command(&self) -> String {
        let Self {
            seed,
            epochs,
            batch_size,
            learning_rate,
            validation_fraction,
        } = self;
        format!(
            "trainer train --data DIR --out RUN --seed {seed} --epochs {epochs} --batch {batch_size} \
             --learning-rate {learning_rate} --validation-fraction {validation_fraction}"
        )
    }
}
