//! Training gives the same weights on every machine: the same golden hashes natively and in a browser.

use base16ct::lower::encode_string;
use candle_core::{Device, Tensor, Var};
use candle_nn::{Linear, Module};
use learning::dataset::LabelledFilm;
use learning::learner::Learner;
use learning::learner::training_set::TrainingSet;
use learning::network::dense::dense;
use learning::recipe;
use learning::rng::{Purpose, rng};
use learning::settings::Settings;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::radiograph::Radiograph;
use pneumonia_kernels::portable;
use rand::RngExt;
use sha2::{Digest, Sha256};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

/// SHA-256 of the weights after one epoch.
const GOLDEN: [(recipe::Name, &str); 2] = [
    (
        recipe::Name::Debiased,
        "b6bbecaeff612381f19bcc2225c3b16c4ead0fd1d4065267bf7375ed92279364",
    ),
    (
        recipe::Name::Original,
        "8149a33af439fcdc942ec7114a40e0ca08b1c85da0c794a2bafd9b09f89ec968",
    ),
];

#[test]
fn an_epoch_on_64_films_gives_the_same_weights_natively_and_in_a_browser() {
    portable::require();
    let films = films();
    let films: Vec<&LabelledFilm> = films.iter().collect();
    let hashes = GOLDEN.map(|(name, _)| {
        let recipe = name.recipe();
        let settings = Settings {
            recipe: name,
            ..Settings::of_the_original(16)
        };
        let mut learner = Learner::new(recipe.clone(), settings.seed).unwrap();
        let set = TrainingSet::new(&films, &recipe);
        let mut seen = 0;
        learner
            .epoch(&settings, 1, &set, |step, _| seen += step.films)
            .unwrap();
        assert!(seen >= 64);
        let mut hash = Sha256::new();
        for (_, tensor) in learner.weights().unwrap().iter() {
            for value in tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap() {
                hash.update(value.to_le_bytes());
            }
        }
        (name, encode_string(&hash.finalize()))
    });
    assert_eq!(
        hashes,
        GOLDEN.map(|(name, golden)| (name, golden.to_owned()))
    );
}

#[test]
fn the_portable_dense_layer_has_the_results_and_gradients_of_candle_s() {
    portable::require();
    let mut rng = rng(1, Purpose::Initialisation, 0);
    let [values, weight, bias, slopes] =
        [vec![4, 7], vec![5, 7], vec![5], vec![4, 5]].map(|shape| {
            let draw = (0..shape.iter().product()).map(|_| rng.random_range(-1.0..1.0f32));
            let drawn: Vec<f32> = draw.collect();
            Var::from_vec(drawn, shape, &Device::Cpu).unwrap()
        });
    let linear = Linear::new(weight.as_tensor().clone(), Some(bias.as_tensor().clone()));
    let found = dense(&values, &weight, &bias).unwrap();
    let expected = linear.forward(&values).unwrap();
    assert_close(&found, &expected);
    let gradients = [found, expected].map(|results| {
        let loss = (results * slopes.as_tensor()).unwrap().sum_all().unwrap();
        loss.backward().unwrap()
    });
    for variable in [&values, &weight, &bias] {
        let [found, expected] = [0, 1].map(|at| gradients[at].get(variable).unwrap());
        assert_close(found, expected);
    }
}

fn assert_close(found: &Tensor, expected: &Tensor) {
    assert_eq!(found.shape(), expected.shape());
    let [found, expected] =
        [found, expected].map(|tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
    }
}

/// 64 films of noise; those with pneumonia are brighter in the middle, and a few have an unknown shape.
fn films() -> Vec<LabelledFilm> {
    let film = |at: usize| {
        let mut rng = rng(2, Purpose::Split, at);
        let pneumonia = at % 2 == 1;
        let (width, height) = if at.is_multiple_of(8) {
            (160, 160)
        } else {
            (160, 128)
        };
        let pixel = |place: usize| {
            let (y, x) = (place / width, place % width);
            let inside = (height / 4..height * 3 / 4).contains(&y)
                && (width / 4..width * 3 / 4).contains(&x);
            let bright = if inside && pneumonia { 0.3 } else { 0.0 };
            0.5 * rng.random::<f32>() + 0.2 + bright
        };
        let pixels = (0..width * height).map(pixel).collect();
        let input = Input::new(&Radiograph::new(width, height, pixels));
        LabelledFilm::new(&format!("{at}.png"), pneumonia, input, [0; 32])
    };
    (0..64).map(film).collect()
}
