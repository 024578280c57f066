//! How weights files do by each judge.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use pneumonia_cnn::network::Weights;

use super::films::JudgedFilms;
use super::judges::{Judges, NAMES};
use crate::evaluate::kept_out;
use crate::weights_file;

/// Print how weights files do where shortcuts say the opposite of the lungs, on the patients that their training kept
/// out.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(flatten)]
    judged: JudgedFilms,
    /// Safetensors files to judge
    #[arg(value_name = "FILE", required = true)]
    weights: Vec<PathBuf>,
}

/// Runs `trainer experiment judge`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let dataset = arguments.judged.films.load()?;
    let judges = Judges::new(&dataset, arguments.judged.nih.as_deref())?;
    println!("| weights | {} |", NAMES.join(" | "));
    println!("|---|{}", "---|".repeat(NAMES.len()));
    for file in &arguments.weights {
        let reader = weights_file::load(Some(file))?;
        let films = kept_out(&dataset, &reader.metadata().training)
            .with_context(|| format!("{} can't be judged", file.display()))?;
        let weights = Weights::from_safetensors(&fs::read(file)?)?;
        let figures = judges.judge(&weights, &films)?;
        let figures = figures.map(|figure| format!("{figure:.3}"));
        println!("| {} | {} |", file.display(), figures.join(" | "));
    }
    Ok(())
}
