//! The films that a command trains or evaluates on.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::folder::LabelledFolder;

/// A folder of labelled films.
#[derive(Args, Clone, Debug)]
pub struct Films {
    /// Folder with NORMAL/ and PNEUMONIA/ in it, or with a train/ folder that has them (like the Kaggle data set)
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// CSV table with the columns file (such as NORMAL/a.jpeg) and aspect_ratio (width divided by height), for films
    /// that were squashed to squares
    #[arg(long, value_name = "FILE")]
    pub shapes: Option<PathBuf>,
}

impl Films {
    /// Loads the films; files that can't be used are listed on stderr.
    pub fn load(&self) -> Result<LabelledFolder> {
        let mut folder = LabelledFolder::load(&self.data)?;
        folder.report_skipped();
        if let Some(table) = &self.shapes {
            folder.correct_shapes(table)?;
        }
        Ok(folder)
    }
}
