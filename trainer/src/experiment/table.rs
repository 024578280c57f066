//! The table of all trials, as `docs/experiments.md` has it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::outcome::{Outcome, read};
use super::variants;

/// Print the trials of a table as Markdown, a line for each variant.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Table that `trainer experiment recipes` wrote
    #[arg(value_name = "FILE")]
    table: PathBuf,
}

/// Columns: name, and how the names of its folds begin.
const FOLDS: [(&str, &str); 9] = [
    ("five parts", "part-"),
    ("series", "series"),
    ("series reversed", "series-reversed"),
    ("cause", "cause"),
    ("cause reversed", "cause-reversed"),
    ("low numbers", "low-numbers"),
    ("high numbers", "high-numbers"),
    ("soft", "soft"),
    ("soft by halves", "soft-"),
];

/// Runs `trainer experiment table`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let outcomes = read(&arguments.table)?;
    let names: Vec<&str> = FOLDS.iter().map(|(name, _)| *name).collect();
    println!(
        "| variant | what | epochs | {} | verdicts kept |",
        names.join(" | ")
    );
    println!("|---|---|---|{}---|", "---|".repeat(FOLDS.len()));
    let mut epochs: Vec<usize> = outcomes.iter().map(|outcome| outcome.epochs).collect();
    epochs.sort_unstable();
    epochs.dedup();
    for epochs in epochs {
        for variant in variants::all() {
            for together in [false, true] {
                let of_it = |outcome: &&Outcome| {
                    outcome.variant == variant.name
                        && outcome.epochs == epochs
                        && outcome.is_of_several_runs() == together
                };
                let of_it: Vec<&Outcome> = outcomes.iter().filter(of_it).collect();
                if !of_it.is_empty() {
                    line(&variant, epochs, together, &of_it);
                }
            }
        }
    }
    Ok(())
}

fn line(variant: &variants::Variant, epochs: usize, together: bool, outcomes: &[&Outcome]) {
    let column = |(_, fold): &(&str, &str)| {
        let of_fold = |outcome: &&&Outcome| {
            outcome.fold == *fold || (fold.ends_with('-') && outcome.fold.starts_with(fold))
        };
        let of_fold: Vec<&&Outcome> = outcomes.iter().filter(of_fold).collect();
        let figure = |figure: fn(&Outcome) -> f64| {
            spread(
                &of_fold
                    .iter()
                    .map(|outcome| figure(outcome))
                    .collect::<Vec<_>>(),
            )
        };
        if of_fold.is_empty() {
            return "–".to_owned();
        }
        format!(
            "{}; {}",
            figure(|outcome| outcome.auc),
            figure(|outcome| outcome.accuracy)
        )
    };
    let columns: Vec<String> = FOLDS.iter().map(column).collect();
    let mean = |figure: fn(&Outcome) -> f64| {
        outcomes.iter().map(|outcome| figure(outcome)).sum::<f64>() / outcomes.len() as f64
    };
    let name = if together {
        format!("`{}`, seeds together", variant.name)
    } else {
        format!("`{}`", variant.name)
    };
    println!(
        "| {name} | {} | {epochs} | {} | {:.3}, least {:.3} |",
        variant.what,
        columns.join(" | "),
        mean(|outcome| outcome.kept),
        mean(|outcome| outcome.least_kept),
    );
}

/// Mean, and standard deviation of several.
fn spread(values: &[f64]) -> String {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if values.len() < 2 {
        return format!("{mean:.4}");
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (values.len() - 1) as f64).sqrt();
    format!("{mean:.4} ± {deviation:.4}")
}
