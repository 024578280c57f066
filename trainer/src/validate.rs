//! How the network does on the films that it does not learn from.

use anyhow::Result;
use candle_core::{Device, Tensor};
use candle_nn::Module;
use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::network::metadata::{Calibration, Validation};
use pneumonia_cnn::network::training::loss::binary_cross_entropy;
use pneumonia_cnn::network::{PneumoniaCnn, Weights};

use crate::dataset::{self, Film};
use crate::metrics::{self, Scored};

/// Films a pass; only memory depends on it.
const BATCH: usize = 64;

/// The network's answers to films, in evaluation.
pub struct ScoredFilms {
    pub films: Vec<Scored>,
    /// Mean binary cross-entropy.
    pub loss: f64,
}

/// Judges `films` with `weights`.
pub fn score(weights: &Weights, films: &[&Film]) -> Result<ScoredFilms> {
    let network = PneumoniaCnn::new(weights)?;
    let mut scored = ScoredFilms {
        films: Vec::new(),
        loss: 0.0,
    };
    for batch in films.chunks(BATCH) {
        let pixels: Vec<f32> = batch
            .iter()
            .flat_map(|film| film.input.pixels())
            .copied()
            .collect();
        let inputs = Tensor::from_vec(pixels, (batch.len(), 1, SIZE, SIZE), &Device::Cpu)?;
        let labels: Vec<f32> = batch
            .iter()
            .map(|film| f32::from(u8::from(film.pneumonia)))
            .collect();
        let logits = network.forward(&inputs)?;
        let labels = Tensor::new(labels.as_slice(), &Device::Cpu)?;
        let loss = f64::from(binary_cross_entropy(&logits, &labels)?.to_scalar::<f32>()?);
        scored.loss += loss * batch.len() as f64 / films.len() as f64;
        let logits = logits.to_vec1::<f32>()?;
        scored
            .films
            .extend(logits.into_iter().zip(batch).map(|(logit, film)| Scored {
                probability: Calibration::IDENTITY.probability(logit),
                pneumonia: film.pneumonia,
            }));
    }
    Ok(scored)
}

/// The figures that go with the weights.
pub fn figures(scored: &ScoredFilms, threshold: f64, films: &[&Film]) -> Validation {
    let figures = metrics::evaluate(&scored.films, threshold);
    // A split has films of both classes on each side, so every figure is defined.
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let interval = |value: Option<[f64; 2]>| value.unwrap_or([0.0, 1.0]);
    Validation {
        films: dataset::count(films.iter().copied()),
        patients: dataset::count_patients(films),
        loss: scored.loss,
        accuracy: or_nan(figures.accuracy),
        sensitivity: or_nan(figures.sensitivity),
        specificity: or_nan(figures.specificity),
        auc: or_nan(figures.auc),
        accuracy_ci: interval(figures.accuracy_ci),
        sensitivity_ci: interval(figures.sensitivity_ci),
        specificity_ci: interval(figures.specificity_ci),
        auc_ci: interval(figures.auc_ci),
        brier: or_nan(figures.brier),
        ece: or_nan(figures.ece),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::dataset::Dataset;
    use crate::split::Split;
    use crate::weights_file;

    #[test]
    fn the_shipped_weights_have_the_figures_they_claim_on_the_films_they_claim() {
        let Some(folder) = std::env::var_os("CHEST_XRAY_DATA") else {
            eprintln!("skipped: CHEST_XRAY_DATA does not name the folder that holds chest_xray/");
            return;
        };
        let reader = weights_file::load(None).unwrap();
        let shipped = reader.metadata();
        let dataset = Dataset::load(&Path::new(&folder).join("chest_xray")).unwrap();
        assert_eq!(
            dataset.file_list_sha256(),
            shipped.training.file_list_sha256
        );

        let films = &dataset.films;
        let training = &shipped.training;
        let split = Split::by_patient(films, training.validation_fraction, training.seed).unwrap();
        let validation: Vec<&Film> = split.validation.iter().map(|&at| &films[at]).collect();
        let scored = score(&weights_file::shipped_weights().unwrap(), &validation).unwrap();
        let found = figures(&scored, shipped.threshold, &validation);
        let claimed = &shipped.validation;
        assert_eq!(found.films, claimed.films);
        assert_eq!(found.patients, claimed.patients);
        // Processors without fused multiply-add differ in the last digits, so a film may change sides.
        for (name, found, claimed) in [
            ("AUC", found.auc, claimed.auc),
            ("accuracy", found.accuracy, claimed.accuracy),
            ("sensitivity", found.sensitivity, claimed.sensitivity),
            ("specificity", found.specificity, claimed.specificity),
            ("loss", found.loss, claimed.loss),
        ] {
            assert!(
                (found - claimed).abs() < 0.006,
                "{name}: {found}, claimed {claimed}"
            );
        }
    }
}
