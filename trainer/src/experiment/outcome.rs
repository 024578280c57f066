//! The figures of a trial.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use pneumonia_cnn::metrics::{self, Scored};
use pneumonia_cnn::network::Weights;
use serde::{Deserialize, Serialize};

use crate::dataset::Film;
use crate::files::write_atomically;
use crate::validate::{logits, of_logits};

/// What was tried.
pub struct Trial<'a> {
    pub variant: &'a str,
    pub fold: &'a str,
    /// Of one run, or of the runs that answer together.
    pub seed: String,
    pub epochs: usize,
}

/// One line of the table. All but the threshold are of the judging films.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub variant: String,
    pub fold: String,
    pub seed: String,
    pub epochs: usize,
    pub threshold: f64,
    pub auc: f64,
    /// Of the mean of the logits for the film and its mirror image.
    pub auc_with_mirror: f64,
    pub accuracy: f64,
    pub sensitivity: f64,
    pub specificity: f64,
    /// The largest accuracy that any threshold would have given: how much the threshold costs is the difference.
    pub best_accuracy: f64,
    pub ece: f64,
    /// The mean, and the least, of the shares of verdicts that are the same after each of
    /// [`crate::perturb::ALL`].
    pub kept: f64,
    pub least_kept: f64,
    pub seconds: f64,
}

impl Outcome {
    /// Whether it is of the runs of several seeds, which answer together.
    pub fn is_of_several_runs(&self) -> bool {
        self.seed.parse::<u64>().is_err()
    }

    /// Of `networks` together, by their mean logit. `perturbed` begins with the mirror images of `judging`.
    pub fn of(
        trial: Trial,
        networks: &[&Weights],
        validation: &[&Film],
        judging: &[&Film],
        perturbed: &[Vec<Film>],
        started: Instant,
    ) -> Result<Self> {
        let validated = together(networks, validation)?;
        let validated = of_logits(&validated, validation)?.films;
        let threshold =
            metrics::youden_threshold(&validated).context("a fold holds both classes")?;
        let plain = together(networks, judging)?;
        let judged = of_logits(&plain, judging)?.films;
        let called = |films: &[Scored]| -> Vec<bool> {
            films
                .iter()
                .map(|film| film.probability >= threshold)
                .collect()
        };
        let mut kept = Vec::new();
        let mut with_mirror = Vec::new();
        for (index, copies) in perturbed.iter().enumerate() {
            let copies: Vec<&Film> = copies.iter().collect();
            let logits = together(networks, &copies)?;
            let verdicts = called(&of_logits(&logits, judging)?.films);
            let same = verdicts
                .iter()
                .zip(called(&judged))
                .filter(|(a, b)| *a == b)
                .count();
            kept.push(same as f64 / judged.len() as f64);
            if index == 0 {
                with_mirror = plain
                    .iter()
                    .zip(logits)
                    .map(|(a, b)| (a + b) / 2.0)
                    .collect();
            }
        }
        let figures = metrics::evaluate(&judged, threshold);
        let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
        Ok(Self {
            variant: trial.variant.into(),
            fold: trial.fold.into(),
            seed: trial.seed,
            epochs: trial.epochs,
            threshold,
            auc: or_nan(figures.auc),
            auc_with_mirror: or_nan(metrics::roc_auc(&of_logits(&with_mirror, judging)?.films)),
            accuracy: or_nan(figures.accuracy),
            sensitivity: or_nan(figures.sensitivity),
            specificity: or_nan(figures.specificity),
            best_accuracy: best_accuracy(&judged),
            ece: or_nan(figures.ece),
            kept: kept.iter().sum::<f64>() / kept.len() as f64,
            least_kept: kept.iter().copied().fold(1.0, f64::min),
            seconds: started.elapsed().as_secs_f64(),
        })
    }
}

fn together(networks: &[&Weights], films: &[&Film]) -> Result<Vec<f32>> {
    let mut mean = vec![0f32; films.len()];
    for network in networks {
        for (mean, logit) in mean.iter_mut().zip(logits(network, films)?) {
            *mean += logit / networks.len() as f32;
        }
    }
    Ok(mean)
}

fn best_accuracy(judged: &[Scored]) -> f64 {
    let correct = metrics::curve(judged).into_iter();
    let correct = correct.map(|point| point.true_positives + point.true_negatives);
    correct.max().unwrap_or(0) as f64 / judged.len() as f64
}

/// Adds a line to `table`, or replaces the one of the same trial.
pub fn add(table: &Path, outcome: Outcome) -> Result<()> {
    let mut outcomes = read(table)?;
    let trial = |outcome: &Outcome| {
        let Outcome {
            variant,
            fold,
            seed,
            epochs,
            ..
        } = outcome.clone();
        (variant, fold, seed, epochs)
    };
    outcomes.retain(|past| trial(past) != trial(&outcome));
    outcomes.push(outcome);
    let mut csv = csv::Writer::from_writer(Vec::new());
    for outcome in outcomes {
        csv.serialize(outcome)?;
    }
    write_atomically(table, &csv.into_inner()?)
}

pub fn read(table: &Path) -> Result<Vec<Outcome>> {
    if !table.exists() {
        return Ok(Vec::new());
    }
    let mut csv =
        csv::Reader::from_path(table).with_context(|| format!("can't read {}", table.display()))?;
    let outcomes = csv.deserialize().collect::<Result<_, _>>();
    outcomes.with_context(|| format!("{} is no table of outcomes", table.display()))
}
