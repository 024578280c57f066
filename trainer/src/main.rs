//! `trainer`: makes the weights that the page loads, and reads films natively.
//!
//! ```text
//! dataset ─▶ split ─▶ augment ─▶ learner (by a recipe), train ─▶ checkpoint, history ─▶ evaluate ─▶ report
//!                                gate, fit: what is fitted beside the network           predict, info, card
//! judges: how networks do where shortcuts say the opposite of the lungs
//! experiment: recipes and the gate on films and pictures that they did not learn from
//! ```

mod adam;
mod augment;
mod average;
mod benchmark;
mod bias_model;
mod card;
mod checkpoint;
mod chest;
mod dataset;
mod detail;
mod evaluate;
mod experiment;
mod files;
mod films;
mod fit;
mod gate;
mod history;
mod info;
mod judges;
mod learner;
mod parameters;
mod perturb;
mod predict;
mod progress;
#[cfg(test)]
mod promises;
mod recipe;
mod report;
mod rng;
mod settings;
mod split;
mod train;
mod validate;
mod weights_file;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Trains, evaluates and runs a network that tells chest X-rays with pneumonia from those without.
///
/// For research and teaching. It is no medical device.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Train(train::Arguments),
    Evaluate(evaluate::Arguments),
    Predict(predict::Arguments),
    Info(info::Arguments),
    Card(card::Arguments),
    #[command(subcommand)]
    Experiment(experiment::Experiment),
    Benchmark(benchmark::Arguments),
}

fn main() -> ExitCode {
    // Ended as other programs are, when what reads its output stops reading.
    sigpipe::reset();
    let result = match CommandLine::parse().command {
        Command::Train(arguments) => train::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Evaluate(arguments) => evaluate::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Predict(arguments) => predict::run(&arguments),
        Command::Info(arguments) => info::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Card(arguments) => card::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Experiment(arguments) => experiment::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Benchmark(arguments) => benchmark::run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
