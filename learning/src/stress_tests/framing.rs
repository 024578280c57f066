//! Reframed films: how a film was cropped and shaped should not change its reading.

use pneumonia_cnn::change::Change;
use pneumonia_cnn::change::Change::{Shift, Zoom};
use pneumonia_cnn::input::{Input, SIZE};

use crate::dataset::LabelledFilm;
use crate::parallel::*;

/// Fractions of height and width that a tighter and a looser frame shows.
pub const TIGHT: [f32; 2] = [0.85; 2];
pub const LOOSE: [f32; 2] = [1.18; 2];

/// Ten frames besides the film's own: each axis tighter and looser, both axes, one of each, and shifts down and up.
pub const OTHERS: [Change; 10] = [
    Zoom([0.85, 1.0]),
    Zoom([1.18, 1.0]),
    Zoom([1.0, 0.85]),
    Zoom([1.0, 1.18]),
    Zoom(TIGHT),
    Zoom(LOOSE),
    Zoom([0.85, 1.18]),
    Zoom([1.18, 0.85]),
    Shift([0.07, 0.0]),
    Shift([-0.07, 0.0]),
];

/// `films`, each in the frame that `frame` returns for its index.
pub fn framed(
    films: &[&LabelledFilm],
    frame: impl Fn(usize) -> Change + Sync,
) -> Vec<LabelledFilm> {
    let framed = films.par_iter().enumerate().map(|(at, film)| {
        let pixels = frame(at).apply(film.input.pixels(), (SIZE, SIZE));
        film.seen_as(Input::from_pixels(pixels))
    });
    framed.collect()
}

/// For each film, the frame that gives it the aspect ratio of the film with the same rank in the other class, so that
/// the classes exchange their distributions of shapes. A film of unknown shape keeps its own.
pub fn swapped_shapes(films: &[&LabelledFilm]) -> Vec<Change> {
    let by_shape = |pneumonia: bool| {
        let class = films.iter().enumerate();
        let class = class.filter(|(_, film)| film.pneumonia == pneumonia);
        let mut class: Vec<(f32, usize)> = class
            .filter_map(|(at, film)| Some((film.aspect_ratio?.ln(), at)))
            .collect();
        class.sort_by(|(a, first), (b, second)| a.total_cmp(b).then(first.cmp(second)));
        class
    };
    let classes = [by_shape(false), by_shape(true)];
    let mut frames = vec![Zoom([1.0; 2]); films.len()];
    for (own, other) in [(&classes[0], &classes[1]), (&classes[1], &classes[0])] {
        for (rank, (shape, at)) in own.iter().enumerate() {
            if let Some((wanted, _)) = other.get(rank * other.len() / own.len()) {
                // Squashed to a square, a wider film shows a narrower and taller chest.
                let wider = ((wanted - shape) / 2.0).exp();
                frames[*at] = Zoom([1.0 / wider, wider]);
            }
        }
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    #[test]
    fn classes_exchange_their_shapes_and_keep_the_order_within() {
        let shaped = |pneumonia, aspect_ratio| {
            let mut film = film("a.png", pneumonia);
            film.aspect_ratio = Some(aspect_ratio);
            film
        };
        let films = [
            shaped(false, 1.3),
            shaped(true, 1.8),
            shaped(false, 1.1),
            shaped(true, 1.4),
        ];
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let seen: Vec<f32> = swapped_shapes(&films)
            .iter()
            .zip(&films)
            .map(|(frame, film)| match frame {
                Zoom([height, width]) => {
                    assert!(
                        (height * width - 1.0).abs() < 1e-6,
                        "the chest changes its size"
                    );
                    film.aspect_ratio.unwrap() * width / height
                }
                other => panic!("{other:?}"),
            })
            .collect();
        for (seen, expected) in seen.iter().zip([1.8, 1.3, 1.4, 1.1]) {
            assert!((seen - expected).abs() < 1e-5, "{seen} {expected}");
        }
    }

    #[test]
    fn a_class_without_films_leaves_the_others_frames() {
        let film = film("a.png", true);
        assert_eq!(swapped_shapes(&[&film]), [Zoom([1.0; 2])]);
        let same = framed(&[&film], |_| Zoom([1.0; 2]));
        assert!(same[0].input.pixels() == film.input.pixels());
    }
}
