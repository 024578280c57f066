//! `experiments`: trials of recipes and of the gate, each evaluated on films and pictures that it was not trained on.
//! Results: `docs/experiments.md`.
//!
//! ```text
//! recipes        trials of recipes
//!   variants     the recipes to try
//!   folds        which films to train and to evaluate on
//! table          summarises all trials
//! evaluate       scores weights files on the same stress tests
//! baselines      how well the classes separate without the lungs
//! gate           trials of the gate, each without one kind of picture
//! films, nih     the films that experiments need
//! ```

mod baselines;
mod evaluate;
mod films;
mod folds;
mod gate;
mod nih;
mod recipes;
mod table;
mod variants;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Evaluate recipes, or the gate, on films and pictures that they were not trained on.
#[derive(Parser)]
#[command(name = "experiments", version)]
enum CommandLine {
    Recipes(recipes::Arguments),
    Evaluate(evaluate::Arguments),
    Table(table::Arguments),
    Baselines(baselines::Arguments),
    Gate(gate::Arguments),
}

fn main() -> ExitCode {
    // Ends like other programs when the reader of its output closes the pipe.
    sigpipe::reset();
    let result = match CommandLine::parse() {
        CommandLine::Recipes(arguments) => recipes::run(&arguments),
        CommandLine::Evaluate(arguments) => evaluate::run(&arguments),
        CommandLine::Table(arguments) => table::run(&arguments),
        CommandLine::Baselines(arguments) => baselines::run(&arguments),
        CommandLine::Gate(arguments) => gate::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
