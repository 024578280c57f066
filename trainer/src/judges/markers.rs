//! Films with the other class's markers.

use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::radiograph::Radiograph;
use rayon::prelude::*;

use crate::augment::Marker;
use crate::dataset::Film;

/// `films` with markers in conflict with the class: normal ones get a large R and a line of text in their upper corners,
/// as those with pneumonia have; of those with pneumonia, what stands there is covered with the grey around it.
pub fn exchanged(films: &[&Film]) -> Vec<Film> {
    let changed = films.par_iter().map(|film| {
        let mut pixels = film.input.pixels().to_vec();
        let markers = if film.pneumonia {
            [0.1, 0.9].map(|x| Marker::nothing([0.1, x], [24.0, 20.0]))
        } else {
            [
                Marker::letter([0.1, 0.08], [12.0, 9.0]),
                Marker::text([0.03, 0.9], [3.0, 20.0]),
            ]
        };
        for marker in markers {
            marker.apply(&mut pixels);
        }
        film.seen_as(Input::new(&Radiograph::new(SIZE, SIZE, pixels)))
    });
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    #[test]
    fn normal_films_get_markers_and_others_lose_them() {
        let grey = |pneumonia| {
            let mut pixels = vec![0.3; SIZE * SIZE];
            if pneumonia {
                Marker::letter([0.1, 0.08], [12.0, 9.0]).apply(&mut pixels);
            }
            film("a.png", pneumonia).seen_as(Input::new(&Radiograph::new(SIZE, SIZE, pixels)))
        };
        let films = [grey(false), grey(true)];
        let films: Vec<&Film> = films.iter().collect();
        let bright = |film: &Film| {
            film.input
                .pixels()
                .iter()
                .filter(|grey| **grey > 0.35)
                .count()
        };
        let changed = exchanged(&films);
        assert!(
            (40..200).contains(&bright(&changed[0])),
            "{}",
            bright(&changed[0])
        );
        assert_eq!(bright(films[0]), 0);
        assert!(bright(films[1]) > 20);
        assert_eq!(bright(&changed[1]), 0);
    }
}
