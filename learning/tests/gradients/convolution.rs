//! The convolution stage, and the network's use of it.

use candle_core::{Tensor, Var};
use learning::network::convolution::convolution_stage;
use learning::network::dropout::ChannelFactors;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use crate::{Array, check, to_f64};

/// Convolution with zero padding, bias, ReLU and 2×2 max-pool, straight from the definition.
fn plain_convolution_stage(arguments: &[Array]) -> Vec<f64> {
    let [films, weight, bias] = arguments else {
        unreachable!()
    };
    let [batch, height, width, inputs] = films.shape[..] else {
        unreachable!()
    };
    let outputs = weight.shape[0];
    let pixel = |film: usize, y: isize, x: isize, input: usize| {
        let inside = (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
        let at = ((film * height + y.max(0) as usize) * width + x.max(0) as usize) * inputs + input;
        if inside { films.values[at] } else { 0.0 }
    };
    let convolved = |film: usize, y: usize, x: usize, output: usize| {
        let mut sum = bias.values[output];
        for input in 0..inputs {
            for tap in 0..9 {
                let (y, x) = ((y + tap / 3) as isize - 1, (x + tap % 3) as isize - 1);
                let weight = weight.values[(output * inputs + input) * 9 + tap];
                sum += weight * pixel(film, y, x, input);
            }
        }
        sum
    };
    let mut pooled = Vec::new();
    for film in 0..batch {
        for y in 0..height / 2 {
            for x in 0..width / 2 {
                for output in 0..outputs {
                    let window =
                        (0..4).map(|at| convolved(film, 2 * y + at / 2, 2 * x + at % 2, output));
                    pooled.push(window.fold(0.0, f64::max));
                }
            }
        }
    }
    pooled
}

fn arguments(
    [batch, height, width, inputs, outputs]: [usize; 5],
    rng: &mut ChaCha8Rng,
) -> [Array; 3] {
    [
        Array::random(&[batch, height, width, inputs], rng),
        Array::random(&[outputs, inputs, 3, 3], rng),
        Array::random(&[outputs], rng),
    ]
}

#[test]
fn a_convolution_stage_has_right_values_and_gradients_for_all_sizes() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    // batch, height, width, inputs, outputs; the last three are large enough for Winograd's method
    for sizes in [
        [1, 2, 2, 1, 1],
        [2, 6, 6, 1, 4],
        [1, 7, 9, 3, 5],
        [3, 4, 17, 4, 8],
        [1, 19, 34, 5, 3],
        [17, 3, 3, 2, 2],
        [1, 8, 8, 8, 2],
        [1, 9, 14, 9, 3],
        [2, 8, 11, 3, 17],
    ] {
        check(
            &format!("batch, height, width, inputs, outputs {sizes:?}"),
            &arguments(sizes, &mut rng),
            |vars| convolution_stage(&vars[0], &vars[1], &vars[2], None),
            plain_convolution_stage,
        );
    }
}

#[test]
fn spatial_dropout_multiplies_the_stages_values_and_gradients() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let factors = ChannelFactors::draw(3, 5, 0.4, &mut rng);
    check(
        "convolution stage with dropout",
        &arguments([3, 4, 6, 2, 5], &mut rng),
        |vars| convolution_stage(&vars[0], &vars[1], &vars[2], Some(factors.clone())),
        |arrays| {
            let film = 2 * 3 * 5;
            let values = plain_convolution_stage(arrays).into_iter().enumerate();
            values
                .map(|(at, value)| value * f64::from(factors.of(at / film)[at % 5]))
                .collect()
        },
    );
}

#[test]
fn of_equal_largest_pixels_only_the_first_gets_the_pools_gradient() {
    // A window of equal pixels: the gradient must pass once, not once for each of them.
    let mut tap = vec![0.0; 9];
    tap[4] = 1.0; // centre tap only: the convolution is the identity
    let [films, weight, bias] = [
        (vec![1, 2, 2, 1], vec![0.5; 4]),
        (vec![1, 1, 3, 3], tap),
        (vec![1], vec![0.0]),
    ]
    .map(|(shape, values)| Array { shape, values }.var());
    let pooled = convolution_stage(&films, &weight, &bias, None).unwrap();
    let gradients = pooled.sum_all().unwrap().backward().unwrap();
    assert_eq!(to_f64(gradients.get(&films).unwrap()), [1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_film_that_is_no_variable_gets_no_gradient() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let [film, weight, bias] = arguments([1, 8, 8, 1, 4], &mut rng).map(|array| array.var());
    let film = film.as_detached_tensor();
    let pooled = convolution_stage(&film, &weight, &bias, None).unwrap();
    let gradients = pooled.sum_all().unwrap().backward().unwrap();
    assert!(gradients.get(&film).is_none());
    assert!(gradients.get(&weight).is_some());
}

#[test]
fn the_number_of_threads_changes_no_bit_of_values_and_gradients() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let vars = arguments([7, 16, 16, 32, 32], &mut rng).map(|array| array.var());
    let results = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| all_values(&vars))
    };
    let expected = results(1);
    assert_eq!(results(2), expected);
    assert_eq!(results(5), expected);
}

/// The bits of a stage's values and gradients.
fn all_values([films, weight, bias]: &[Var; 3]) -> Vec<u32> {
    let values = convolution_stage(films, weight, bias, None).unwrap();
    let gradients = values.sqr().unwrap().sum_all().unwrap();
    let gradients = gradients.backward().unwrap();
    let tensors: [&Tensor; 4] = [
        &values,
        gradients.get(films).unwrap(),
        gradients.get(weight).unwrap(),
        gradients.get(bias).unwrap(),
    ];
    let bits = |tensor: &Tensor| -> Vec<u32> {
        let values: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
        values.into_iter().map(f32::to_bits).collect()
    };
    tensors.into_iter().flat_map(bits).collect()
}
