//! Scores weights files on each judge.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use learning::calibration;
use learning::judges::{Judges, Marked, NAMES};
use learning::split::kept_out;
use pneumonia_cnn::metrics;
use pneumonia_cnn::network::Weights;
use trainer::data::weights;

use crate::films::JudgedFilms;

/// Evaluate weights files where shortcuts contradict the lungs, on the patients that were held out from their training.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(flatten)]
    judged: JudgedFilms,
    /// Safetensors files to evaluate
    #[arg(value_name = "FILE", required = true)]
    weights: Vec<PathBuf>,
}

/// Runs `experiments judge`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (labelled, nih) = arguments.judged.load()?;
    let judges = Judges::new(&labelled.films, nih);
    println!("| weights | {} |", NAMES.join(" | "));
    println!("|---|{}", "---|".repeat(NAMES.len()));
    // The deciles and the correlation come last.
    let sets = NAMES.iter().copied();
    let sets: Vec<&str> = sets.take_while(|name| *name != "decile-1").collect();
    let (mut points, mut marked) = (Vec::new(), Vec::new());
    for file in &arguments.weights {
        let reader = weights::load(Some(file))?;
        let films = kept_out(&labelled.films, &reader.metadata().training)
            .with_context(|| format!("{} can't be judged", file.display()))?;
        let network = Weights::from_safetensors(&fs::read(file)?)?;
        let answers = judges.answers(&network, &films)?;
        let figures = answers.figures().map(|figure| format!("{figure:.3}"));
        println!("| {} | {} |", file.display(), figures.join(" | "));
        let metadata = reader.metadata();
        let threshold = metadata.operating_points.balanced.threshold;
        let shares = sets.iter().map(|judge| {
            let films = calibration::calibrated(&metadata.calibration, answers.of(judge));
            let at = metrics::evaluate(&films, threshold);
            let share = |share: Option<f64>| {
                share.map_or_else(|| "–".into(), |share| format!("{share:.3}"))
            };
            format!("{} / {}", share(at.sensitivity), share(at.specificity))
        });
        let counts = Marked::count(&reader, &judges.conflicting(&films))?;
        marked.push(format!(
            "| {} | {} | {} | {} | {} |",
            file.display(),
            counts.errors,
            counts.marked_errors,
            counts.right,
            counts.marked_right
        ));
        points.push(format!(
            "| {} | {} |",
            file.display(),
            shares.collect::<Vec<_>>().join(" | ")
        ));
    }
    println!("\nSensitivity and specificity at the balanced operating point:\n");
    println!("| weights | {} |", sets.join(" | "));
    println!("|---|{}", "---|".repeat(sets.len()));
    for row in points {
        println!("{row}");
    }
    println!(
        "\nAnswers to the conflicting films, and how many are marked uncertain or unstable:\n"
    );
    println!("| weights | errors | marked | right | marked |\n|---|---|---|---|---|");
    for row in marked {
        println!("{row}");
    }
    Ok(())
}
