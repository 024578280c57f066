//! How much of what a network knows is the shape of the film: in the published data, films with pneumonia are wider.

use anyhow::{Context, Result};
use pneumonia_cnn::change::Change;
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::metrics;
use pneumonia_cnn::network::Weights;
use pneumonia_cnn::radiograph::Radiograph;

use super::preparation::Preparation;
use super::recipes::{Arguments, load};
use crate::dataset::Film;
use crate::validate::{logits, of_logits};

/// How much wider films with pneumonia are made to look against the normal ones. As published they are wider by 1.2 (the
/// geometric mean of width by height is 1.51 against 1.26, of 50 films each), and since the network sees every film
/// squashed to a square, it sees them with narrower lungs: a factor of 1/1.2 makes the films alike.
const WIDER: [f32; 5] = [1.2, 1.0, 1.0 / 1.1, 1.0 / 1.2, 1.0 / 1.44];

/// Runs `trainer experiment aspect`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let dataset = arguments.dataset()?;
    let names = WIDER.map(|wider| format!("{wider:.2}"));
    println!("| variant | fold | seed | {} |", names.join(" | "));
    println!("|---|---|---|{}", "---|".repeat(WIDER.len()));
    for fold in arguments.folds(&dataset)? {
        for variant in arguments.variants()? {
            for &seed in arguments.seeds() {
                let weights = load(&arguments.weights_file(variant.name, &fold, seed))
                    .context("try the recipe on this fold and from this seed first")?;
                let mut columns = Vec::new();
                for wider in WIDER {
                    let auc = auc(&weights, &fold.judging, variant.preparation, wider)?;
                    columns.push(format!("{auc:.4}"));
                }
                let (name, fold) = (variant.name, fold.name);
                println!("| `{name}` | {fold} | {seed} | {} |", columns.join(" | "));
            }
        }
    }
    Ok(())
}

/// On films of which those with pneumonia look wider by that factor than they are, against the normal ones, before they
/// are prepared.
fn auc(weights: &Weights, films: &[&Film], preparation: Preparation, wider: f32) -> Result<f64> {
    // Each class goes half of the way, and each axis half of that, so that lungs stay as large.
    let films: Vec<Film> = films
        .iter()
        .map(|film| {
            let wider = if film.pneumonia { wider } else { 1.0 / wider };
            seen_wider(film, wider.sqrt())
        })
        .collect();
    let films = preparation.of_all(&films);
    let films: Vec<&Film> = films.iter().collect();
    let logits = logits(weights, &films)?;
    metrics::roc_auc(&of_logits(&logits, &films)?.films).context("a fold holds both classes")
}

/// As the network would see the film if it were wider by that factor, and as large: with narrower lungs.
fn seen_wider(film: &Film, wider: f32) -> Film {
    let axis = wider.sqrt();
    let seen = Change::Zoom([1.0 / axis, axis]).apply(film.input.pixels(), (SIZE, SIZE));
    film.seen_as(Input::new(&Radiograph::new(SIZE, SIZE, seen)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    #[test]
    fn a_wider_film_shows_narrower_and_higher_lungs() {
        let side = SIZE as f32;
        let square = |at: usize| (at as f32 - side / 2.0).abs() < side / 4.0;
        let pixels = (0..SIZE * SIZE)
            .map(|at| f32::from(u8::from(square(at / SIZE) && square(at % SIZE))))
            .collect();
        let film = film("a.png", false).seen_as(Input::new(&Radiograph::new(SIZE, SIZE, pixels)));
        let seen = seen_wider(&film, 1.44);
        let bright = |step: usize, count: usize| {
            let middle = SIZE / 2 * (SIZE + 1 - step);
            let line = (0..count).map(|place| seen.input.pixels()[middle + place * step]);
            line.filter(|&pixel| pixel > 0.5).count() as f32
        };
        let (width, height) = (bright(1, SIZE), bright(SIZE, SIZE));
        assert!(
            (width / height - 1.0 / 1.44).abs() < 0.03,
            "{width} × {height}"
        );
        let area = side * side / 4.0;
        assert!(
            (width * height / area - 1.0).abs() < 0.05,
            "{width} × {height}"
        );
    }
}
