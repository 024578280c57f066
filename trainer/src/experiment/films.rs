//! The films that trials need.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::dataset::Dataset;

/// Films to try on.
#[derive(Args, Clone, Debug)]
pub struct Films {
    /// Folder with NORMAL/ and PNEUMONIA/ in it, or with a train/ folder that has them
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// CSV table with the columns file and aspect_ratio (width by height), for films that were squashed to squares
    #[arg(long, value_name = "FILE")]
    shapes: Option<PathBuf>,
}

/// Films to judge networks on.
#[derive(Args, Clone, Debug)]
pub struct JudgedFilms {
    #[command(flatten)]
    pub films: Films,
    /// CSV table of films of the NIH, with the columns file and rsna_class; the films are in the folder nih beside it
    #[arg(long, value_name = "FILE")]
    pub nih: Option<PathBuf>,
}

impl Films {
    /// Reads them; names those that can't be used on the error stream.
    pub fn load(&self) -> Result<Dataset> {
        let mut dataset = Dataset::load(&self.data)?;
        dataset.report_skipped();
        if let Some(table) = &self.shapes {
            dataset.correct_shapes(table)?;
        }
        Ok(dataset)
    }
}
