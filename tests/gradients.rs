//! Every operation that training uses, against a plain implementation in 64 bits written here: its values,
//! and its gradients against that implementation's finite differences.
#![cfg(not(target_arch = "wasm32"))]

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{Linear, Module};
use pneumonia_cnn::network::batch_norm::{Moments, normalise_batch, normalise_running};
use pneumonia_cnn::network::convolution::convolution_stage;
use pneumonia_cnn::network::dropout::{dropout, spatial_dropout};
use pneumonia_cnn::network::loss::binary_cross_entropy;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Step of the central differences. In 64 bits its error is far below `TOLERANCE`, and a kink of ReLU or
/// max-pool is hardly ever so near.
const STEP: f64 = 1e-6;
/// Largest difference, as a share of the largest value compared.
const TOLERANCE: f64 = 1e-4;

/// A tensor's shape and values.
#[derive(Clone)]
struct Array {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Array {
    /// Uniform in -1 to 1, in values that 32 bits hold exactly.
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

/// Convolution with zero padding, bias, ReLU and 2×2 max-pool, straight from the definition.
fn plain_convolution_stage(arguments: &[Array]) -> Vec<f64> {
    let [films, weight, bias] = arguments else {
        unreachable!()
    };
    let [batch, inputs, height, width] = films.shape[..] else {
        unreachable!()
    };
    let outputs = weight.shape[0];
    let pixel = |film: usize, input: usize, y: isize, x: isize| {
        let inside = (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
        let at = ((film * inputs + input) * height + y.max(0) as usize) * width + x.max(0) as usize;
        if inside { films.values[at] } else { 0.0 }
    };
    let convolved = |film: usize, output: usize, y: usize, x: usize| {
        let mut sum = bias.values[output];
        for input in 0..inputs {
            for tap in 0..9 {
                let (y, x) = ((y + tap / 3) as isize - 1, (x + tap % 3) as isize - 1);
                let weight = weight.values[(output * inputs + input) * 9 + tap];
                sum += weight * pixel(film, input, y, x);
            }
        }
        sum
    };
    let mut pooled = Vec::new();
    for film in 0..batch {
        for output in 0..outputs {
            for y in 0..height / 2 {
                for x in 0..width / 2 {
                    let window =
                        (0..4).map(|at| convolved(film, output, 2 * y + at / 2, 2 * x + at % 2));
                    pooled.push(window.fold(0.0, f64::max));
                }
            }
        }
    }
    pooled
}

#[test]
fn a_convolution_stage_has_right_values_and_gradients_for_all_sizes() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // batch, inputs, outputs, height, width
    for [batch, inputs, outputs, height, width] in [
        [1, 1, 1, 2, 2],
        [2, 1, 4, 6, 6],
        [1, 3, 5, 7, 9],
        [3, 4, 8, 4, 17],
        [1, 5, 3, 19, 34],
        [17, 2, 2, 3, 3],
    ] {
        let arguments = [
            Array::random(&[batch, inputs, height, width], &mut rng),
            Array::random(&[outputs, inputs, 3, 3], &mut rng),
            Array::random(&[outputs], &mut rng),
        ];
        check(
            &format!("{batch} films of {inputs}×{height}×{width} to {outputs} channels"),
            &arguments,
            |vars| convolution_stage(&vars[0], &vars[1], &vars[2]),
            plain_convolution_stage,
        );
    }
}

#[test]
fn of_equal_largest_pixels_only_the_first_gets_the_pools_gradient() {
    // A window of equal pixels: a whole gradient must pass, not one for each of them.
    let films = Array {
        shape: vec![1, 1, 2, 2],
        values: vec![0.5; 4],
    }
    .var();
    let mut tap = vec![0.0; 9];
    tap[4] = 1.0; // the window's middle: the convolution changes nothing
    let weight = Array {
        shape: vec![1, 1, 3, 3],
        values: tap,
    }
    .var();
    let bias = Array {
        shape: vec![1],
        values: vec![0.0],
    }
    .var();
    let pooled = convolution_stage(&films, &weight, &bias).unwrap();
    let gradients = pooled.sum_all().unwrap().backward().unwrap();
    assert_eq!(to_f64(gradients.get(&films).unwrap()), [1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_film_that_is_no_variable_gets_no_gradient() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let film = Array::random(&[1, 1, 8, 8], &mut rng)
        .var()
        .as_detached_tensor();
    let weight = Array::random(&[4, 1, 3, 3], &mut rng).var();
    let bias = Array::random(&[4], &mut rng).var();
    let pooled = convolution_stage(&film, &weight, &bias).unwrap();
    let gradients = pooled.sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(&film).is_none());
    assert!(gradients.get(&weight).is_some());
}

fn plain_moments(maps: &Array) -> Vec<(f64, f64)> {
    let [batch, channels, height, width] = maps.shape[..] else {
        unreachable!()
    };
    (0..channels)
        .map(|channel| {
            let values = || {
                (0..batch).flat_map(move |film| {
                    &maps.values[(film * channels + channel) * height * width..][..height * width]
                })
            };
            let count = (batch * height * width) as f64;
            let mean = values().sum::<f64>() / count;
            (
                mean,
                values().map(|value| (value - mean).powi(2)).sum::<f64>() / count,
            )
        })
        .collect()
}

fn plain_normalise(maps: &Array, scale: &Array, shift: &Array, moments: &[(f64, f64)]) -> Vec<f64> {
    let [_, channels, height, width] = maps.shape[..] else {
        unreachable!()
    };
    let normalise = |(at, value): (usize, &f64)| {
        let channel = at / (height * width) % channels;
        let (mean, variance) = moments[channel];
        (value - mean) / (variance + 1e-3).sqrt() * scale.values[channel] + shift.values[channel]
    };
    maps.values.iter().enumerate().map(normalise).collect()
}

#[test]
fn batch_norm_in_training_has_right_values_and_gradients() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for [batch, channels, height, width] in [[4, 3, 2, 5], [16, 2, 1, 1], [1, 1, 3, 3]] {
        let arguments = [
            Array::random(&[batch, channels, height, width], &mut rng),
            Array::random(&[channels], &mut rng),
            Array::random(&[channels], &mut rng),
        ];
        check(
            "batch norm",
            &arguments,
            |vars| normalise_batch(&vars[0], &vars[1], &vars[2], Moments::of(&vars[0])?),
            |arrays| {
                plain_normalise(
                    &arrays[0],
                    &arrays[1],
                    &arrays[2],
                    &plain_moments(&arrays[0]),
                )
            },
        );
    }
}

#[test]
fn batch_norm_in_evaluation_uses_the_running_statistics() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let [maps, scale, shift, mean, variance] =
        [vec![2, 3, 2, 2], vec![3], vec![3], vec![3], vec![3]]
            .map(|shape| Array::random(&shape, &mut rng));
    let variance = Array {
        values: variance.values.iter().map(|v| v.abs()).collect(),
        ..variance
    };
    let vars = [&maps, &scale, &shift, &mean, &variance].map(Array::var);
    let result = normalise_running(&vars[0], &vars[1], &vars[2], &vars[3], &vars[4]).unwrap();
    let moments: Vec<_> = mean.values.iter().copied().zip(variance.values).collect();
    let expected = plain_normalise(&maps, &scale, &shift, &moments);
    assert_close(
        "batch norm by running statistics",
        &to_f64(&result),
        &expected,
    );
}

#[test]
fn dropout_drops_its_share_keeps_the_mean_and_scales_gradients_alike() {
    let ones = Array {
        shape: vec![4, 50, 10, 10],
        values: vec![1.0; 20_000],
    };
    for (spatial, rate) in [(false, 0.5f32), (true, 0.3)] {
        let drop = |values: &Tensor| {
            let mut rng = ChaCha8Rng::seed_from_u64(5);
            if spatial {
                spatial_dropout(values, rate, &mut rng)
            } else {
                dropout(values, rate, &mut rng)
            }
        };
        let factors = to_f64(&drop(&ones.var()).unwrap());
        let dropped = factors.iter().filter(|&&factor| factor == 0.0).count() as f64 / 20_000.0;
        assert!(
            (dropped - f64::from(rate)).abs() < 0.1,
            "dropped {dropped} at rate {rate}"
        );
        let kept = f64::from(1.0 / (1.0 - rate));
        assert!(
            factors
                .iter()
                .all(|&factor| factor == 0.0 || factor == kept)
        );
        let whole_channels = factors
            .chunks(100)
            .all(|channel| channel.iter().all(|&f| f == channel[0]));
        assert_eq!(whole_channels, spatial);

        let small = Array::random(&[2, 5, 3, 3], &mut ChaCha8Rng::seed_from_u64(6));
        let ones = Array {
            values: vec![1.0; 90],
            ..small.clone()
        };
        let factors = to_f64(&drop(&ones.var()).unwrap());
        check(
            "dropout",
            &[small],
            |vars| drop(&vars[0]),
            |arrays| {
                arrays[0]
                    .values
                    .iter()
                    .zip(&factors)
                    .map(|(value, factor)| value * factor)
                    .collect()
            },
        );
    }
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
fn dense_layers_and_the_folding_of_input_channels_have_right_values_and_gradients() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let arguments = [&[3, 4][..], &[5, 4], &[5]].map(|shape| Array::random(shape, &mut rng));
    check(
        "dense layer and ReLU",
        &arguments,
        |vars| {
            let [values, weight, bias] = vars else {
                unreachable!()
            };
            let layer = Linear::new(weight.as_tensor().clone(), Some(bias.as_tensor().clone()));
            layer.forward(values)?.relu()
        },
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
    check(
        "sum over input channels",
        &[Array::random(&[4, 3, 3, 3], &mut rng)],
        |vars| vars[0].sum_keepdim(1),
        |arrays| {
            let weight = &arrays[0].values;
            (0..36)
                .map(|at| {
                    (0..3)
                        .map(|input| weight[at / 9 * 27 + input * 9 + at % 9])
                        .sum()
                })
                .collect()
        },
    );
}
