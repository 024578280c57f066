//! `experiments`: trials, each judged on films and pictures that it did not learn from. `docs/experiments.md` holds
//! what they found.
//!
//! ```text
//! recipes        trials of recipes
//!   variants     what is tried
//!   folds        which films learn and which judge
//! table          the figures of all trials
//! judge          how weights files do by the same judges
//! baselines      what can be told without seeing lungs
//! gate           trials of the gate, each without one kind of picture
//! films, nih     the films that trials need
//! ```

mod baselines;
mod films;
mod folds;
mod gate;
mod judge;
mod nih;
mod recipes;
mod table;
mod variants;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Try recipes, or the gate, on films and pictures that they did not learn from.
#[derive(Parser)]
#[command(name = "experiments", version)]
enum CommandLine {
    Recipes(recipes::Arguments),
    Judge(judge::Arguments),
    Table(table::Arguments),
    Baselines(baselines::Arguments),
    Gate(gate::Arguments),
}

fn main() -> ExitCode {
    // Ended as other programs are, when what reads its output stops reading.
    sigpipe::reset();
    let result = match CommandLine::parse() {
        CommandLine::Recipes(arguments) => recipes::run(&arguments),
        CommandLine::Judge(arguments) => judge::run(&arguments),
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
