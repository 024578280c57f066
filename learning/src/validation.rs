//! Evaluates the network on films that it is not trained on.

use crate::network::loss::binary_cross_entropy;
use crate::parallel::*;
use candle_core::{Device, Tensor};
use candle_nn::Module;
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::metrics::{self, Scored};
use pneumonia_cnn::network::metadata::{Calibration, Counts, TestResult, Validation};
use pneumonia_cnn::network::{PneumoniaCnn, Weights};

use crate::Result;
use crate::augmentation::Augmentation;
use crate::calibration;
use crate::dataset::{self, LabelledFilm};
use crate::rng::{Purpose, rng};
use crate::settings::Settings;

/// Films per forward pass; affects only memory use.
const BATCH: usize = 64;
/// Augmented copies of each validation film, which are also used to choose the screening operating point.
const CHANGED_COPIES: usize = 2;

/// The network's outputs for films, in evaluation mode.
pub struct ScoredFilms {
    pub logits: Vec<f32>,
    /// With uncalibrated probabilities.
    pub films: Vec<Scored>,
    /// Mean binary cross-entropy.
    pub loss: f64,
}

/// Evaluates `weights` on `films`.
pub fn score(weights: &Weights, films: &[&LabelledFilm]) -> Result<ScoredFilms> {
    of_logits(&logits(weights, films)?, films)
}

/// The network's logits for `films`.
pub fn logits(weights: &Weights, films: &[&LabelledFilm]) -> Result<Vec<f32>> {
    let network = PneumoniaCnn::new(weights)?;
    let mut logits = Vec::new();
    for batch in films.chunks(BATCH) {
        let pixels = batch.iter().flat_map(|film| film.input.pixels()).copied();
        let pixels: Vec<f32> = pixels.collect();
        let inputs = Tensor::from_vec(pixels, (batch.len(), 1, SIZE, SIZE), &Device::Cpu)?;
        logits.extend(network.forward(&inputs)?.to_vec1::<f32>()?);
    }
    Ok(logits)
}

/// Copies of `films`, augmented like the recipe's training films.
pub fn changed(films: &[&LabelledFilm], settings: &Settings) -> Vec<LabelledFilm> {
    let ranges = settings.recipe.recipe().augmentation;
    let mut rng = rng(settings.seed, Purpose::Validation, 0);
    let copies = films
        .iter()
        .flat_map(|film| std::iter::repeat_n(film, CHANGED_COPIES));
    let draws = copies.map(|film| {
        (
            film,
            Augmentation::draw(&ranges, film.aspect_ratio, &mut rng),
        )
    });
    let draws: Vec<_> = draws.collect();
    let changed = draws.par_iter().map(|(film, draw)| {
        let mut pixels = vec![0f32; SIZE * SIZE];
        draw.apply(film.input.pixels(), &mut pixels);
        film.seen_as(Input::from_pixels(pixels))
    });
    changed.collect()
}

/// Evaluates the `logits` of `films`.
pub fn of_logits(logits: &[f32], films: &[&LabelledFilm]) -> Result<ScoredFilms> {
    let label = |film: &&LabelledFilm| f32::from(u8::from(film.pneumonia));
    let labels = Tensor::from_iter(films.iter().map(label), &Device::Cpu)?;
    let loss = binary_cross_entropy(&Tensor::new(logits, &Device::Cpu)?, &labels)?;
    Ok(ScoredFilms {
        logits: logits.to_vec(),
        films: calibration::scored(&Calibration::IDENTITY, logits, films),
        loss: f64::from(loss.to_scalar::<f32>()?),
    })
}

/// Metrics of the calibrated `films` at `threshold`; `None` if a class is missing.
pub fn test_result(source: &str, films: &[Scored], threshold: f64) -> Option<TestResult> {
    let figures = metrics::evaluate(films, threshold);
    Some(TestResult {
        source: source.into(),
        films: Counts {
            normal: figures.true_negatives + figures.false_positives,
            pneumonia: figures.true_positives + figures.false_negatives,
        },
        threshold,
        auc: figures.auc?,
        auc_ci: figures.auc_ci?,
        accuracy: figures.accuracy?,
        accuracy_ci: figures.accuracy_ci?,
        sensitivity: figures.sensitivity?,
        sensitivity_ci: figures.sensitivity_ci?,
        specificity: figures.specificity?,
        specificity_ci: figures.specificity_ci?,
    })
}

/// The metrics stored with the weights: of `films`, calibrated by `calibration`, at `threshold`.
pub fn figures(
    scored: &ScoredFilms,
    calibration: &Calibration,
    threshold: f64,
    films: &[&LabelledFilm],
) -> Validation {
    let figures = metrics::evaluate(
        &calibration::scored(calibration, &scored.logits, films),
        threshold,
    );
    let on_new_patients = calibration::cross_fitted(&scored.logits, films);
    // A split has films of both classes on each side, so every metric is defined.
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
        ece: or_nan(metrics::expected_calibration_error(&on_new_patients)),
    }
}
