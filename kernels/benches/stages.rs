//! Benchmarks each kernel at the network's own sizes, on one thread: `cargo bench -p pneumonia-kernels`.
//!
//! Throughput counts the multiply-adds of a direct convolution, so Winograd's method can exceed `peak`, the machine's
//! limit.

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    divan::main();
}

#[cfg(not(target_arch = "wasm32"))]
mod stages {
    use divan::Bencher;
    use divan::counter::ItemsCount;
    use pneumonia_kernels::{
        Output, Padded, PreparedWeights, WeightGradient, convolve, weight_gradient,
    };
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    const OUTPUTS: usize = 32;
    /// Side of each stage's maps; only the first stage has a single input channel.
    const SIDES: [usize; 7] = [128, 64, 32, 16, 8, 4, 2];

    fn inputs(side: usize) -> usize {
        if side == SIDES[0] { 1 } else { OUTPUTS }
    }

    fn multiply_adds(side: usize) -> ItemsCount {
        ItemsCount::new(side * side * 9 * inputs(side) * OUTPUTS)
    }

    fn noise(count: usize) -> Vec<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(count as u64);
        (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
    }

    fn film(side: usize) -> Vec<f32> {
        noise(side * side * inputs(side))
    }

    fn weights(side: usize) -> PreparedWeights {
        let weight = noise(OUTPUTS * inputs(side) * 9);
        PreparedWeights::new(&weight, &noise(OUTPUTS), side, side)
    }

    #[divan::bench(args = SIDES)]
    fn convolution_and_pool(bencher: Bencher, side: usize) {
        let (film, weights) = (film(side), weights(side));
        let mut maps = vec![0.0; side * side / 4 * OUTPUTS];
        bencher.counter(multiply_adds(side)).bench_local(|| {
            let output = Output::Pooled {
                maps: &mut maps,
                argmaxes: None,
            };
            convolve(&film, &weights, output);
        });
    }

    #[divan::bench(args = SIDES)]
    fn convolution_and_pool_with_argmax(bencher: Bencher, side: usize) {
        let (film, weights) = (film(side), weights(side));
        let mut maps = vec![0.0; side * side / 4 * OUTPUTS];
        let mut argmaxes = vec![0; maps.len()];
        bencher.counter(multiply_adds(side)).bench_local(|| {
            let output = Output::Pooled {
                maps: &mut maps,
                argmaxes: Some(&mut argmaxes),
            };
            convolve(&film, &weights, output);
        });
    }

    /// Not the first stage: a film needs no gradient.
    #[divan::bench(args = &SIDES[1..])]
    fn gradient_of_the_film(bencher: Bencher, side: usize) {
        let gradient = noise(side * side * OUTPUTS);
        let weight = noise(OUTPUTS * OUTPUTS * 9);
        let weights = PreparedWeights::transposed(&weight, OUTPUTS, side, side);
        let mut film = vec![0.0; side * side * OUTPUTS];
        bencher
            .counter(multiply_adds(side))
            .bench_local(|| convolve(&gradient, &weights, Output::Full(&mut film)));
    }

    #[divan::bench(args = SIDES)]
    fn gradient_of_the_weights(bencher: Bencher, side: usize) {
        let film = Padded::new(&film(side), side, side, inputs(side));
        let gradient = noise(side * side / 4 * OUTPUTS);
        let argmaxes: Vec<u8> = (0..gradient.len()).map(|at| (at * 7 % 4) as u8).collect();
        let mut sums = WeightGradient::zeros(OUTPUTS, inputs(side));
        bencher
            .counter(multiply_adds(side))
            .bench_local(|| weight_gradient(&film, &gradient, &argmaxes, side / 2, &mut sums));
    }

    #[divan::bench(args = SIDES)]
    fn preparing_weights(bencher: Bencher, side: usize) {
        let (weight, bias) = (noise(OUTPUTS * inputs(side) * 9), noise(OUTPUTS));
        bencher.bench_local(|| PreparedWeights::new(&weight, &bias, side, side));
    }

    /// The machine's peak rate of independent multiply-adds, in the registers that the kernels are compiled for.
    #[cfg(target_arch = "x86_64")]
    mod peak {
        use std::arch::x86_64::*;

        use divan::Bencher;
        use divan::counter::ItemsCount;

        const ROUNDS: usize = 10_000;
        const CHAINS: usize = 12;

        macro_rules! chains {
            ($name:ident, $features:tt, $count:literal, $splat:ident, $multiply_add:ident, $first:ident) => {
                #[divan::bench]
                fn $name(bencher: Bencher) {
                    #[target_feature(enable = $features)]
                    fn chains(factor: f32) -> f32 {
                        let factor = $splat(factor);
                        let mut sums = [$splat(0.0); CHAINS];
                        for _ in 0..ROUNDS {
                            for sum in &mut sums {
                                *sum = $multiply_add(*sum, factor, factor);
                            }
                        }
                        sums.into_iter().map(|sum| $first(sum)).sum()
                    }

                    if is_x86_feature_detected!($features) {
                        bencher
                            .counter(ItemsCount::new(ROUNDS * CHAINS * $count))
                            // SAFETY: the features were detected on this processor.
                            .bench_local(|| unsafe { chains(divan::black_box(0.5)) });
                    }
                }
            };
        }

        chains!(
            avx2,
            "fma",
            8,
            _mm256_set1_ps,
            _mm256_fmadd_ps,
            _mm256_cvtss_f32
        );
        chains!(
            avx512,
            "avx512f",
            16,
            _mm512_set1_ps,
            _mm512_fmadd_ps,
            _mm512_cvtss_f32
        );
    }
}
