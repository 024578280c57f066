//! How much fine detail films show. It depends more on the software of the X-ray machine than on the lungs, and is a
//! shortcut where most films of one class came from one machine.

use pneumonia_cnn::input::{Input, SIZE};

use crate::dataset::LabelledFilm;

/// Bins of detail, each with the same number of films.
const BINS: usize = 10;

/// Mean absolute difference between a pixel and the mean of its four neighbours; white is 1.
pub fn fine_detail(film: &Input) -> f32 {
    let pixels = film.pixels();
    let inner = (1..SIZE - 1).flat_map(|y| (1..SIZE - 1).map(move |x| y * SIZE + x));
    let differences = inner.map(|at| {
        let neighbours = pixels[at - 1] + pixels[at + 1] + pixels[at - SIZE] + pixels[at + SIZE];
        (pixels[at] - neighbours / 4.0).abs()
    });
    differences.sum::<f32>() / ((SIZE - 2) * (SIZE - 2)) as f32
}

/// Sampling weights of `films` that make detail less predictive of the class: how much more common similar detail is in
/// the other class than in the film's own, clamped to 1 to `most`.
pub fn weights(films: &[&LabelledFilm], most: f32) -> Vec<f32> {
    let details: Vec<f32> = films.iter().map(|film| fine_detail(&film.input)).collect();
    let mut order: Vec<usize> = (0..films.len()).collect();
    order.sort_by(|&a, &b| details[a].total_cmp(&details[b]));
    let mut bins = vec![0; films.len()];
    for (place, film) in order.into_iter().enumerate() {
        bins[film] = place * BINS / films.len();
    }
    let share = |pneumonia: bool| -> [f32; BINS] {
        let of_class = films
            .iter()
            .zip(&bins)
            .filter(|(film, _)| film.pneumonia == pneumonia);
        let mut counts = [0.0; BINS];
        of_class.for_each(|(_, &bin)| counts[bin] += 1.0);
        let all = counts.iter().sum::<f32>().max(1.0);
        counts.map(|count| count / all)
    };
    let [normal, pneumonia] = [share(false), share(true)];
    let weight = |(film, &bin): (&&LabelledFilm, &usize)| {
        let (own, other) = if film.pneumonia {
            (pneumonia[bin], normal[bin])
        } else {
            (normal[bin], pneumonia[bin])
        };
        (other / own).clamp(1.0, most)
    };
    films.iter().zip(&bins).map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::{film, striped};

    #[test]
    fn the_stronger_the_stripes_the_more_detail() {
        for strength in [0.0, 0.1, 0.4] {
            let found = fine_detail(&striped(&film("a.png", false), strength).input);
            // Two of the four neighbours are equally bright.
            assert!((found - strength).abs() < 1e-4, "{strength}: {found}");
        }
    }

    #[test]
    fn films_with_the_other_class_s_detail_are_oversampled() {
        // One normal film in five is soft, and one in five with pneumonia is sharp.
        let normal = (0..100).map(|n| (false, n >= 20));
        let pneumonia = (0..100).map(|n| (true, n < 20));
        let films: Vec<(bool, LabelledFilm)> = normal
            .chain(pneumonia)
            .enumerate()
            .map(|(n, (pneumonia, sharp))| {
                let strength = if sharp { 0.3 } else { 0.1 } + (n * 37 % 100) as f32 * 1e-4;
                (
                    sharp,
                    striped(&film(&format!("{n}.png"), pneumonia), strength),
                )
            })
            .collect();
        let seen: Vec<&LabelledFilm> = films.iter().map(|(_, film)| film).collect();
        for ((sharp, film), weight) in films.iter().zip(weights(&seen, 3.0)) {
            let atypical = film.pneumonia == *sharp;
            assert!((1.0..=3.0).contains(&weight));
            assert_eq!(weight > 1.5, atypical, "{}: {weight}", film.name);
        }
    }

    #[test]
    fn uninformative_detail_gives_weight_one() {
        let films: Vec<LabelledFilm> = (0..200)
            .map(|n| {
                striped(
                    &film(&format!("{n}.png"), n % 2 == 0),
                    0.1 + n as f32 * 1e-3,
                )
            })
            .collect();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        assert!(weights(&films, 6.0).into_iter().all(|weight| weight < 1.01));
        assert!(weights(&[], 6.0).is_empty());
    }
}
