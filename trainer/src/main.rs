//! `trainer`, the command line.

use std::process::ExitCode;

use clap::Parser;
use trainer::commands::CommandLine;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Ended as other programs are, when what reads its output stops reading.
    sigpipe::reset();
    CommandLine::parse().run().unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
