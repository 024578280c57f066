//! Training and inference compute the same network.

use std::collections::BTreeMap;

use candle_core::{Device, Tensor};
use candle_nn::Module;
use learning::network::TrainableCnn;
use learning::network::dropout::DropoutRates;
use pneumonia_cnn::network::architecture::{self, Role};
use pneumonia_cnn::network::{PneumoniaCnn, Weights};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use crate::{Array, assert_close, to_f64};

/// Random weights, small enough for the logits to stay small.
fn random_tensors(rng: &mut ChaCha8Rng) -> BTreeMap<String, Tensor> {
    let tensor = |spec: architecture::TensorSpec| {
        let mut array = Array::random(&spec.shape, rng);
        let reach = match spec.role {
            Role::Weight { fan_in, .. } => (3.0 / fan_in as f64).sqrt(),
            _ => 1.0,
        };
        array.values.iter_mut().for_each(|value| *value *= reach);
        (spec.name, array.var().as_detached_tensor())
    };
    architecture::tensors().into_iter().map(tensor).collect()
}

#[test]
fn with_a_batchs_own_moments_as_statistics_reading_equals_learning_without_dropout() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut tensors = random_tensors(&mut rng);
    let films = Array::random(&[5, 1, 128, 128], &mut rng).var();

    let trainable = TrainableCnn::new(&Weights::new(tensors.clone()).unwrap()).unwrap();
    let pass = trainable
        .forward(films.as_tensor(), None::<(&DropoutRates, &mut ChaCha8Rng)>)
        .unwrap();
    assert_eq!(pass.moments.len(), 6);
    for (stage, moments) in pass.moments {
        for (kind, values) in [
            ("running_mean", moments.mean),
            ("running_var", moments.variance),
        ] {
            let values = Tensor::from_vec(values, 32, &Device::Cpu).unwrap();
            tensors.insert(format!("bn{stage}.{kind}"), values);
        }
    }
    let reading = PneumoniaCnn::new(&Weights::new(tensors).unwrap()).unwrap();
    let logits = reading.forward(films.as_tensor()).unwrap();
    assert_close("logits", &to_f64(&logits), &to_f64(&pass.logits));
}

#[test]
fn the_number_of_threads_changes_no_bit_of_the_logits() {
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let network = PneumoniaCnn::new(&Weights::new(random_tensors(&mut rng)).unwrap()).unwrap();
    let films = Array::random(&[17, 1, 128, 128], &mut rng).var();
    let logits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let logits = pool.build().unwrap().install(|| network.forward(&films));
        to_f64(&logits.unwrap())
    };
    let expected = logits(1);
    assert_eq!(logits(2), expected);
    assert_eq!(logits(3), expected);
}
