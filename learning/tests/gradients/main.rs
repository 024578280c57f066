//! Checks every training operation against a plain double-precision implementation written here: its values directly,
//! its gradients against that implementation's finite differences.
#![cfg(not(target_arch = "wasm32"))]

mod convolution;
mod network;

use candle_core::{Device, Result, Tensor, Var};
use learning::network::batch_norm::{Moments, normalise_batch};
use learning::network::dense::{dense, portable_dense};
use learning::network::dropout::{ChannelFactors, dropout};
use learning::network::loss::binary_cross_entropy;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Step of the central differences. In double precision its error is far below `TOLERANCE`, and a kink of ReLU or
/// max-pool is rarely that close.
const STEP: f64 = 1e-6;
/// Largest difference allowed, relative to the largest value compared.
const TOLERANCE: f64 = 1e-4;

/// A tensor's shape and values.
#[derive(Clone)]
struct Array {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Array {
    /// Uniform in -1 to 1, in values that `f32` holds exactly.
    fn random(shape: &[usize], rng: &mut ChaCha8Rng) -> Self {
        let values = (0..shape.iter().product())
            .map(|_| f64::from(rng.random_range(-1f32..1.0)))
            .collect();
        Self {
            shape: shape.to_vec(),
            values,
        }
    }

    fn var(&self) -> Var {
        let values: Vec<f32> = self.values.iter().map(|&value| value as f32).collect();
        Var::from_vec(values, self.shape.as_slice(), &Device::Cpu).unwrap()
    }
}

/// Checks values and all gradients of `operation` against `plain` at `arguments`, for a random weighting
/// of the result.
fn check(
    what: &str,
    arguments: &[Array],
    operation: impl Fn(&[Var]) -> Result<Tensor>,
    plain: impl Fn(&[Array]) -> Vec<f64>,
) {
    let vars: Vec<Var> = arguments.iter().map(Array::var).collect();
    let result = operation(&vars).unwrap();
    let expected = plain(arguments);
    assert_close(&format!("{what}: values"), &to_f64(&result), &expected);

    let weighting = Array::random(result.dims(), &mut ChaCha8Rng::seed_from_u64(99));
    let weighted = |values: Vec<f64>| -> f64 {
        values
            .iter()
            .zip(&weighting.values)
            .map(|(value, weight)| value * weight)
            .sum()
    };
    let loss = (result * weighting.var().as_tensor())
        .unwrap()
        .sum_all()
        .unwrap();
    let gradients = loss.backward().unwrap();
    for (index, var) in vars.iter().enumerate() {
        let differences: Vec<f64> = (0..arguments[index].values.len())
            .map(|at| {
                let moved = |by: f64| {
                    let mut arguments = arguments.to_vec();
                    arguments[index].values[at] += by;
                    weighted(plain(&arguments))
                };
                (moved(STEP) - moved(-STEP)) / (2.0 * STEP)
            })
            .collect();
        let gradient = to_f64(gradients.get(var).expect("a gradient for each argument"));
        assert_close(
            &format!("{what}: gradient of argument {index}"),
            &gradient,
            &differences,
        );
    }
}

fn to_f64(tensor: &Tensor) -> Vec<f64> {
    let values: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
    values.into_iter().map(f64::from).collect()
}

fn assert_close(what: &str, actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let largest = expected
        .iter()
        .fold(1e-3f64, |largest, value| largest.max(value.abs()));
    for (at, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        assert!(
            (actual - expected).abs() <= TOLERANCE * largest,
            "{what} [{at}]: {actual}, expected {expected}"
        );
    }
}

fn plain_moments(maps: &Array) -> Vec<(f64, f64)> {
    let channels = maps.shape[3];
    let count = (maps.values.len() / channels) as f64;
    let moments = |channel: usize| {
        let values = || maps.values.iter().skip(channel).step_by(channels);
        let mean = values().sum::<f64>() / count;
        let squares = values().map(|value| (value - mean).powi(2));
        (mean, squares.sum::<f64>() / count)
    };
    (0..channels).map(moments).collect()
}

fn plain_normalise(maps: &Array, scale: &Array, shift: &Array) -> Vec<f64> {
    let channels = maps.shape[3];
    let moments = plain_moments(maps);
    let normalise = |(at, value): (usize, &f64)| {
        let channel = at % channels;
        let (mean, variance) = moments[channel];
        (value - mean) / (variance + 1e-3).sqrt() * scale.values[channel] + shift.values[channel]
    };
    maps.values.iter().enumerate().map(normalise).collect()
}

#[test]
fn batch_norm_in_training_has_right_values_and_gradients_with_spatial_dropout_and_without() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for [batch, height, width, channels] in [[4, 2, 5, 3], [16, 1, 1, 2], [1, 3, 3, 1]] {
        let arguments = [
            Array::random(&[batch, height, width, channels], &mut rng),
            Array::random(&[channels], &mut rng),
            Array::random(&[channels], &mut rng),
        ];
        let factors = ChannelFactors::draw(batch, channels, 0.4, &mut rng);
        for dropout in [None, Some(factors)] {
            let factor = |at: usize| match &dropout {
                Some(factors) => {
                    f64::from(factors.of(at / (height * width * channels))[at % channels])
                }
                None => 1.0,
            };
            check(
                "batch norm",
                &arguments,
                |vars| {
                    let moments = Moments::of(&vars[0])?;
                    normalise_batch(&vars[0], &vars[1], &vars[2], moments, dropout.clone())
                },
                |arrays| {
                    let [maps, scale, shift] = arrays else {
                        unreachable!()
                    };
                    let values = plain_normalise(maps, scale, shift).into_iter().enumerate();
                    values.map(|(at, value)| value * factor(at)).collect()
                },
            );
        }
    }
}

#[test]
fn large_means_cost_the_batch_norm_no_precision() {
    let values: Vec<f32> = (0..64).map(|at| 4096.0 + (at % 7) as f32).collect();
    let maps = Tensor::from_vec(values, (4, 4, 4, 1), &Device::Cpu).unwrap();
    let one = Tensor::new(&[1f32], &Device::Cpu).unwrap();
    let zero = Tensor::new(&[0f32], &Device::Cpu).unwrap();
    let moments = Moments::of(&maps).unwrap();
    let normalised = to_f64(&normalise_batch(&maps, &one, &zero, moments, None).unwrap());
    let exact = Array {
        shape: vec![4, 4, 4, 1],
        values: to_f64(&maps),
    };
    let [one, zero] = [1.0, 0.0].map(|value| Array {
        shape: vec![1],
        values: vec![value],
    });
    assert_close(
        "large means",
        &normalised,
        &plain_normalise(&exact, &one, &zero),
    );
}

#[test]
fn spatial_dropout_draws_its_share_of_channels_and_keeps_the_mean() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for rate in [0.1f32, 0.5] {
        let factors = ChannelFactors::draw(100, 50, rate, &mut rng);
        let factors: Vec<f32> = (0..100)
            .flat_map(|film| factors.of(film).to_vec())
            .collect();
        assert_share_dropped(rate, &factors);
    }
}

#[track_caller]
fn assert_share_dropped(rate: f32, factors: &[f32]) {
    let kept = 1.0 / (1.0 - rate);
    assert!(
        factors
            .iter()
            .all(|&factor| factor == 0.0 || factor == kept)
    );
    let dropped = factors.iter().filter(|&&factor| factor == 0.0).count() as f32;
    let share = dropped / factors.len() as f32;
    assert!(
        (share - rate).abs() < 0.03,
        "{share} dropped at rate {rate}"
    );
}

#[test]
fn dropout_drops_its_share_keeps_the_mean_and_scales_gradients_alike() {
    let drop = |values: &Tensor| dropout(values, 0.3, &mut ChaCha8Rng::seed_from_u64(5)).unwrap();
    let ones = Tensor::ones((100, 50), candle_core::DType::F32, &Device::Cpu).unwrap();
    let factors: Vec<f32> = drop(&ones).flatten_all().unwrap().to_vec1().unwrap();
    assert_share_dropped(0.3, &factors);

    let small = Array::random(&[9, 10], &mut ChaCha8Rng::seed_from_u64(6));
    check(
        "dropout",
        &[small],
        |vars| Ok(drop(&vars[0])),
        |arrays| {
            let pairs = arrays[0].values.iter().zip(&factors);
            pairs
                .map(|(value, &factor)| value * f64::from(factor))
                .collect()
        },
    );
}

#[test]
fn the_loss_has_right_values_and_gradients() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut logits = Array::random(&[9], &mut rng);
    logits
        .values
        .iter_mut()
        .for_each(|logit| *logit = f64::from((*logit * 5.0) as f32));
    let labels: Vec<f32> = (0..9).map(|label| (label % 2) as f32).collect();
    let labels_tensor = Tensor::new(labels.as_slice(), &Device::Cpu).unwrap();
    check(
        "binary cross-entropy",
        &[logits],
        |vars| binary_cross_entropy(&vars[0], &labels_tensor),
        |arrays| {
            let loss = |(logit, label): (&f64, &f32)| {
                let probability = 1.0 / (1.0 + (-logit).exp());
                if *label == 1.0 {
                    -probability.ln()
                } else {
                    -(1.0 - probability).ln()
                }
            };
            vec![arrays[0].values.iter().zip(&labels).map(loss).sum::<f64>() / 9.0]
        },
    );
}

#[test]
fn the_loss_stays_finite_at_extreme_logits() {
    let logits = Var::new(&[-120f32, 120.0, -1e30, 1e30], &Device::Cpu).unwrap();
    let labels = Tensor::new(&[1f32, 0.0, 0.0, 1.0], &Device::Cpu).unwrap();
    let loss = binary_cross_entropy(&logits, &labels).unwrap();
    assert_eq!(loss.to_scalar::<f32>().unwrap(), 60.0);
    let gradients = loss.backward().unwrap();
    assert_eq!(
        to_f64(gradients.get(&logits).unwrap()),
        [-0.25, 0.25, 0.0, 0.0]
    );
}

#[test]
fn dense_layers_have_right_values_and_gradients_portable_or_not() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let arguments = [&[3, 4][..], &[5, 4], &[5]].map(|shape| Array::random(shape, &mut rng));
    type Layer = fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor>;
    for (name, layer) in [
        ("dense layer and ReLU", dense as Layer),
        ("portable dense layer and ReLU", portable_dense),
    ] {
        check(
            name,
            &arguments,
            |vars| layer(&vars[0], &vars[1], &vars[2])?.relu(),
            |arrays| {
                let [values, weight, bias] = arrays else {
                    unreachable!()
                };
                let neuron = |sample: usize, output: usize| {
                    let products = (0..4)
                        .map(|at| values.values[sample * 4 + at] * weight.values[output * 4 + at]);
                    (products.sum::<f64>() + bias.values[output]).max(0.0)
                };
                (0..15).map(|at| neuron(at / 5, at % 5)).collect()
            },
        );
    }
}
