//! Every kernel against its definition in double precision, on random shapes and all kinds of registers this machine
//! has.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use wide::f32x4;

use super::convolve::convolve_lanes;
use super::weight_gradient::weight_gradient_lanes;
use super::*;

/// Largest difference allowed, relative to the largest value compared.
const TOLERANCE: f64 = 1e-4;
const CASES: u64 = 80;

type ConvolveKernel = fn(&[f32], &PreparedWeights, Output);
type WeightGradientKernel = fn(&Padded, &[f32], &[u8], usize, &mut WeightGradient);

/// The kernels for one kind of register.
struct Registers {
    name: &'static str,
    convolve: ConvolveKernel,
    weight_gradient: WeightGradientKernel,
}

impl Registers {
    fn of<L: lanes::Lanes>(name: &'static str) -> Self {
        Self {
            name,
            convolve: convolve_lanes::<L>,
            weight_gradient: weight_gradient_lanes::<L>,
        }
    }

    /// The kernels the program calls.
    const PICKED: Self = Self {
        name: "the best registers",
        convolve,
        weight_gradient,
    };

    /// Every kind that this machine has.
    fn all() -> Vec<Self> {
        let mut all = vec![Self::PICKED, Self::of::<f32x4>("four floats")];
        all.extend(Self::wider());
        all
    }

    /// Those selected at run time.
    #[cfg(target_arch = "x86_64")]
    fn wider() -> Vec<Self> {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let avx2 = avx2.then(|| Self::of::<lanes::Avx2>("AVX2"));
        let avx512 = is_x86_feature_detected!("avx512f");
        let avx512 = avx512.then(|| Self::of::<lanes::Avx512>("AVX-512"));
        avx2.into_iter().chain(avx512).collect()
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn wider() -> Vec<Self> {
        Vec::new()
    }
}

/// A film and a convolution of random sizes.
#[derive(Debug)]
struct Case {
    height: usize,
    width: usize,
    inputs: usize,
    outputs: usize,
    film: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Case {
    /// Sides and channels start at 1; some are large enough for Winograd's method.
    fn random(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let [height, width] = [(); 2].map(|()| rng.random_range(1..=21));
        let [inputs, outputs] = [(); 2].map(|()| match rng.random_range(0..4) {
            0 => 1,
            1 => 32,
            _ => rng.random_range(2..=35),
        });
        let mut values = |count: usize| -> Vec<f32> {
            (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
        };
        Self {
            height,
            width,
            inputs,
            outputs,
            film: values(height * width * inputs),
            weight: values(outputs * inputs * 9),
            bias: values(outputs),
        }
    }

    fn name(&self) -> String {
        let Self {
            height,
            width,
            inputs,
            outputs,
            ..
        } = self;
        format!("{height}×{width}, {inputs} to {outputs} channels")
    }

    fn prepared(&self) -> PreparedWeights {
        PreparedWeights::new(&self.weight, &self.bias, self.height, self.width)
    }

    /// Calls `visit(pixel of the output, pixel of the film, tap)` for every tap inside the film.
    fn for_each_tap(&self, mut visit: impl FnMut(usize, usize, usize)) {
        for (y, x) in (0..self.height).flat_map(|y| (0..self.width).map(move |x| (y, x))) {
            for tap in 0..9 {
                let (from_y, from_x) = (y + tap / 3, x + tap % 3);
                if (1..=self.height).contains(&from_y) && (1..=self.width).contains(&from_x) {
                    let from = (from_y - 1) * self.width + from_x - 1;
                    visit(y * self.width + x, from, tap);
                }
            }
        }
    }

    /// `[height, width, outputs]`, from the definition.
    fn convolved(&self) -> Vec<f64> {
        let bias = self.bias.iter().map(|&bias| f64::from(bias));
        let mut sums: Vec<f64> = bias
            .cycle()
            .take(self.height * self.width * self.outputs)
            .collect();
        self.for_each_tap(|to, from, tap| {
            for output in 0..self.outputs {
                for input in 0..self.inputs {
                    let weight = self.weight[(output * self.inputs + input) * 9 + tap];
                    let pixel = self.film[from * self.inputs + input];
                    sums[to * self.outputs + output] += f64::from(weight) * f64::from(pixel);
                }
            }
        });
        sums
    }

    /// The four pixels of each window after ReLU, `[height / 2, width / 2, outputs]`.
    fn windows(&self) -> Vec<[f64; 4]> {
        let convolved = self.convolved();
        let (rows, columns) = (self.height / 2, self.width / 2);
        let at = |y: usize, x: usize, output: usize| {
            convolved[(y * self.width + x) * self.outputs + output].max(0.0)
        };
        let places = (0..rows * columns * self.outputs).map(|index| {
            let (pixel, output) = (index / self.outputs, index % self.outputs);
            let (y, x) = (2 * (pixel / columns), 2 * (pixel % columns));
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(dy, dx)| at(y + dy, x + dx, output))
        });
        places.collect()
    }
}

#[track_caller]
fn assert_close(what: &str, actual: &[f32], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(1e-3, |a: f64, b| a.max(b.abs()));
    for (at, (&actual, expected)) in actual.iter().zip(expected).enumerate() {
        assert!(
            (f64::from(actual) - expected).abs() <= TOLERANCE * largest,
            "{what} [{at}]: {actual}, expected {expected}"
        );
    }
}

#[test]
fn a_convolution_equals_the_definition() {
    for case in (0..CASES).map(Case::random) {
        for Registers { name, convolve, .. } in Registers::all() {
            let mut maps = vec![f32::NAN; case.height * case.width * case.outputs];
            convolve(&case.film, &case.prepared(), Output::Full(&mut maps));
            let what = format!("{}, {name}", case.name());
            assert_close(&what, &maps, &case.convolved());
        }
    }
}

#[test]
fn the_pool_gives_the_largest_pixel_and_names_it() {
    for case in (0..CASES).map(Case::random) {
        let windows = case.windows();
        let largest: Vec<f64> = windows
            .iter()
            .map(|window| window.iter().copied().fold(0.0, f64::max))
            .collect();
        let close = TOLERANCE * largest.iter().copied().fold(1e-3, f64::max);
        for Registers { name, convolve, .. } in Registers::all() {
            let what = format!("{}, {name}", case.name());
            let mut argmaxes = vec![77; windows.len()];
            for keep_argmaxes in [false, true] {
                let mut maps = vec![f32::NAN; windows.len()];
                let output = Output::Pooled {
                    maps: &mut maps,
                    argmaxes: keep_argmaxes.then_some(&mut argmaxes[..]),
                };
                convolve(&case.film, &case.prepared(), output);
                assert_close(&what, &maps, &largest);
            }
            for ((argmax, window), largest) in argmaxes.into_iter().zip(&windows).zip(&largest) {
                let right = match argmax {
                    NO_ARGMAX => *largest <= close,
                    argmax => window[usize::from(argmax)] >= largest - close,
                };
                assert!(right, "{what}: {argmax} of {window:?}");
            }
        }
    }
}

#[test]
fn the_transposed_convolution_takes_gradients_back_to_the_film() {
    for case in (0..CASES).map(Case::random) {
        let Case {
            height,
            width,
            inputs,
            outputs,
            ..
        } = case;
        let gradient = Case::random(case.film.len() as u64);
        let gradient: Vec<f32> = gradient
            .film
            .into_iter()
            .cycle()
            .take(height * width * outputs)
            .collect();
        let mut expected = vec![0f64; case.film.len()];
        case.for_each_tap(|to, from, tap| {
            for output in 0..outputs {
                for input in 0..inputs {
                    let weight = case.weight[(output * inputs + input) * 9 + tap];
                    let slope = gradient[to * outputs + output];
                    expected[from * inputs + input] += f64::from(weight) * f64::from(slope);
                }
            }
        });
        let transposed = PreparedWeights::transposed(&case.weight, outputs, height, width);
        for Registers { name, convolve, .. } in Registers::all() {
            let mut maps = vec![f32::NAN; case.film.len()];
            convolve(&gradient, &transposed, Output::Full(&mut maps));
            assert_close(&format!("{}, {name}", case.name()), &maps, &expected);
        }
    }
}

#[test]
fn the_weights_gradient_is_the_sum_over_the_winning_pixels() {
    for case in (0..CASES).map(Case::random) {
        let Case {
            height,
            width,
            inputs,
            outputs,
            ..
        } = case;
        let (rows, columns) = (height / 2, width / 2);
        if rows * columns == 0 {
            continue;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(case.film.len() as u64);
        let count = rows * columns * outputs;
        let gradient: Vec<f32> = (0..count).map(|_| rng.random_range(-1.0..1.0)).collect();
        let argmaxes: Vec<u8> = (0..count)
            .map(|_| match rng.random_range(0..5) {
                4 => NO_ARGMAX,
                argmax => argmax,
            })
            .collect();
        let mut full = vec![0f64; height * width * outputs];
        for (index, (&slope, &argmax)) in gradient.iter().zip(&argmaxes).enumerate() {
            if argmax != NO_ARGMAX {
                let (pixel, output) = (index / outputs, index % outputs);
                let y = 2 * (pixel / columns) + usize::from(argmax) / 2;
                let x = 2 * (pixel % columns) + usize::from(argmax) % 2;
                full[(y * width + x) * outputs + output] = f64::from(slope);
            }
        }
        let mut weight = vec![0f64; case.weight.len()];
        case.for_each_tap(|to, from, tap| {
            for output in 0..outputs {
                for input in 0..inputs {
                    let pixel = f64::from(case.film[from * inputs + input]);
                    weight[(output * inputs + input) * 9 + tap] +=
                        pixel * full[to * outputs + output];
                }
            }
        });
        let bias: Vec<f64> = (0..outputs)
            .map(|output| full.iter().skip(output).step_by(outputs).sum())
            .collect();
        let film = Padded::new(&case.film, height, width, inputs);
        for Registers {
            name,
            weight_gradient,
            ..
        } in Registers::all()
        {
            let what = format!("{}, {name}", case.name());
            let mut sums = WeightGradient::zeros(outputs, inputs);
            weight_gradient(&film, &gradient, &argmaxes, columns, &mut sums);
            assert_close(&what, &sums.weight(), &weight);
            assert_close(&what, &sums.bias, &bias);
        }
    }
}

/// So that a seed gives the same weights with AVX2 as with AVX-512.
#[cfg(target_arch = "x86_64")]
#[test]
fn registers_that_fuse_give_the_same_bits_however_wide_they_are() {
    let wider = Registers::wider();
    for case in (0..CASES).map(Case::random) {
        let Case {
            height,
            width,
            inputs,
            outputs,
            ..
        } = case;
        let columns = width / 2;
        let count = height / 2 * columns * outputs;
        let gradient: Vec<f32> = case.film.iter().copied().cycle().take(count).collect();
        let argmaxes: Vec<u8> = (0..count).map(|at| (at * 7 % 4) as u8).collect();
        let film = Padded::new(&case.film, height, width, inputs);
        let mut found = wider.iter().map(|registers| {
            let mut maps = vec![f32::NAN; height * width * outputs];
            (registers.convolve)(&case.film, &case.prepared(), Output::Full(&mut maps));
            let mut sums = WeightGradient::zeros(outputs, inputs);
            if count > 0 {
                (registers.weight_gradient)(&film, &gradient, &argmaxes, columns, &mut sums);
            }
            let values = [maps, sums.weight(), sums.bias].concat();
            values.into_iter().map(f32::to_bits).collect::<Vec<_>>()
        });
        if let Some(first) = found.next() {
            assert!(found.all(|other| other == first), "{}", case.name());
        }
    }
}
