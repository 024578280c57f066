//! The films that trials need.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use learning::dataset::LabelledFilm;
use trainer::data::films::Films;
use trainer::data::folder::LabelledFolder;

use crate::nih;

/// Films to judge networks on.
#[derive(Args, Clone, Debug)]
pub struct JudgedFilms {
    #[command(flatten)]
    pub films: Films,
    /// CSV table of films of the NIH, with the columns file and rsna_class; the films are in the folder nih beside it
    #[arg(long, value_name = "FILE")]
    pub nih: Option<PathBuf>,
}

impl JudgedFilms {
    /// The labelled folder, and the films of the NIH; none without their table.
    ///
    /// # Errors
    /// When the folder or a table can't be read.
    pub fn load(&self) -> Result<(LabelledFolder, Vec<LabelledFilm>)> {
        let labelled = self.films.load()?;
        let nih = match &self.nih {
            Some(table) => nih::films(table)?,
            None => Vec::new(),
        };
        Ok((labelled, nih))
    }
}
