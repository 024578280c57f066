//! Trials of training recipes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use learning::learner::Learner;
use learning::learner::training_set::TrainingSet;
use learning::settings::Settings;
use learning::stress_tests::{NAMES, StressTests};
use pneumonia_cnn::network::{Weights, weights};
use trainer::commands::arguments::at_least_1;
use trainer::data::files::write_atomically;

use crate::films::EvaluationFilms;
use crate::folds::{Fold, folds};
use crate::table::{self, Trial};
use crate::variants::{Variant, named};

/// Train recipes on films of a labelled folder, and evaluate each on patients it was not trained on.
///
/// Adds the figures of each run to the table OUT. A run whose weights are in the folder next to OUT is not trained
/// again.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(flatten)]
    films: EvaluationFilms,
    /// Table of the results (CSV); the weights of each run are kept in a folder next to it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Variants to train [default: all]
    #[arg(long, value_name = "NAME")]
    variant: Vec<String>,
    /// Folds to train and evaluate on [default: all]
    #[arg(long, value_name = "NAME")]
    fold: Vec<String>,
    /// Seeds, one run for each
    #[arg(long, value_name = "N", default_values_t = [1])]
    seed: Vec<u64>,
    /// Passes over the films per run
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = at_least_1)]
    epochs: usize,
}

/// Loads the weights of a run.
pub fn load(file: &Path) -> Result<Weights> {
    let bytes = fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
    Weights::from_safetensors(&bytes).with_context(|| file.display().to_string())
}

/// Runs `experiments recipes`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (labelled, nih) = arguments.films.load()?;
    let stress_tests = StressTests::new(&labelled.films, nih);
    let variants = named(&arguments.variant)?;
    let mut folds = folds(&labelled.films, |sees| stress_tests.bias(sees));
    let known: Vec<_> = folds.iter().map(|fold| fold.name).collect();
    for name in &arguments.fold {
        ensure!(
            known.contains(&name.as_str()),
            "there is no fold {name}; there are {}",
            known.join(", ")
        );
    }
    folds.retain(|fold| {
        arguments.fold.is_empty() || arguments.fold.iter().any(|name| name == fold.name)
    });
    for &seed in &arguments.seed {
        for variant in &variants {
            for fold in &folds {
                try_out(arguments, &stress_tests, fold, variant, seed)?;
            }
        }
    }
    Ok(())
}

fn try_out(
    arguments: &Arguments,
    stress_tests: &StressTests,
    fold: &Fold,
    variant: &Variant,
    seed: u64,
) -> Result<()> {
    let name = format!(
        "{}.{}.{seed}.{}.safetensors",
        variant.name, fold.name, arguments.epochs
    );
    let file = arguments.out.with_extension("").join(name);
    let started = Instant::now();
    if !file.exists() {
        let weights = train(arguments, fold, variant, seed)?;
        let bytes = weights::write(
            weights.iter(),
            ("trial".to_owned(), variant.name.to_owned()),
        )?;
        fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        write_atomically(&file, &bytes)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let figures = stress_tests.predict(&load(&file)?, &fold.test)?.figures();
    let trial = Trial {
        variant: variant.name.into(),
        fold: fold.name.into(),
        seed,
        epochs: arguments.epochs,
    };
    let figures = NAMES.into_iter().zip(figures).chain([("seconds", seconds)]);
    let figures: Vec<_> = figures.collect();
    print!("{} {} {seed} {}:", trial.variant, trial.fold, trial.epochs);
    for (name, value) in &figures {
        print!(" {name} {value:.4}");
    }
    println!();
    table::add(&arguments.out, &trial, &figures)
}

fn train(arguments: &Arguments, fold: &Fold, variant: &Variant, seed: u64) -> Result<Weights> {
    let films = fold.training.clone();
    let settings = Settings {
        epochs: arguments.epochs,
        seed,
        learning_rate: variant.learning_rate,
        ..Settings::of_the_original(16)
    };
    let mut learner = Learner::new(variant.recipe.clone(), seed)?;
    let set = TrainingSet::new(&films, &variant.recipe);
    for epoch in 1..=settings.epochs {
        learner.epoch(&settings, epoch, &set, |_, _| ())?;
    }
    Ok(learner.weights()?.rounded()?)
}
