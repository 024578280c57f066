//! The settings of a training run.

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::recipe;

/// What decides the resulting weights, besides the films.
#[derive(Args, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How to train
    #[arg(long, value_enum, value_name = "NAME", default_value = "debiased")]
    pub recipe: recipe::Name,
    /// Decides the split, the first weights, the order, the augmentation and the dropout
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Passes over the training films [default: 100, for the original recipe 128]
    #[arg(long, value_name = "N", default_value = "100", default_value_if("recipe", "original", "128"),
        hide_default_value = true, value_parser = at_least_1)]
    pub epochs: usize,
    /// Films shown in a step; by the recipe debiased half as many, each twice
    #[arg(long = "batch", value_name = "N", default_value_t = 16, value_parser = at_least_1)]
    pub batch_size: usize,
    /// Of the Adam optimiser [default: 0.003, for the original recipe 0.001]
    #[arg(long, value_name = "X", default_value = "0.003", default_value_if("recipe", "original", "0.001"),
        hide_default_value = true, value_parser = positive)]
    pub learning_rate: f64,
    /// Share of each class's films, in whole patients, that validates and is not learnt from
    #[arg(long, value_name = "X", default_value_t = 0.15, value_parser = fraction)]
    pub validation_fraction: f64,
}

/// What else the command line of a run names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs {
    /// Whether there is a table of the films' shapes.
    pub shapes: bool,
    /// Whether there is a folder of pictures of other things.
    pub others: bool,
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
    /// The original's, with another batch size.
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

    /// The command that repeats the run, with placeholders for the folders.
    pub fn command(&self, inputs: Inputs) -> String {
        let Self {
            recipe,
            seed,
            epochs,
            batch_size,
            learning_rate,
            validation_fraction,
        } = self;
        let shapes = if inputs.shapes { " --shapes FILE" } else { "" };
        let others = if inputs.others { " --others DIR" } else { "" };
        format!(
            "trainer train --data DIR{shapes}{others} --out RUN --recipe {recipe} --seed {seed} --epochs {epochs} --batch {batch_size} \
             --learning-rate {learning_rate} --validation-fraction {validation_fraction}"
        )
    }
}
