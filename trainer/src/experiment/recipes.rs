//! Trials of recipes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::{Weights, weights};
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use rayon::prelude::*;

use super::folds::{Fold, folds};
use super::outcome::{self, Outcome, Trial};
use super::preparation::Preparation;
use super::variants::{Variant, named};
use crate::dataset::{Dataset, Film};
use crate::files::write_atomically;
use crate::learner::Learner;
use crate::perturb::{self, Perturbation};
use crate::recipe::Recipe;
use crate::settings::{Settings, at_least_1};
use crate::split::Split;

/// Share of the learning patients on whose films the threshold is chosen.
const VALIDATION: f64 = 0.18;

/// Try recipes on films of a labelled folder, each judged on patients it did not learn from.
///
/// Adds a line for each run to the table OUT, and one for the runs of all seeds together. A run whose weights are in
/// the folder beside OUT is not repeated. The threshold of a run is chosen on a part of the learning patients that is
/// kept out of its training.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder with NORMAL/ and PNEUMONIA/ in it, or with a train/ folder that has them
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Table of the results (CSV); the weights of each run are kept in a folder beside it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What to try [default: everything]
    #[arg(long, value_name = "NAME")]
    variant: Vec<String>,
    /// How to part the films [default: every way]
    #[arg(long, value_name = "NAME")]
    fold: Vec<String>,
    /// Seeds to run from, each in turn
    #[arg(long, value_name = "N", default_values_t = [1])]
    seed: Vec<u64>,
    /// Passes over the films a run
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = at_least_1)]
    epochs: usize,
}

impl Arguments {
    /// What to try.
    pub fn variants(&self) -> Result<Vec<Variant>> {
        named(&self.variant)
    }

    /// The films of the folder.
    pub fn dataset(&self) -> Result<Dataset> {
        let dataset = Dataset::load(&self.data)?;
        dataset.report_skipped();
        Ok(dataset)
    }

    /// The ways to part them that were asked for.
    pub fn folds<'a>(&self, dataset: &'a Dataset) -> Result<Vec<Fold<'a>>> {
        let mut folds = folds(&dataset.films);
        let known: Vec<_> = folds.iter().map(|fold| fold.name).collect();
        for name in &self.fold {
            ensure!(
                known.contains(&name.as_str()),
                "there is no fold {name}; there are {}",
                known.join(", ")
            );
        }
        let asked = |name: &str| self.fold.is_empty() || self.fold.iter().any(|fold| fold == name);
        folds.retain(|fold| asked(fold.name));
        Ok(folds)
    }

    /// Seeds to run from.
    pub fn seeds(&self) -> &[u64] {
        &self.seed
    }

    /// Where the weights of a run are.
    pub fn weights_file(&self, variant: &str, fold: &Fold, seed: u64) -> PathBuf {
        let name = format!("{variant}.{}.{seed}.{}.safetensors", fold.name, self.epochs);
        self.out.with_extension("").join(name)
    }
}

/// The weights that a run left.
pub fn load(file: &Path) -> Result<Weights> {
    let bytes = fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
    Weights::from_safetensors(&bytes).with_context(|| file.display().to_string())
}

/// Films to train on and films to choose the threshold on; the same for all seeds, so that networks can be judged
/// together.
pub fn parted(fold: &Fold, preparation: Preparation) -> Result<[Vec<Film>; 2]> {
    let split = Split::by_patient(&fold.learning, VALIDATION, 1)?;
    Ok([split.training, split.validation].map(|indices| {
        let films: Vec<&Film> = indices.iter().map(|&index| fold.learning[index]).collect();
        preparation.of_all(films)
    }))
}

/// Runs `trainer experiment recipes`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let dataset = arguments.dataset()?;
    let variants = arguments.variants()?;
    for fold in arguments.folds(&dataset)? {
        let bench = Bench {
            arguments,
            perturbed: perturbations(&fold.judging)?,
            fold,
        };
        for variant in &variants {
            bench.try_out(variant)?;
        }
    }
    Ok(())
}

/// A fold, ready to judge.
struct Bench<'a> {
    arguments: &'a Arguments,
    fold: Fold<'a>,
    /// The judging films after each of [`perturb::ALL`].
    perturbed: Vec<Vec<Film>>,
}

/// A fold's films as a variant prepares them.
struct Prepared {
    training: Vec<Film>,
    validation: Vec<Film>,
    judging: Vec<Film>,
    /// As [`Bench::perturbed`].
    perturbed: Vec<Vec<Film>>,
}

impl Bench<'_> {
    /// Trains from each seed and judges each network, then all of them together by their mean logit.
    fn try_out(&self, variant: &Variant) -> Result<()> {
        let films = self.prepared(variant.preparation)?;
        let mut networks = Vec::new();
        for &seed in &self.arguments.seed {
            let file = self.arguments.weights_file(variant.name, &self.fold, seed);
            if !file.exists() {
                let started = Instant::now();
                let weights = self.train(&variant.recipe, seed, &films.training)?;
                self.judge(variant.name, seed.to_string(), &[&weights], &films, started)?;
                let entry = ("trial".to_owned(), variant.name.to_owned());
                let bytes = weights::write(weights.iter(), entry)?;
                fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
                write_atomically(&file, &bytes)?;
            }
            networks.push(load(&file)?);
        }
        if networks.len() > 1 {
            let seeds = self.arguments.seed.iter().map(u64::to_string);
            let seeds = seeds.collect::<Vec<_>>().join(" and ");
            let networks: Vec<_> = networks.iter().collect();
            self.judge(variant.name, seeds, &networks, &films, Instant::now())?;
        }
        Ok(())
    }

    /// The networks that the trials of `base` left.
    fn teachers(&self) -> Result<Vec<Weights>> {
        let files = (1..).map(|seed| self.arguments.weights_file("base", &self.fold, seed));
        let files = files.take_while(|file| file.exists());
        let teachers: Vec<Weights> = files.map(|file| load(&file)).collect::<Result<_>>()?;
        ensure!(
            !teachers.is_empty(),
            "there is no teacher yet: try the variant base on the fold {} first, for as many epochs",
            self.fold.name
        );
        Ok(teachers)
    }

    fn train(&self, recipe: &Recipe, seed: u64, films: &[Film]) -> Result<Weights> {
        let films: Vec<&Film> = films.iter().collect();
        let settings = Settings {
            epochs: self.arguments.epochs,
            seed,
            ..Settings::of_the_original(16)
        };
        let mut learner = Learner::new(recipe.clone(), seed)?;
        if recipe.distillation > 0.0 {
            learner = learner.taught_by(&self.teachers()?)?;
        }
        for epoch in 1..=settings.epochs {
            learner.epoch(&settings, epoch, &films, |_, _| Ok(()))?;
        }
        Ok(learner.weights()?.rounded()?)
    }

    fn prepared(&self, preparation: Preparation) -> Result<Prepared> {
        let [training, validation] = parted(&self.fold, preparation)?;
        let perturbed = self.perturbed.iter();
        Ok(Prepared {
            training,
            validation,
            judging: preparation.of_all(self.fold.judging.par_iter().copied()),
            perturbed: perturbed.map(|films| preparation.of_all(films)).collect(),
        })
    }

    fn judge(
        &self,
        variant: &str,
        seed: String,
        networks: &[&Weights],
        films: &Prepared,
        started: Instant,
    ) -> Result<()> {
        let trial = Trial {
            variant,
            fold: self.fold.name,
            seed,
            epochs: self.arguments.epochs,
        };
        let outcome = Outcome::of(
            trial,
            networks,
            &films.validation.iter().collect::<Vec<_>>(),
            &films.judging.iter().collect::<Vec<_>>(),
            &films.perturbed,
            started,
        )?;
        println!("{}", serde_json::to_string(&outcome)?);
        outcome::add(&self.arguments.out, outcome)
    }
}

/// The films after each of [`perturb::ALL`], from their files.
fn perturbations(films: &[&Film]) -> Result<Vec<Vec<Film>>> {
    let changed = |perturbation: Perturbation| {
        let changed = films.par_iter().map(|film| {
            let picture = Radiograph::from_bytes(&fs::read(&film.path)?, &Limits::default())?;
            Ok(film.seen_as(Input::new(&perturbation.apply(&picture)?)))
        });
        changed.collect()
    };
    perturb::ALL
        .iter()
        .map(|(_, perturbation)| changed(*perturbation))
        .collect()
}
