//! How well the classes separate without the lungs: a network that does no better has learnt a shortcut.

use anyhow::{Context, Result};
use clap::Args;
use learning::bias_model::{FeatureSet, Features, cross_fitted};
use learning::dataset::LabelledFilm;
use pneumonia_cnn::metrics::{self, Scored};
use rayon::prelude::*;
use trainer::data::films::Films;

/// Print the cross-fitted AUC of bias-only models that see 8×8 pixels, the film's shape, its fine detail, its
/// brightness, the place and size of the chest, or all of these.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(flatten)]
    films: Films,
}

/// Runs `experiments baselines`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let labelled = arguments.films.load()?;
    let films: Vec<&LabelledFilm> = labelled.films.iter().collect();
    let features: Vec<Features> = films.par_iter().map(|film| Features::of(film)).collect();
    println!("| what it sees | AUC |");
    println!("|---|---|");
    for (name, sees) in FeatureSet::EACH {
        let bias = cross_fitted(&films, &features, sees);
        let scored: Vec<Scored> = films
            .iter()
            .zip(bias)
            .map(|(film, bias)| Scored {
                probability: bias,
                pneumonia: film.pneumonia,
            })
            .collect();
        let auc = metrics::roc_auc(&scored).context("the folder holds both classes")?;
        println!("| {name} | {auc:.3} |");
    }
    Ok(())
}
