//! The `trainer` command line.

use std::process::ExitCode;

use clap::Parser;
use trainer::commands::CommandLine;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Exit quietly when the output pipe is closed, like other command-line programs.
    sigpipe::reset();
    CommandLine::parse().run().unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
