//! The command-line settings of a training run.

use clap::Args;
use learning::recipe;
use learning::settings::Settings;

use crate::commands::arguments::{at_least_1, fraction, positive};

#[derive(Args, Clone, Debug)]
pub struct SettingsArguments {
    /// Training recipe
    #[arg(long, value_enum, value_name = "NAME", default_value = "debiased")]
    recipe: recipe::Name,
    /// Random seed for the split, the initial weights, the order of the films, the augmentation and the dropout
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Number of epochs [default: 100, for the original recipe 128]
    #[arg(long, value_name = "N", default_value = "100", default_value_if("recipe", "original", "128"),
        hide_default_value = true, value_parser = at_least_1)]
    epochs: usize,
    /// Batch size; the debiased recipe shows half as many films, each twice
    #[arg(long = "batch", value_name = "N", default_value_t = 16, value_parser = at_least_1)]
    batch_size: usize,
    /// Learning rate of Adam [default: 0.003, for the original recipe 0.001]
    #[arg(long, value_name = "X", default_value = "0.003", default_value_if("recipe", "original", "0.001"),
        hide_default_value = true, value_parser = positive)]
    learning_rate: f64,
    /// Fraction of each class's films held out for validation, split by patient
    #[arg(long, value_name = "X", default_value_t = 0.15, value_parser = fraction)]
    validation_fraction: f64,
}

/// The optional inputs of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs {
    /// Whether a table of aspect ratios was given (`--shapes`).
    pub shapes: bool,
    /// Whether a folder of images that are not chest films was given (`--others`).
    pub others: bool,
}

impl From<&SettingsArguments> for Settings {
    fn from(arguments: &SettingsArguments) -> Self {
        let SettingsArguments {
            recipe,
            seed,
            epochs,
            batch_size,
            learning_rate,
            validation_fraction,
        } = *arguments;
        Self {
            recipe,
            seed,
            epochs,
            batch_size,
            learning_rate,
            validation_fraction,
        }
    }
}

/// The command that reproduces a run, with placeholders for the paths.
pub fn command(settings: &Settings, inputs: Inputs) -> String {
    let Settings {
        recipe,
        seed,
        epochs,
        batch_size,
        learning_rate,
        validation_fraction,
    } = settings;
    let shapes = if inputs.shapes { " --shapes FILE" } else { "" };
    let others = if inputs.others { " --others DIR" } else { "" };
    format!(
        "trainer train --data DIR{shapes}{others} --out RUN --recipe {recipe} --seed {seed} --epochs {epochs} \
         --batch {batch_size} --learning-rate {learning_rate} --validation-fraction {validation_fraction}"
    )
}
