//! Locates the chest in a film by template matching with a drawn chest.

use std::sync::LazyLock;

use pneumonia_cnn::change::Geometry;
use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::radiograph::{Radiograph, resize};

/// Side of the images that are compared.
const SIDE: usize = 32;
/// Fraction of a typical film's sides that the drawn chest covers: lungs with a margin.
const USUAL: f32 = 0.84;
/// Rounds of the search, axis by axis: the best fit along one depends on the other.
const ROUNDS: usize = 2;

/// Position and size of the chest in a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Natural logarithms of its height and width, relative to a typical film's chest.
    pub size: [f32; 2],
    /// Offset down and to the right of its typical position, as fractions of the film's height and width.
    pub centre: [f32; 2],
}

impl Place {
    /// Locates the chest in `SIZE` × `SIZE` pixels.
    pub fn of(pixels: &[f32]) -> Self {
        let Geometry { zoom, shift, .. } = found(pixels);
        Self {
            size: zoom.map(|zoom| (zoom / USUAL).ln()),
            centre: [0, 1].map(|axis| -zoom[axis] * shift[axis]),
        }
    }
}

/// The view of a film, `SIZE` × `SIZE`, that correlates best with the drawn chest.
fn found(pixels: &[f32]) -> Geometry {
    let film = resize(&Radiograph::new(SIZE, SIZE, pixels.to_vec()), SIDE, SIDE);
    let mut best = Geometry {
        zoom: [USUAL; 2],
        ..Geometry::NONE
    };
    let mut view = vec![0.0; film.len()];
    let mut likeness = |geometry: &Geometry| {
        geometry.apply(&film, (SIDE, SIDE), &mut view);
        correlation(&view, &CHEST)
    };
    for direction in [1, 0].repeat(ROUNDS) {
        let views = (-4..=4).flat_map(|zoom| (-7..=7).map(move |shift| (zoom, shift)));
        let views = views.map(|(zoom, shift)| {
            let mut geometry = best;
            geometry.zoom[direction] = USUAL + 0.04 * zoom as f32;
            geometry.shift[direction] = 0.02 * shift as f32;
            (likeness(&geometry), geometry)
        });
        let most = views.max_by(|(a, _), (b, _)| a.total_cmp(b));
        best = most.expect("there are views").1;
    }
    best
}

/// The template: the drawn chest, `SIDE` × `SIDE`, cropped to the lungs of a typical film.
static CHEST: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let place = |at: usize| 0.5 + USUAL * ((at as f32 + 0.5) / SIDE as f32 - 0.5);
    let places = (0..SIDE * SIDE).map(|at| chest(place(at / SIDE), place(at % SIDE)));
    places.collect()
});

/// Brightness of a typical film at a point, in fractions of its height and width, modelled on the mean of many: only
/// air, body and lungs.
fn chest(y: f32, x: f32) -> f32 {
    let aside = (x - 0.5).abs();
    // An ellipse with a soft edge, closer to the midline at the top.
    let across = (aside - 0.24 - 0.3 * (y - 0.52)) / 0.12;
    let down = (y - 0.52) / 0.4;
    let lung = (3.0 - 3.0 * down.hypot(across)).clamp(0.0, 1.0);
    let body = (12.0 * (0.38 - aside) + 0.5).clamp(0.0, 1.0);
    body * (1.0 - 0.5 * lung)
}

/// Pearson's correlation, 0 where an image is uniform.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let [mut both, mut square_a, mut square_b] = [0.0; 3];
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        both += a * b;
        square_a += a * a;
        square_b += b * b;
    }
    both / (square_a * square_b).sqrt().max(1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The drawn chest, scaled by `size` and moved down and right by `shift`, in fractions of the film's sides.
    fn film(size: [f32; 2], shift: [f32; 2]) -> Vec<f32> {
        let place = |direction: usize, at: usize| {
            let share = (at as f32 + 0.5) / SIZE as f32 - 0.5 - shift[direction];
            0.5 + share / size[direction]
        };
        let places = (0..SIZE * SIZE).map(|at| chest(place(0, at / SIZE), place(1, at % SIZE)));
        places.collect()
    }

    #[test]
    fn the_chest_is_located_at_any_position_and_aspect_ratio() {
        let moved = [
            ([1.0, 1.0], [0.0, 0.0]),
            ([0.9, 1.1], [0.05, -0.05]),
            ([1.1, 0.85], [-0.05, 0.08]),
        ];
        for (size, shift) in moved {
            let found = Place::of(&film(size, shift));
            for axis in [0, 1] {
                // The search steps are 4 % in size, 2 % in position.
                assert!(
                    (found.size[axis] - size[axis].ln()).abs() < 0.05,
                    "{size:?}: {found:?}"
                );
                assert!(
                    (found.centre[axis] - shift[axis]).abs() < 0.025,
                    "{shift:?}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn a_uniform_film_yields_finite_values() {
        let Place { size, centre } = Place::of(&vec![0.5; SIZE * SIZE]);
        assert!(size.into_iter().chain(centre).all(f32::is_finite));
    }
}
