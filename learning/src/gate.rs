//! Fits the gate that tells frontal chest films from everything else.
//!
//! ```text
//! pca         the principal components of films
//! negatives   pictures that are none, made from the films and from nothing
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

/// Share of changed copies of the validation films that the gate may hold back; of the films as they are it is less.
const REFUSED: f64 = 0.03;
/// Changed copies of each film that are to pass; and so many made-up pictures a film that are not.
const COPIES: usize = 4;
const PASSES: usize = 12;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 3e-3;
/// Keeps the weights, and with them the trust in single features, small.
const WEIGHT_DECAY: f64 = 0.1;

/// How films are changed. Sharpness and noise are left as they are: in the gate's large pixels they do not show.
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

/// How the pictures of a folder are changed, which are few: more, since nothing about them must stay.
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

/// Fits a gate that lets `films` pass and holds `others` back, and made-up pictures of those `kinds`; its threshold
/// lets all but [`REFUSED`] of changed copies of `validation` pass.
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
    // A little below the first copy that is to pass.
    gate.threshold = logits.get(refused).map_or(0.0, |logit| logit - 1e-3);
    Ok(gate)
}

/// [`COPIES`] of each film, changed as films may be.
pub fn changed(films: &[&LabelledFilm], rng: &mut impl Rng) -> Vec<Input> {
    let films = films.iter().flat_map(|film| [&film.input; COPIES]);
    let draws: Vec<_> = films
        .map(|input| (input, Augmentation::draw(&FILMS, None, rng)))
        .collect();
    let copy = |(input, draw): &(&Input, Augmentation)| picture(input, draw, None);
    draws.par_iter().map(copy).collect()
}

/// A film or picture changed by `draw`, then made into another of a kind.
fn picture(input: &Input, draw: &Augmentation, kind: Option<(Kind, u64)>) -> Input {
    let mut picture = vec![0f32; SIZE * SIZE];
    draw.apply(input.pixels(), &mut picture);
    if let Some((kind, seed)) = kind {
        picture = kind.make(&picture, seed);
    }
    Input::from_pixels(picture)
}

/// Thumbnails, and whether each is a frontal chest film.
fn examples(
    films: &[&LabelledFilm],
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
    // As many of the folder's pictures together as made-up ones, however few they are.
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
