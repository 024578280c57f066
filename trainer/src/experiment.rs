//! Trials, each judged on films and pictures that it did not learn from. `docs/experiments.md` holds what they found.
//!
//! ```text
//! recipes        trials of recipes
//!   variants     what is tried
//!   folds        which films learn and which judge
//! table          the figures of all trials
//! judge          how weights files do by the same judges
//! baselines      what can be told without seeing lungs
//! gate           trials of the gate, each without one kind of picture
//! ```

mod baselines;
mod films;
mod folds;
mod gate;
mod judge;
mod recipes;
mod table;
mod variants;

use anyhow::Result;
use clap::Subcommand;

/// Try recipes, or the gate, on films and pictures that they did not learn from.
#[derive(Subcommand, Clone, Debug)]
pub enum Experiment {
    Recipes(recipes::Arguments),
    Judge(judge::Arguments),
    Table(table::Arguments),
    Baselines(baselines::Arguments),
    Gate(gate::Arguments),
}

/// Runs `trainer experiment`.
pub fn run(experiment: &Experiment) -> Result<()> {
    match experiment {
        Experiment::Recipes(arguments) => recipes::run(arguments),
        Experiment::Judge(arguments) => judge::run(arguments),
        Experiment::Table(arguments) => table::run(arguments),
        Experiment::Baselines(arguments) => baselines::run(arguments),
        Experiment::Gate(arguments) => gate::run(arguments),
    }
}
