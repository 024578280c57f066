//! Scores weights files on each stress test.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use learning::calibration;
use learning::split::held_out;
use learning::stress_tests::{FlagCounts, NAMES, StressTests};
use pneumonia_cnn::metrics;
use pneumonia_cnn::network::Weights;
use trainer::data::weights;

use crate::films::EvaluationFilms;

/// Evaluate weights files where shortcuts contradict the lungs, on the patients that were held out from their training.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(flatten)]
    films: EvaluationFilms,
    /// Safetensors files to evaluate
    #[arg(value_name = "FILE", required = true)]
    weights: Vec<PathBuf>,
}

/// Runs `experiments evaluate`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (labelled, nih) = arguments.films.load()?;
    let stress_tests = StressTests::new(&labelled.films, nih);
    println!("| weights | {} |", NAMES.join(" | "));
    println!("|---|{}", "---|".repeat(NAMES.len()));
    // The deciles and the correlation come last.
    let sets = NAMES.iter().copied();
    let sets: Vec<&str> = sets.take_while(|name| *name != "decile-1").collect();
    let (mut points, mut marked) = (Vec::new(), Vec::new());
    for file in &arguments.weights {
        let reader = weights::load(Some(file))?;
        let films = held_out(&labelled.films, &reader.metadata().training)
            .with_context(|| format!("{} can't be evaluated", file.display()))?;
        let network = Weights::from_safetensors(&fs::read(file)?)?;
        let predictions = stress_tests.predict(&network, &films)?;
        let figures = predictions.figures().map(|figure| format!("{figure:.3}"));
        println!("| {} | {} |", file.display(), figures.join(" | "));
        let metadata = reader.metadata();
        let threshold = metadata.operating_points.balanced.threshold;
        let shares = sets.iter().map(|name| {
            let films = calibration::calibrated(&metadata.calibration, predictions.of(name));
            let at = metrics::evaluate(&films, threshold);
            let share = |share: Option<f64>| {
                share.map_or_else(|| "–".into(), |share| format!("{share:.3}"))
            };
            format!("{} / {}", share(at.sensitivity), share(at.specificity))
        });
        let counts = FlagCounts::count(&reader, &stress_tests.conflicting(&films))?;
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
