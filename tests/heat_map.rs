//! What a heat map shows comes from the network's weights and from the content of the film.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candle_core::Tensor;
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::network::{Metadata, Weights};
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use pneumonia_cnn::reading::heat_map::{CELLS, COVER, HeatMap, STEP};
use pneumonia_cnn::reading::{Reader, Verdict};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

const SHIPPED: &[u8] = include_bytes!("../model/pneumonia-cnn.safetensors");

fn shipped() -> Reader {
    Reader::from_safetensors(SHIPPED).unwrap()
}

fn samples(label: &str) -> Vec<Input> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("model/samples")
        .join(label);
    let paths = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = paths.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let film = Radiograph::from_bytes(&std::fs::read(path).unwrap(), &Limits::default());
        Input::new(&film.unwrap())
    };
    paths.into_iter().map(read).collect()
}

fn input(pixels: Vec<f32>) -> Input {
    Input::from_pixels(pixels)
}

/// Spearman's rank correlation.
fn rank_correlation(one: &HeatMap, other: &HeatMap) -> f64 {
    let ranks = |map: &HeatMap| {
        let mut order: Vec<usize> = (0..map.cells().len()).collect();
        order.sort_by(|&a, &b| map.cells()[a].total_cmp(&map.cells()[b]));
        let mut ranks = vec![0.0; order.len()];
        for (rank, cell) in order.into_iter().enumerate() {
            ranks[cell] = rank as f64;
        }
        ranks
    };
    let (one, other) = (ranks(one), ranks(other));
    let count = one.len() as f64;
    let squares = one.iter().zip(&other).map(|(a, b)| (a - b).powi(2));
    1.0 - 6.0 * squares.sum::<f64>() / (count * (count * count - 1.0))
}

/// The shipped network with the values of every tensor shuffled.
fn shuffled(seed: u64) -> Reader {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let weights = Weights::from_safetensors(SHIPPED).unwrap();
    let mut tensors = BTreeMap::new();
    for (name, tensor) in weights.iter() {
        let mut values: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
        values.shuffle(&mut rng);
        let tensor = Tensor::from_vec(values, tensor.shape(), tensor.device()).unwrap();
        tensors.insert(name.to_owned(), tensor);
    }
    let metadata = Metadata::from_safetensors(SHIPPED).unwrap();
    Reader::new(&Weights::new(tensors).unwrap(), metadata).unwrap()
}

/// A map that survived would show the film's edges, not what the network learnt (Adebayo et al., "Sanity Checks for
/// Saliency Maps", 2018).
#[test]
fn randomising_the_weights_destroys_the_map() {
    let reader = shipped();
    let films = [samples("NORMAL"), samples("PNEUMONIA")].concat();
    let mut correlations = Vec::new();
    for seed in 0..4 {
        let random = shuffled(seed);
        for film in &films {
            let learnt = HeatMap::of(&reader, film).unwrap();
            let map = HeatMap::of(&random, film).unwrap();
            correlations.push(rank_correlation(&learnt, &map));
        }
    }
    let mean = correlations.iter().sum::<f64>() / correlations.len() as f64;
    println!("{mean} {correlations:.2?}");
    assert!(mean.abs() < 0.15, "mean rank correlation {mean}");
}

#[test]
fn a_map_of_what_the_page_shows_as_the_networks_input_is_the_films_map() {
    let reader = shipped();
    for film in samples("PNEUMONIA") {
        let grey = pneumonia_cnn::radiograph::to_grey8(film.pixels());
        let rounded = input(grey.iter().map(|&grey| f32::from(grey) / 255.0).collect());
        let map = HeatMap::of(&reader, &film).unwrap();
        let other = HeatMap::of(&reader, &rounded).unwrap();
        let correlation = rank_correlation(&map, &other);
        println!("{correlation}");
        assert!(correlation > 0.98, "{correlation}");
    }
}

/// Patches of films with pneumonia, pasted onto normal films. Other parts of such a film may be evidence for pneumonia,
/// too, so the map is compared with that of the film without the patch: it must change most where the patch is.
#[test]
fn on_a_film_that_a_patch_flips_the_map_points_at_the_patch() {
    const SIDE: usize = 40;
    /// Rise of the logit: a film just below the threshold is flipped by anything.
    const CLEARLY: f32 = 2.0;
    let reader = shipped();
    let sick = samples("PNEUMONIA");
    let (mut flipped, mut found) = (0, 0);
    for normal in samples("NORMAL") {
        let before = reader.read(&normal).unwrap();
        assert_eq!(before.verdict, Verdict::NoPneumonia);
        let map_before = HeatMap::of(&reader, &normal).unwrap();
        for (sick, place) in sick
            .iter()
            .flat_map(|sick| (0..36).map(move |place| (sick, place)))
        {
            let (top, left) = (place / 6 * 16, place % 6 * 16);
            let pasted = with_patch(&normal, sick, [top, left], SIDE);
            let after = reader.read(&pasted).unwrap();
            if after.verdict == Verdict::NoPneumonia || after.logit - before.logit < CLEARLY {
                continue;
            }
            flipped += 1;
            let map = HeatMap::of(&reader, &pasted).unwrap();
            let risen = map.cells().iter().zip(map_before.cells());
            let risen: Vec<f32> = risen.map(|(after, before)| after - before).collect();
            let most = (0..risen.len()).max_by(|&a, &b| risen[a].total_cmp(&risen[b]));
            let inside = |cell: usize, start: usize| {
                let middle = cell * STEP + STEP / 2;
                (start..start + SIDE).contains(&middle)
            };
            found += usize::from(
                most.is_some_and(|cell| inside(cell / CELLS, top) && inside(cell % CELLS, left)),
            );
        }
    }
    println!("{found} of {flipped}");
    assert!(flipped >= 10, "only {flipped} films were flipped");
    // By chance it would be one in ten.
    assert!(
        found * 4 >= flipped * 3,
        "the map points at {found} of {flipped} patches"
    );
}

/// `film` with a square of `other`.
fn with_patch(film: &Input, other: &Input, [top, left]: [usize; 2], side: usize) -> Input {
    let mut pixels = film.pixels().to_vec();
    for y in top..(top + side).min(SIZE) {
        let row = y * SIZE + left..y * SIZE + (left + side).min(SIZE);
        pixels[row.clone()].copy_from_slice(&other.pixels()[row]);
    }
    input(pixels)
}

#[test]
fn a_blank_film_has_no_part_that_matters() {
    let blank = Input::new(&Radiograph::new(1, 1, vec![0.5]));
    let map = HeatMap::of(&shipped(), &blank).unwrap();
    assert_eq!(map.cells().len(), CELLS * CELLS);
    assert!(map.largest() < 1e-3, "{}", map.largest());
}

#[test]
fn only_covers_over_the_one_thing_on_a_film_matter() {
    let mut pixels = vec![0.4; SIZE * SIZE];
    pixels[12 * SIZE + 12] = 1.0;
    let map = HeatMap::of(&shipped(), &input(pixels)).unwrap();
    // Cells that share a cover with the bright pixel.
    let near = |cell: usize| cell / CELLS * STEP < 12 + COVER && cell % CELLS * STEP < 12 + COVER;
    let largest = |over: bool| {
        let cells = (0..CELLS * CELLS).filter(|&cell| near(cell) == over);
        cells
            .map(|cell| map.cells()[cell].abs())
            .fold(0.0, f32::max)
    };
    let (over, elsewhere) = (largest(true), largest(false));
    assert!(over > 10.0 * elsewhere, "{over} {elsewhere}");
}
