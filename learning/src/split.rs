//! Splits films into training and validation by patient, so that no patient is on both sides.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use pneumonia_cnn::network::architecture::CLASSES;
use pneumonia_cnn::network::metadata::Training;
use rand::seq::SliceRandom;

use crate::dataset::{LabelledFilm, file_list_sha256};
use crate::rng::{Purpose, rng};
use crate::{Error, Result};

/// Indices into the films.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    pub training: Vec<usize>,
    pub validation: Vec<usize>,
}

impl Split {
    /// Moves patients, shuffled by `seed`, to the validation side until it has `fraction` (in 0 to 1) of each class's
    /// films. A patient with films of both classes counts as pneumonia.
    ///
    /// # Errors
    /// When a class has too few patients to be on both sides.
    pub fn by_patient(
        films: &[impl Borrow<LabelledFilm>],
        fraction: f64,
        seed: u64,
    ) -> Result<Self> {
        let films: Vec<&LabelledFilm> = films.iter().map(Borrow::borrow).collect();
        let mut patients: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, film) in films.iter().enumerate() {
            patients.entry(&film.patient).or_default().push(index);
        }
        let has_pneumonia = |indices: &[usize]| indices.iter().any(|&index| films[index].pneumonia);
        let mut split = Self {
            training: Vec::new(),
            validation: Vec::new(),
        };
        for pneumonia in [false, true] {
            let mut class: Vec<_> = patients
                .values()
                .filter(|indices| has_pneumonia(indices) == pneumonia)
                .collect();
            class.shuffle(&mut rng(seed, Purpose::Split, usize::from(pneumonia)));
            let films = class.iter().map(|indices| indices.len()).sum::<usize>();
            let wanted = ((films as f64 * fraction).round() as usize).max(1);
            let mut taken = 0;
            // The last patient stays in training, however few films the others have.
            let last = class.len().saturating_sub(1);
            for (place, indices) in class.into_iter().enumerate() {
                let validates = taken < wanted && place < last;
                let side = if validates {
                    &mut split.validation
                } else {
                    &mut split.training
                };
                side.extend(indices);
                taken += if validates { indices.len() } else { 0 };
            }
            if taken == 0 {
                return Err(Error::TooFewPatients {
                    class: CLASSES[usize::from(pneumonia)],
                    patients: last + 1,
                });
            }
        }
        split.training.sort_unstable();
        split.validation.sort_unstable();
        Ok(split)
    }
}

/// The validation films of weights that were trained as `training` records.
///
/// # Errors
/// When the weights were not trained on `films`.
pub fn held_out<'a>(
    films: &'a [LabelledFilm],
    training: &Training,
) -> Result<Vec<&'a LabelledFilm>> {
    if file_list_sha256(films) != training.file_list_sha256 {
        return Err(Error::OtherFilms);
    }
    let split = Split::by_patient(films, training.validation_fraction, training.seed)?;
    Ok(split.validation.iter().map(|&at| &films[at]).collect())
}

/// The patients among `films`.
pub fn patients<'a>(films: impl IntoIterator<Item = &'a LabelledFilm>) -> BTreeSet<&'a str> {
    films
        .into_iter()
        .map(|film| film.patient.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    /// 40 normal patients with one to three films each, and 60 with pneumonia with one to five.
    fn films() -> Vec<LabelledFilm> {
        let normal =
            (0..40).flat_map(|p| (0..=p % 3).map(move |n| format!("IM-{p:04}-{n:04}.jpeg")));
        let sick =
            (0..60).flat_map(|p| (0..=p % 5).map(move |n| format!("person{p}_virus_{n}.jpeg")));
        normal
            .map(|name| film(&name, false))
            .chain(sick.map(|name| film(&name, true)))
            .collect()
    }

    #[test]
    fn no_patient_is_on_both_sides_and_no_film_is_lost() {
        let films = films();
        for seed in 0..50 {
            let split = Split::by_patient(&films, 0.2, seed).unwrap();
            let side = |indices: &[usize]| -> BTreeSet<String> {
                indices
                    .iter()
                    .map(|&index| films[index].patient.clone())
                    .collect()
            };
            assert!(
                side(&split.training).is_disjoint(&side(&split.validation)),
                "seed {seed}"
            );
            let mut all = [split.training, split.validation].concat();
            all.sort_unstable();
            assert_eq!(all, (0..films.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn each_class_gives_its_share_to_validation() {
        let films = films();
        let split = Split::by_patient(&films, 0.2, 7).unwrap();
        for pneumonia in [false, true] {
            let of_class = |indices: &[usize]| {
                indices
                    .iter()
                    .filter(|&&index| films[index].pneumonia == pneumonia)
                    .count() as f64
            };
            let (validation, training) = (of_class(&split.validation), of_class(&split.training));
            let share = validation / (validation + training);
            assert!(
                (0.18..0.26).contains(&share),
                "pneumonia {pneumonia}: {share}"
            );
        }
    }

    #[test]
    fn the_seed_decides_the_split() {
        let films = films();
        let split = |seed| Split::by_patient(&films, 0.2, seed).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }

    #[test]
    fn a_class_of_one_patient_cannot_be_split() {
        let films = [
            film("IM-1-1.jpeg", false),
            film("IM-1-2.jpeg", false),
            film("a.png", true),
            film("b.png", true),
        ];
        let error = Split::by_patient(&films, 0.2, 0).unwrap_err().to_string();
        assert!(error.contains("NORMAL has films of 1 patient"), "{error}");
    }
}
