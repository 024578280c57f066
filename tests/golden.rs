//! The pipeline from file bytes to the logit, natively and in a browser, against reference values that `golden/make.py`
//! computed independently in 64 bits.

use candle_core::{Device, Tensor};
use candle_nn::Module;
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::network::{PneumoniaCnn, Weights};
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

/// A browser has no folder to read from, so the films are compiled in.
macro_rules! films {
    ($($file:literal)*) => {
        [$(($file, include_bytes!(concat!("../", $file)).as_slice())),*]
    };
}

const FILMS: [(&str, &[u8]); 19] = films![
    "tests/golden/films/grey1.png"
    "tests/golden/films/grey16.png"
    "tests/golden/films/grey16_lzw.tiff"
    "tests/golden/films/grey8.jpeg"
    "tests/golden/films/grey8.png"
    "tests/golden/films/grey8.tiff"
    "tests/golden/films/grey8_as_large_as_the_input.png"
    "tests/golden/films/grey8_narrow.png"
    "tests/golden/films/grey8_small.png"
    "tests/golden/films/grey8_white_is_zero.tiff"
    "tests/golden/films/palette.gif"
    "tests/golden/films/palette.png"
    "tests/golden/films/rgb8.bmp"
    "tests/golden/films/rgb8.png"
    "tests/golden/films/rgb8_lossless.webp"
    "tests/golden/films/rgb8_turned.jpeg"
    "tests/golden/films/rgba8.png"
    "model/samples/NORMAL/NORMAL2-IM-1431-0001.jpeg"
    "model/samples/PNEUMONIA/person1952_bacteria_4883.jpeg"
];

#[derive(Deserialize)]
struct Golden {
    films: Vec<GoldenFilm>,
}

#[derive(Deserialize)]
struct GoldenFilm {
    file: String,
    width: usize,
    height: usize,
    /// Row, column and value of the 128×128 input.
    probes: Vec<(usize, usize, f64)>,
    mean: f64,
    mean_square: f64,
    input_tolerance: f64,
    moments_tolerance: f64,
    logit: f64,
    logit_tolerance: f64,
}

fn golden() -> Vec<GoldenFilm> {
    let golden: Golden = serde_json::from_str(include_str!("golden/golden.json")).unwrap();
    golden.films
}

fn read(file: &str) -> Radiograph {
    let (_, bytes) = FILMS
        .iter()
        .find(|(name, _)| *name == file)
        .expect("a film that is compiled in");
    Radiograph::from_bytes(bytes, &Limits::default())
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[track_caller]
fn assert_near(what: &str, actual: f64, expected: f64, tolerance: f64) {
    let difference = (actual - expected).abs();
    assert!(
        difference <= tolerance,
        "{what}: {actual}, expected {expected} within {tolerance}"
    );
}

#[test]
fn every_golden_film_is_compiled_in() {
    let mut expected: Vec<String> = golden().into_iter().map(|film| film.file).collect();
    let mut actual = FILMS.map(|(file, _)| file.to_owned()).to_vec();
    expected.sort();
    actual.sort();
    assert_eq!(actual, expected);
}

#[test]
fn every_format_becomes_the_input_that_the_reference_computed() {
    for expected in golden() {
        let film = read(&expected.file);
        assert_eq!(
            (film.width(), film.height()),
            (expected.width, expected.height),
            "{}",
            expected.file
        );
        let input = Input::new(&film);
        for (row, column, value) in expected.probes {
            let actual = f64::from(input.pixels()[row * SIZE + column]);
            let what = format!("{} at {row}, {column}", expected.file);
            assert_near(&what, actual, value, expected.input_tolerance);
        }
        let mean = |value: fn(f64) -> f64| {
            let values = input.pixels().iter().map(|&pixel| value(f64::from(pixel)));
            values.sum::<f64>() / (SIZE * SIZE) as f64
        };
        let tolerance = expected.moments_tolerance;
        assert_near(
            &format!("mean of {}", expected.file),
            mean(|v| v),
            expected.mean,
            tolerance,
        );
        assert_near(
            &format!("mean square of {}", expected.file),
            mean(|v| v * v),
            expected.mean_square,
            tolerance,
        );
    }
}

#[test]
fn every_film_gets_the_logit_that_the_reference_computed() {
    let weights = Weights::from_safetensors(include_bytes!("golden/weights.safetensors")).unwrap();
    let network = PneumoniaCnn::new(&weights).unwrap();
    for expected in golden() {
        let input = Input::new(&read(&expected.file));
        let films = Tensor::from_slice(input.pixels(), (1, 1, SIZE, SIZE), &Device::Cpu).unwrap();
        let logit = network.forward(&films).unwrap().to_vec1::<f32>().unwrap()[0];
        assert_near(
            &expected.file,
            f64::from(logit),
            expected.logit,
            expected.logit_tolerance,
        );
    }
}
