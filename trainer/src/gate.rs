//! Fits the gate that tells frontal chest films from everything else.
//!
//! ```text
//! negatives   pictures that are none, made from the films and from nothing
//! ```

mod negatives;

pub use negatives::{KINDS, Kind};

use std::path::Path;

use anyhow::{Context, Result};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::network::Gate;
use pneumonia_cnn::network::gate::{HIDDEN, PIXELS, thumbnail};
use pneumonia_cnn::network::training::loss::binary_cross_entropy;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rayon::prelude::*;

use crate::augment::{Augmentation, GeometryRanges, LookRanges, Ranges};
use crate::dataset::Film;
use crate::predict::visit;
use crate::recipe::Schedule;
use crate::rng::{Purpose, rng};

/// Share of the validation films that the gate may hold back.
const REFUSED: f64 = 0.005;
/// Changed copies of each film that are to pass; and so many made-up pictures a film that are not.
const COPIES: usize = 2;
const PASSES: usize = 12;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 3e-3;
/// Keeps the weights, and with them the trust in single pixels, small.
const WEIGHT_DECAY: f64 = 1e-3;

/// How films are changed. Sharpness and noise are left as they are: in the gate's large pixels they do not show.
const FILMS: Ranges = Ranges {
    geometry: Ranges::ROBUST.geometry,
    look: LookRanges {
        cover: 0.1,
        gamma: Ranges::ROBUST.look.gamma,
        contrast: Ranges::ROBUST.look.contrast,
        brightness: Ranges::ROBUST.look.brightness,
        ..LookRanges::NONE
    },
};

/// How the pictures of a folder are changed, which are few: more, since nothing about them must stay.
const OTHERS: Ranges = Ranges {
    geometry: GeometryRanges {
        shear: 15.0,
        rotation: 30.0,
        zoom: 0.4,
        shift: 0.15,
        black_outside: 0.3,
    },
    look: FILMS.look,
};

/// The pictures below `folder`, each with the name of the folder it is in. Those that can't be read are named on the
/// error stream and left out.
pub fn others(folder: &Path) -> Result<Vec<(String, Input)>> {
    let mut others = Vec::new();
    visit(folder, &mut |path, listed| {
        let unreadable = || format!("can't read {}", path.display());
        listed.with_context(unreadable)?;
        let bytes = std::fs::read(path).with_context(unreadable)?;
        match Radiograph::from_bytes(&bytes, &Limits::default()) {
            Ok(picture) => {
                let kind = path.parent().and_then(Path::file_name).unwrap_or_default();
                others.push((kind.to_string_lossy().into_owned(), Input::new(&picture)));
            }
            Err(error) => eprintln!("left out {}: {error}", path.display()),
        }
        Ok(())
    })?;
    Ok(others)
}

/// Fits a gate that lets `films` pass and holds `others` back, and made-up pictures of those `kinds`; its threshold lets
/// all but [`REFUSED`] of `validation` pass.
pub fn fit(
    films: &[&Film],
    validation: &[&Film],
    others: &[(String, Input)],
    kinds: &[Kind],
    seed: u64,
) -> Result<Gate> {
    let mut rng = rng(seed, Purpose::Gate, 0);
    let (seen, labels) = examples(films, others, kinds, &mut rng);
    let mut gate = train(&seen, &labels, &mut rng)?;
    let mut logits: Vec<f32> = validation
        .iter()
        .filter_map(|film| Some(gate.logit(&thumbnail(&film.input)?)))
        .collect();
    logits.sort_by(f32::total_cmp);
    let refused = (logits.len() as f64 * REFUSED) as usize;
    // A little below the first film that is to pass.
    gate.threshold = logits.get(refused).map_or(0.0, |logit| logit - 1e-3);
    Ok(gate)
}

/// Thumbnails, and whether each is a frontal chest film.
fn examples(
    films: &[&Film],
    others: &[(String, Input)],
    kinds: &[Kind],
    rng: &mut impl Rng,
) -> (Vec<Vec<f32>>, Vec<f32>) {
    /// A picture to make: changed by the draw, then of the kind, or a film if there is none.
    struct Plan<'a> {
        input: &'a Input,
        draw: Augmentation,
        kind: Option<(Kind, u64)>,
        passes: bool,
    }
    let mut plans = Vec::new();
    for film in films {
        for _ in 0..COPIES {
            let draw = Augmentation::draw(&FILMS, rng);
            let input = &film.input;
            plans.push(Plan {
                input,
                draw,
                kind: None,
                passes: true,
            });
            let draw = Augmentation::draw(&FILMS, rng);
            let kind = Some((kinds[rng.random_range(0..kinds.len())], rng.random()));
            plans.push(Plan {
                input,
                draw,
                kind,
                passes: false,
            });
        }
    }
    // As many of the folder's pictures together as made-up ones, however few they are.
    for (_, input) in others.iter().cycle().take(films.len() * COPIES) {
        let draw = Augmentation::draw(&OTHERS, rng);
        plans.push(Plan {
            input,
            draw,
            kind: None,
            passes: false,
        });
    }
    let examples = plans.par_iter().filter_map(|plan| {
        let mut picture = vec![0f32; SIZE * SIZE];
        plan.draw.apply(plan.input.pixels(), &mut picture);
        if let Some((kind, seed)) = plan.kind {
            picture = kind.make(&picture, seed);
        }
        let input = Input::new(&Radiograph::new(SIZE, SIZE, picture));
        Some((thumbnail(&input)?, f32::from(u8::from(plan.passes))))
    });
    examples.unzip()
}

fn train(seen: &[Vec<f32>], labels: &[f32], rng: &mut impl Rng) -> Result<Gate> {
    let mut uniform = |count: usize, fan: usize| -> Vec<f32> {
        let limit = (6.0 / fan as f32).sqrt();
        (0..count)
            .map(|_| rng.random_range(-limit..limit))
            .collect()
    };
    let device = &Device::Cpu;
    let hidden = Tensor::from_vec(
        uniform(HIDDEN * PIXELS, HIDDEN + PIXELS),
        (HIDDEN, PIXELS),
        device,
    )?;
    let output = Tensor::from_vec(uniform(HIDDEN, HIDDEN + 1), (1, HIDDEN), device)?;
    let variables = [
        Var::from_tensor(&hidden)?,
        Var::zeros(HIDDEN, DType::F32, device)?,
        Var::from_tensor(&output)?,
        Var::zeros(1, DType::F32, device)?,
    ];
    let [hidden, hidden_bias, output, output_bias] = &variables;
    let mut optimiser = AdamW::new(
        variables.to_vec(),
        ParamsAdamW {
            weight_decay: WEIGHT_DECAY,
            ..ParamsAdamW::default()
        },
    )?;
    let mut order: Vec<usize> = (0..seen.len()).collect();
    for pass in 0..PASSES {
        let progress = pass as f64 / PASSES as f64;
        optimiser
            .set_learning_rate(LEARNING_RATE * Schedule::Cosine { warm_up: 0.0 }.factor(progress));
        order.shuffle(rng);
        for batch in order.chunks(BATCH) {
            let pixels: Vec<f32> = batch
                .iter()
                .flat_map(|&index| &seen[index])
                .copied()
                .collect();
            let pixels = Tensor::from_vec(pixels, (batch.len(), PIXELS), device)?;
            let labels = Tensor::from_iter(batch.iter().map(|&index| labels[index]), device)?;
            let values = pixels
                .matmul(&hidden.t()?)?
                .broadcast_add(hidden_bias)?
                .relu()?;
            let logits = values
                .matmul(&output.t()?)?
                .broadcast_add(output_bias)?
                .squeeze(1)?;
            let gradients = binary_cross_entropy(&logits, &labels)?.backward()?;
            optimiser.step(&gradients)?;
        }
    }
    let values = |var: &Var| -> Result<Vec<f32>> { Ok(var.flatten_all()?.to_vec1()?) };
    let exact = values(hidden)?;
    let largest = exact
        .iter()
        .fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
    let step = largest / 127.0;
    Ok(Gate {
        threshold: 0.0,
        step,
        hidden: exact
            .iter()
            .map(|value| (value / step).round() as i8)
            .collect(),
        hidden_bias: values(hidden_bias)?,
        output: values(output)?,
        output_bias: values(output_bias)?[0],
    })
}
