//! How perturbations of the films change the verdicts.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use learning::dataset::LabelledFilm;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::metrics::{self, Scored};
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use pneumonia_cnn::reading::{Reader, Reading};
use rayon::prelude::*;

use crate::perturb;
use crate::progress;

/// Films held in memory at a time.
const BATCH: usize = 64;

/// Results on all films after one perturbation.
pub struct Robustness {
    pub name: &'static str,
    /// Fraction of films whose verdict stays the same.
    pub kept: f64,
    /// Mean absolute change of the probability.
    pub mean_difference: f64,
    pub auc: Option<f64>,
    /// Fraction of films that get "cannot assess".
    pub refused: f64,
}

/// Applies every perturbation to each film, loaded again from its file below `root`, and reads the result.
pub fn measure(
    reader: &Reader,
    root: &Path,
    films: &[&LabelledFilm],
    plain: &[Reading],
) -> Result<Vec<Robustness>> {
    let perturbations = perturb::ALL.iter().chain(&perturb::SHAPE);
    let all = films.len() * perturbations.clone().count();
    let bar = progress::bar(all, "perturbed films evaluated");
    let mut rows = Vec::new();
    for &(name, perturbation) in perturbations {
        let mut changed: Vec<Reading> = Vec::new();
        for films in films.chunks(BATCH) {
            let inputs = films.par_iter().map(|film| {
                let path = root.join(&film.name);
                let bytes = fs::read(&path);
                let bytes = bytes.with_context(|| format!("can't read {}", path.display()))?;
                let picture = Radiograph::from_bytes(&bytes, &Limits::default())?;
                Ok(Input::new(&perturbation.apply(&picture)?))
            });
            changed.extend(reader.read_batch(&inputs.collect::<Result<Vec<_>>>()?)?);
            bar.inc(films.len() as u64);
        }
        let share = |count: usize| count as f64 / films.len() as f64;
        let pairs = || changed.iter().zip(plain);
        let scored = changed.iter().zip(films).map(|(reading, film)| Scored {
            probability: reading.probability,
            pneumonia: film.pneumonia,
        });
        let distance: f64 = pairs()
            .map(|(a, b)| (a.probability - b.probability).abs())
            .sum();
        rows.push(Robustness {
            name,
            kept: share(pairs().filter(|(a, b)| a.verdict == b.verdict).count()),
            mean_difference: distance / films.len() as f64,
            auc: metrics::roc_auc(&scored.collect::<Vec<_>>()),
            refused: share(
                changed
                    .iter()
                    .filter(|reading| reading.unassessable.is_some())
                    .count(),
            ),
        });
    }
    bar.finish_and_clear();
    Ok(rows)
}
