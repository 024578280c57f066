//! The subcommands, each with its arguments.

pub mod arguments;
mod benchmark;
mod card;
mod evaluate;
mod info;
mod predict;
mod train;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Train, evaluate and run a network that detects pneumonia in chest X-rays.
///
/// For research and teaching. It is not a medical device.
#[derive(Parser)]
#[command(name = "trainer", version)]
pub struct CommandLine {
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
    Benchmark(benchmark::Arguments),
}

impl CommandLine {
    /// Runs the command; the exit code is a failure if any part of it failed.
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Train(arguments) => train::run(&arguments)?,
            Command::Evaluate(arguments) => evaluate::run(&arguments)?,
            Command::Predict(arguments) => return predict::run(&arguments),
            Command::Info(arguments) => info::run(&arguments)?,
            Command::Card(arguments) => card::run(&arguments)?,
            Command::Benchmark(arguments) => benchmark::run(&arguments)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
