//! The films that trials need.

use std::path::PathBuf;

use clap::Args;

use crate::films::Films;

/// Films to judge networks on.
#[derive(Args, Clone, Debug)]
pub struct JudgedFilms {
    #[command(flatten)]
    pub films: Films,
    /// CSV table of films of the NIH, with the columns file and rsna_class; the films are in the folder nih beside it
    #[arg(long, value_name = "FILE")]
    pub nih: Option<PathBuf>,
}
