//! Fits the gate that tells frontal chest films from everything else.
//!
//! ```text
//! pca         principal components of film thumbnails
//! negatives   synthetic pictures that are not frontal chest films
//! ```

mod negatives;
mod pca;

pub use negatives::{KINDS, Kind};

use crate::network::loss::binary_cross_entropy;
use crate::parallel::*;
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::network::Gate;
use pneumonia_cnn::network::gate::{FEATURES, HIDDEN, Rounded, thumbnail};

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use crate::Result;
use crate::augmentation::{Augmentation, GeometryRanges, IntensityRanges, Ranges};
use crate::dataset::LabelledFilm;
use crate::recipe::Schedule;
use crate::rng::{Purpose, rng};

/// Fraction of augmented validation films that the gate may reject; of unmodified films it rejects fewer.
const REFUSED: f64 = 0.03;
/// Augmented copies per film that should pass, and synthetic pictures per film that should not.
const COPIES: usize = 4;
const PASSES: usize = 12;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 3e-3;
/// Keeps the weights small, so that the gate does not rely on single features.
const WEIGHT_DECAY: f64 = 0.1;

/// Augmentation of films. Sharpness and noise stay as they are: they do not show in the gate's 16×16 thumbnails.
const FILMS: Ranges = Ranges {
    geometry: GeometryRanges::FAR,
    intensity: IntensityRanges {
        cover: 0.1,
        gamma: IntensityRanges::VARIED.gamma,
        contrast: IntensityRanges::VARIED.contrast,
        brightness: IntensityRanges::VARIED.brightness,
        ..IntensityRanges::NONE
    },
};

/// Augmentation of the few pictures that are not films: stronger, since nothing in them has to be preserved.
const OTHERS: Ranges = Ranges {
    geometry: GeometryRanges {
        shear: 15.0,
        rotation: 30.0,
        zoom: 0.4,
        size: 0.0,
        shift: 0.15,
        black_outside: 0.3,
        shape: None,
    },
    intensity: FILMS.intensity,
};

/// Fits a gate that passes `films` and rejects `others` and synthetic pictures of the given `kinds`. Its threshold
/// passes all but [`REFUSED`] of the augmented copies of `validation`.
pub fn fit(
    films: &[&LabelledFilm],
    validation: &[&LabelledFilm],
    others: &[(String, Input)],
    kinds: &[Kind],
    seed: u64,
) -> Result<Gate> {
    let mut rng = rng(seed, Purpose::Gate, 0);
    let (seen, labels) = examples(films, others, kinds, &mut rng);
    let mut gate = train(&seen, &labels, &mut rng)?;
    let copies = changed(validation, &mut rng);
    let mut logits: Vec<f32> = copies
        .par_iter()
        .filter_map(|copy| Some(gate.logit(&thumbnail(copy)?)))
        .collect();
    logits.sort_by(f32::total_cmp);
    let refused = (logits.len() as f64 * REFUSED) as usize;
    // Slightly below the lowest logit that should pass.
    gate.threshold = logits.get(refused).map_or(0.0, |logit| logit - 1e-3);
    Ok(gate)
}

/// [`COPIES`] augmented copies of each film.
pub fn changed(films: &[&LabelledFilm], rng: &mut impl Rng) -> Vec<Input> {
    let films = films.iter().flat_map(|film| [&film.input; COPIES]);
    let draws: Vec<_> = films
        .map(|input| (input, Augmentation::draw(&FILMS, None, rng)))
        .collect();
    let copy = |(input, draw): &(&Input, Augmentation)| picture(input, draw, None);
    draws.par_iter().map(copy).collect()
}

/// Augments a film or other picture by `draw`, then makes one of `kind` from it, if given.
fn picture(input: &Input, draw: &Augmentation, kind: Option<(Kind, u64)>) -> Input {
    let mut picture = vec![0f32; SIZE * SIZE];
    draw.apply(input.pixels(), &mut picture);
    if let Some((kind, seed)) = kind {
        picture = kind.make(&picture, seed);
    }
    Input::from_pixels(picture)
}

/// Thumbnails, with label 1 for frontal chest films, else 0.
fn examples(
    films: &[&LabelledFilm],
    others: &[(String, Input)],
    kinds: &[Kind],
    rng: &mut impl Rng,
) -> (Vec<Vec<f32>>, Vec<f32>) {
    /// A picture to make: augmented by `draw`, then made into one of `kind`, if any.
    struct Plan<'a> {
        input: &'a Input,
        draw: Augmentation,
        kind: Option<(Kind, u64)>,
        passes: bool,
    }
    let mut plans = Vec::new();
    for film in films {
        for _ in 0..COPIES {
            let draw = Augmentation::draw(&FILMS, None, rng);
            let input = &film.input;
            plans.push(Plan {
                input,
                draw,
                kind: None,
                passes: true,
            });
            let draw = Augmentation::draw(&FILMS, None, rng);
            let kind = Some((kinds[rng.random_range(0..kinds.len())], rng.random()));
            plans.push(Plan {
                input,
                draw,
                kind,
                passes: false,
            });
        }
    }
    // Repeats the folder's pictures, however few, until there are as many as synthetic ones.
    for (_, input) in others.iter().cycle().take(films.len() * COPIES) {
        let draw = Augmentation::draw(&OTHERS, None, rng);
        plans.push(Plan {
            input,
            draw,
            kind: None,
            passes: false,
        });
    }
    let examples = plans.par_iter().filter_map(|plan| {
        let picture = picture(plan.input, &plan.draw, plan.kind);
        Some((thumbnail(&picture)?, f32::from(u8::from(plan.passes))))
    });
    examples.unzip()
}

fn train(seen: &[Vec<f32>], labels: &[f32], rng: &mut impl Rng) -> Result<Gate> {
    let films = seen.iter().zip(labels).filter(|(_, label)| **label > 0.5);
    let films: Vec<&[f32]> = films.map(|(film, _)| film.as_slice()).collect();
    let pca = pca::learn(&films);
    let features: Vec<Vec<f32>> = seen.par_iter().map(|seen| pca.features(seen)).collect();
    let mut uniform = |count: usize, fan: usize| -> Vec<f32> {
        let limit = (6.0 / fan as f32).sqrt();
        (0..count)
            .map(|_| rng.random_range(-limit..limit))
            .collect()
    };
    let device = &Device::Cpu;
    let hidden = Tensor::from_vec(
        uniform(HIDDEN * FEATURES, HIDDEN + FEATURES),
        (HIDDEN, FEATURES),
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
    let mut order: Vec<usize> = (0..features.len()).collect();
    for pass in 0..PASSES {
        let progress = pass as f64 / PASSES as f64;
        optimiser
            .set_learning_rate(LEARNING_RATE * Schedule::Cosine { warm_up: 0.0 }.factor(progress));
        order.shuffle(rng);
        for batch in order.chunks(BATCH) {
            let values: Vec<f32> = batch
                .iter()
                .flat_map(|&index| &features[index])
                .copied()
                .collect();
            let values = Tensor::from_vec(values, (batch.len(), FEATURES), device)?;
            let labels = Tensor::from_iter(batch.iter().map(|&index| labels[index]), device)?;
            let values = values
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
    Ok(Gate {
        threshold: 0.0,
        pca,
        hidden: Rounded::of(&values(hidden)?, 127),
        hidden_bias: values(hidden_bias)?,
        output: values(output)?,
        output_bias: values(output_bias)?[0],
    })
}
