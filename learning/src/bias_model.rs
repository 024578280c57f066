//! The bias-only model (Clark, Yatskar and Zettlemoyer 2019): a logistic regression on how a film was taken, without
//! the texture of the lungs. Whatever it predicts of the class is a shortcut, so it shows which films contradict the
//! shortcut and how far a network relies on it.
//!
//! ```text
//! features     the features of a film that it sees
//! chest        locates the chest in a film
//! regression   the logistic regression
//! ```

mod chest;
mod features;
mod regression;

use std::collections::BTreeSet;

use rand::seq::SliceRandom;

pub use features::{FeatureSet, Features};
use regression::Regression;

use crate::dataset::LabelledFilm;
use crate::rng::{Purpose, rng};

/// Cross-fitting folds, by patient: each fold's films are scored by a model fitted on the others.
const PARTS: usize = 5;
/// Fixed, so that every run has the same folds.
const SEED: u64 = 2019;

/// Cross-fitted log odds of pneumonia for each of `films`, from a model that sees `sees` and was fitted on other
/// patients, with equal class weights.
pub fn cross_fitted(films: &[&LabelledFilm], features: &[Features], sees: FeatureSet) -> Vec<f64> {
    let patients: BTreeSet<&str> = films.iter().map(|film| film.patient.as_str()).collect();
    let mut order: Vec<&str> = patients.iter().copied().collect();
    order.shuffle(&mut rng(SEED, Purpose::Split, 0));
    let mut parts: Vec<(&str, usize)> = order.into_iter().zip((0..PARTS).cycle()).collect();
    parts.sort_unstable();
    let part = |film: &LabelledFilm| {
        let place = parts.binary_search_by_key(&film.patient.as_str(), |(patient, _)| patient);
        parts[place.expect("every film's patient has a part")].1
    };
    let seen: Vec<Vec<f64>> = features.iter().map(|film| film.seen(sees)).collect();
    let mut logits = vec![0.0; films.len()];
    for held_out in 0..PARTS {
        let (test, training): (Vec<usize>, Vec<usize>) =
            (0..films.len()).partition(|&at| part(films[at]) == held_out);
        let examples: Vec<_> = training
            .iter()
            .map(|&at| (seen[at].as_slice(), films[at].pneumonia))
            .collect();
        let model = Regression::fit(&examples);
        for at in test {
            logits[at] = model.logit(&seen[at]);
        }
    }
    logits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::{film, striped};

    /// Two films each of forty patients; the stripes are stronger by `difference` in those with pneumonia.
    fn films(difference: f32) -> Vec<LabelledFilm> {
        let of = |n: u32| {
            let pneumonia = n / 2 % 2 == 1;
            let strength =
                0.1 + (n * 37 % 80) as f32 * 1e-3 + f32::from(u8::from(pneumonia)) * difference;
            striped(
                &film(&format!("person{}_virus_{n}.jpeg", n / 2), pneumonia),
                strength,
            )
        };
        (0..80).map(of).collect()
    }

    fn odds(films: &[LabelledFilm], sees: FeatureSet) -> Vec<f64> {
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let features: Vec<Features> = films.iter().map(|film| Features::of(film)).collect();
        cross_fitted(&films, &features, sees)
    }

    #[test]
    fn a_model_tells_the_class_from_what_it_sees_and_from_nothing_else() {
        let films = films(0.1);
        let right = |sees| {
            let odds = odds(&films, sees);
            let right = odds
                .iter()
                .zip(&films)
                .filter(|(odds, film)| (**odds > 0.0) == film.pneumonia);
            right.count()
        };
        assert_eq!(right(FeatureSet::Detail), 80);
        assert_eq!(right(FeatureSet::All), 80);
        // All films have the same shape.
        assert!(
            odds(&films, FeatureSet::Shape)
                .iter()
                .all(|odds| odds.abs() < 1e-6)
        );
    }

    #[test]
    fn a_film_s_own_label_does_not_show_in_what_is_said_of_it() {
        let mut films = films(0.1);
        let before = odds(&films, FeatureSet::Detail);
        // Flipping a patient's labels changes the models that score other folds, not this patient's.
        for film in &mut films[..2] {
            film.pneumonia = !film.pneumonia;
        }
        let after = odds(&films, FeatureSet::Detail);
        assert_eq!(before[..2], after[..2]);
        assert_ne!(before[2..], after[2..]);
    }
}
