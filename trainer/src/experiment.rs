//! Trials, each judged on films and pictures that it did not learn from. `docs/experiments.md` holds what they found.
//!
//! ```text
//! recipes        trials of recipes
//!   variants     what is tried
//!   preparation  what may be done to every film first
//!   lungs        where a film's lungs are
//!   folds        which films learn and which judge
//!   outcome      the figures of a trial, and the table of all
//! thresholds     trials of ways to choose a threshold
//! aspect         what the films' shape tells a network
//! table          all of them in Markdown
//! baselines      what can be told without seeing lungs
//! gate           trials of the gate, each without one kind of picture
//! ```

mod aspect;
mod baselines;
mod folds;
mod gate;
mod lungs;
mod outcome;
mod preparation;
mod recipes;
mod table;
mod thresholds;
mod variants;

use anyhow::Result;
use clap::Subcommand;

/// Try recipes, or the gate, on films and pictures that they did not learn from.
#[derive(Subcommand, Clone, Debug)]
pub enum Experiment {
    Recipes(recipes::Arguments),
    /// Print how ways to choose a threshold do on the films that judge: accuracy (sensitivity, specificity), in the
    /// mean of the runs that `trainer experiment recipes` left beside OUT
    Thresholds(recipes::Arguments),
    /// Print the AUC of the runs that `trainer experiment recipes` left beside OUT on films that judge as they are, and
    /// made to look as if both classes were as wide, or the normal ones wider: how much the film's shape tells them
    Aspect(recipes::Arguments),
    Table(table::Arguments),
    Baselines(baselines::Arguments),
    Gate(gate::Arguments),
}

/// Runs `trainer experiment`.
pub fn run(experiment: &Experiment) -> Result<()> {
    match experiment {
        Experiment::Recipes(arguments) => recipes::run(arguments),
        Experiment::Thresholds(arguments) => thresholds::run(arguments),
        Experiment::Aspect(arguments) => aspect::run(arguments),
        Experiment::Table(arguments) => table::run(arguments),
        Experiment::Baselines(arguments) => baselines::run(arguments),
        Experiment::Gate(arguments) => gate::run(arguments),
    }
}
