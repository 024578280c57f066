//! The films that experiments need.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use learning::dataset::LabelledFilm;
use trainer::data::films::Films;
use trainer::data::folder::LabelledFolder;

use crate::nih;

/// Films to evaluate networks on.
#[derive(Args, Clone, Debug)]
pub struct EvaluationFilms {
    #[command(flatten)]
    pub films: Films,
    /// CSV table of NIH films, with the columns file and rsna_class; the films are in the folder nih next to it
    #[arg(long, value_name = "FILE")]
    pub nih: Option<PathBuf>,
}

impl EvaluationFilms {
    /// Loads the labelled folder and the NIH films, which are empty without their table.
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
