//! Table of all trials.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use learning::stress_tests::NAMES;
use serde::{Deserialize, Serialize};
use trainer::data::files::write_atomically;

/// Print the trials of a table as Markdown: one row per variant, with its mean over folds and seeds on each stress test.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Table written by `experiments recipes`
    #[arg(value_name = "FILE")]
    table: PathBuf,
    /// Folds to average over
    #[arg(long, value_name = "NAME", default_values_t = ["conflicting".to_owned(), "conflicting-pixels".to_owned()])]
    fold: Vec<String>,
}

/// Runs `experiments table`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut rows = read(&arguments.table)?;
    rows.retain(|row| arguments.fold.contains(&row.fold));
    let stress_tests = NAMES;
    println!("| variant | epochs | runs | {} |", stress_tests.join(" | "));
    println!("|---|---|---|{}", "---|".repeat(stress_tests.len()));
    let variants: BTreeSet<(&str, usize)> = rows
        .iter()
        .map(|row| (row.variant.as_str(), row.epochs))
        .collect();
    for (variant, epochs) in variants {
        let of = |name: &str| -> Vec<f64> {
            let rows = rows.iter().filter(|row| {
                row.variant == variant && row.epochs == epochs && row.stress_test == name
            });
            rows.map(|row| row.value).collect()
        };
        let means = stress_tests.map(|name| mean(&of(name)));
        println!(
            "| `{variant}` | {epochs} | {} | {} |",
            of(stress_tests[0]).len(),
            means.join(" | ")
        );
    }
    Ok(())
}

fn mean(values: &[f64]) -> String {
    if values.is_empty() {
        return "–".into();
    }
    format!("{:.3}", values.iter().sum::<f64>() / values.len() as f64)
}

/// The configuration of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    pub variant: String,
    pub fold: String,
    pub seed: u64,
    pub epochs: usize,
}

/// One figure of a trial.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub variant: String,
    pub fold: String,
    pub seed: u64,
    pub epochs: usize,
    pub stress_test: String,
    pub value: f64,
}

/// Adds a trial's figures to `table`, replacing any earlier ones of the same trial.
pub fn add(table: &Path, trial: &Trial, figures: &[(&str, f64)]) -> Result<()> {
    let mut rows = read(table)?;
    rows.retain(|row| row.trial() != *trial);
    let Trial {
        variant,
        fold,
        seed,
        epochs,
    } = trial;
    rows.extend(figures.iter().map(|&(name, value)| Row {
        variant: variant.clone(),
        fold: fold.clone(),
        seed: *seed,
        epochs: *epochs,
        stress_test: name.into(),
        value,
    }));
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        csv.serialize(row)?;
    }
    write_atomically(table, &csv.into_inner()?)
}

impl Row {
    fn trial(&self) -> Trial {
        Trial {
            variant: self.variant.clone(),
            fold: self.fold.clone(),
            seed: self.seed,
            epochs: self.epochs,
        }
    }
}

/// The figures in a table; empty if the file does not exist.
pub fn read(table: &Path) -> Result<Vec<Row>> {
    if !table.exists() {
        return Ok(Vec::new());
    }
    let unreadable = || format!("can't read {}", table.display());
    let mut csv = csv::Reader::from_path(table).with_context(unreadable)?;
    let rows = csv.deserialize().collect::<Result<_, _>>();
    rows.with_context(unreadable)
}
