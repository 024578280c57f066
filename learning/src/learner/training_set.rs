//! The training films, and how often each is sampled per epoch.

use std::iter::repeat_n;

use pneumonia_kernels::portable::exp;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use crate::bias_model::{FeatureSet, Features, cross_fitted};
use crate::dataset::LabelledFilm;
use crate::detail;
use crate::parallel::*;
use crate::recipe::{Recipe, Reweighting, Shortcut};

pub struct TrainingSet<'a> {
    films: Vec<&'a LabelledFilm>,
    /// How often an epoch samples each film on average; `None` for once each.
    weights: Option<Vec<f32>>,
    /// Whether an epoch samples both classes equally.
    balanced: bool,
}

impl<'a> TrainingSet<'a> {
    /// Samples as `recipe` prescribes.
    pub fn new(films: &[&'a LabelledFilm], recipe: &Recipe) -> Self {
        let weights = recipe
            .reweighting
            .iter()
            .map(|&Reweighting { by, most }| match by {
                Shortcut::Detail => detail::weights(films, most),
                Shortcut::BiasModel(sees) => contradicting(films, sees, most),
            });
        let weights = weights.reduce(|a, b| a.into_iter().zip(b).map(|(a, b)| a.max(b)).collect());
        Self {
            films: films.to_vec(),
            weights,
            balanced: recipe.balanced,
        }
    }

    /// The films of an epoch in a random order.
    pub fn epoch(&self, rng: &mut impl Rng) -> Vec<&'a LabelledFilm> {
        let mut order: Vec<&LabelledFilm> = match &self.weights {
            Some(weights) => {
                let times = weights
                    .iter()
                    .map(|weight| (weight + rng.random::<f32>()) as usize);
                let repeated = self.films.iter().zip(times);
                repeated
                    .flat_map(|(&film, times)| repeat_n(film, times))
                    .collect()
            }
            None => self.films.clone(),
        };
        order.shuffle(rng);
        if self.balanced {
            let (pneumonia, normal): (Vec<_>, Vec<_>) =
                order.iter().partition(|film| film.pneumonia);
            let alternating = pneumonia.iter().cycle().zip(normal.iter().cycle());
            let both = alternating.flat_map(|(&pneumonia, &normal)| [pneumonia, normal]);
            order = both.take(order.len()).collect();
            order.shuffle(rng);
        }
        order
    }
}

/// Odds of the class that each film does not have, from a bias-only model fitted on other patients, clamped to 1 to
/// `most`.
fn contradicting(films: &[&LabelledFilm], sees: FeatureSet, most: f32) -> Vec<f32> {
    let features: Vec<Features> = films.par_iter().map(|film| Features::of(film)).collect();
    let odds = cross_fitted(films, &features, sees).into_iter();
    let weight = |(film, odds): (&&LabelledFilm, f64)| {
        let against = if film.pneumonia { -odds } else { odds };
        (exp(against) as f32).clamp(1.0, most)
    };
    films.iter().zip(odds).map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::{film, striped};
    use crate::rng::{Purpose, rng};

    fn films(normal: usize, pneumonia: usize) -> Vec<LabelledFilm> {
        let normal = (0..normal).map(|n| film(&format!("IM-{n:04}-0001.jpeg"), false));
        let pneumonia = (0..pneumonia).map(|n| film(&format!("person{n}_virus_1.jpeg"), true));
        normal.chain(pneumonia).collect()
    }

    /// The films of an epoch.
    fn epoch<'a>(films: &'a [LabelledFilm], recipe: &Recipe) -> Vec<&'a LabelledFilm> {
        let films: Vec<&LabelledFilm> = films.iter().collect();
        TrainingSet::new(&films, recipe).epoch(&mut rng(1, Purpose::Order, 1))
    }

    fn times(epoch: &[&LabelledFilm], film: &LabelledFilm) -> usize {
        epoch.iter().filter(|other| other.name == film.name).count()
    }

    #[test]
    fn an_epoch_takes_each_film_once_or_as_many_of_each_class() {
        let films = films(10, 30);
        let recipe = |balanced| Recipe {
            balanced,
            ..Recipe::original()
        };
        let plain = epoch(&films, &recipe(false));
        assert_eq!(plain.len(), 40);
        assert!(films.iter().all(|film| times(&plain, film) == 1));
        let balanced = epoch(&films, &recipe(true));
        assert_eq!(balanced.iter().filter(|film| film.pneumonia).count(), 20);
        assert_eq!(balanced.len(), 40);
        // Each normal film twice, no film with pneumonia more than once.
        for film in &films {
            let times = times(&balanced, film);
            let right = if film.pneumonia {
                times <= 1
            } else {
                times == 2
            };
            assert!(right, "{}: {times}", film.name);
        }
    }

    #[test]
    fn an_epoch_takes_films_that_contradict_a_shortcut_several_times() {
        // Normal films are sharp and the others soft, except for the first of each class.
        let films = films(100, 100).into_iter().enumerate().map(|(at, film)| {
            let sharp = film.pneumonia == (at % 100 == 0);
            striped(&film, if sharp { 0.3 } else { 0.1 } + at as f32 * 1e-4)
        });
        let films: Vec<LabelledFilm> = films.collect();
        for by in [Shortcut::Detail, Shortcut::BiasModel(FeatureSet::Detail)] {
            let recipe = Recipe {
                reweighting: vec![Reweighting { by, most: 6.0 }],
                ..Recipe::original()
            };
            let epoch = epoch(&films, &recipe);
            for (at, film) in films.iter().enumerate() {
                let times = times(&epoch, film);
                assert!(
                    (1..=6).contains(&times) && (times > 3) == (at % 100 == 0),
                    "{by:?}, {}: {times}",
                    film.name
                );
            }
        }
    }
}
