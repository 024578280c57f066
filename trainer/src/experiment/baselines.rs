//! What can be told without seeing lungs: a network that does no better has learnt a shortcut.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use clap::Args;
use pneumonia_cnn::metrics::{self, Scored};
use pneumonia_cnn::network::training::loss::binary_cross_entropy;
use pneumonia_cnn::radiograph::{Limits, Radiograph};

use super::folds::{Fold, folds};
use crate::dataset::{Dataset, Film};
use crate::detail::fine_detail;

/// Side of the picture that the logistic regression sees.
const SIDE: usize = 8;
/// Steps of the regression, on all films at once.
const STEPS: usize = 500;

/// Print the AUC of the film's aspect ratio, of its mean brightness, of its fine detail, and of a logistic regression on
/// 8×8 pixels.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder with NORMAL/ and PNEUMONIA/ in it, or with a train/ folder that has them
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// Runs `trainer experiment baselines`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let dataset = Dataset::load(&arguments.data)?;
    println!(
        "| fold | aspect ratio | mean brightness | fine detail | logistic regression on {SIDE}×{SIDE} pixels |"
    );
    println!("|---|---|---|---|---|");
    for fold in folds(&dataset.films) {
        let ratio = single(&fold, |film| {
            let bytes = fs::read(&film.path)?;
            let film = Radiograph::from_bytes(&bytes, &Limits::default())?;
            Ok(film.width() as f64 / film.height() as f64)
        })?;
        let brightness = single(&fold, |film| Ok(mean(film.input.pixels())))?;
        let detail = single(&fold, |film| Ok(fine_detail(&film.input).into()))?;
        let regression = regression(&fold)?;
        println!(
            "| {} | {ratio:.3} | {brightness:.3} | {detail:.3} | {regression:.3} |",
            fold.name
        );
    }
    Ok(())
}

fn mean(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value)).sum::<f64>() / values.len() as f64
}

/// The AUC of one number, in the direction that is right for the learning films.
fn single(fold: &Fold, number: impl Fn(&Film) -> Result<f64>) -> Result<f64> {
    let auc = |films: &[&Film]| {
        let scored = films.iter().map(|film| {
            Ok(Scored {
                probability: number(film)?,
                pneumonia: film.pneumonia,
            })
        });
        metrics::roc_auc(&scored.collect::<Result<Vec<_>>>()?).context("a fold holds both classes")
    };
    let judging = auc(&fold.judging)?;
    Ok(if auc(&fold.learning)? < 0.5 {
        1.0 - judging
    } else {
        judging
    })
}

fn regression(fold: &Fold) -> Result<f64> {
    let device = &Device::Cpu;
    let pixels = |films: &[&Film]| -> Result<Tensor> {
        let pixels: Vec<f32> = films
            .iter()
            .flat_map(|film| film.input.block_means(SIDE))
            .collect();
        Ok(Tensor::from_vec(
            pixels,
            (films.len(), SIDE * SIDE),
            device,
        )?)
    };
    let weight = Var::zeros((SIDE * SIDE, 1), DType::F32, device)?;
    let bias = Var::zeros(1, DType::F32, device)?;
    let logits = |pixels: &Tensor| pixels.matmul(&weight)?.broadcast_add(&bias)?.squeeze(1);
    let learning = pixels(&fold.learning)?;
    let labels = fold
        .learning
        .iter()
        .map(|film| f32::from(u8::from(film.pneumonia)));
    let labels = Tensor::from_iter(labels, device)?;
    let parameters = ParamsAdamW {
        lr: 0.05,
        ..ParamsAdamW::default()
    };
    let mut optimiser = AdamW::new(vec![weight.clone(), bias.clone()], parameters)?;
    for _ in 0..STEPS {
        let loss = binary_cross_entropy(&logits(&learning)?, &labels)?;
        optimiser.backward_step(&loss)?;
    }
    let judged: Vec<f32> = logits(&pixels(&fold.judging)?)?.to_vec1()?;
    let scored = judged
        .iter()
        .zip(&fold.judging)
        .map(|(&logit, film)| Scored {
            probability: f64::from(logit),
            pneumonia: film.pneumonia,
        });
    metrics::roc_auc(&scored.collect::<Vec<_>>()).context("a fold holds both classes")
}
