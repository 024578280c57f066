//! Which films an experiment learns from and which judge it. No patient is ever on both sides.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;

use crate::dataset::Film;
use crate::rng::{Purpose, rng};

/// Parts of the cross-validation.
const PARTS: usize = 5;
/// The cut is the same for every variant and every seed of a run.
const SEED: u64 = 2018;

/// One way to part the films.
pub struct Fold<'a> {
    pub name: &'static str,
    pub learning: Vec<&'a Film>,
    pub judging: Vec<&'a Film>,
}

/// Every fold there is:
/// - `part-1` to `part-5`: a fifth of each class's patients judges (cross-validation).
/// - `series` and `series-reversed`: normal films named `NORMAL2-IM-*` judge what has learnt from those named `IM-*`,
///   and the other way round, each with half of the patients with pneumonia. The two series of normal films were
///   collected apart, so that this imitates a new hospital.
/// - `cause` and `cause-reversed`: viral pneumonia judges what has learnt from bacterial, and the other way round,
///   each with half of the normal patients.
pub fn folds(films: &[Film]) -> Vec<Fold<'_>> {
    let parts = parts(films);
    let half = |film: &Film| parts[film.patient.as_str()].is_multiple_of(2);
    let second_series = |film: &Film| film.name.contains("NORMAL2-");
    let viral = viral_patients(films);
    let mut folds = Vec::new();
    let names = ["part-1", "part-2", "part-3", "part-4", "part-5"];
    for (part, name) in names.into_iter().enumerate() {
        // Twice as many parts, so that halves can be made of them too.
        folds.push(fold(films, name, |film| {
            parts[film.patient.as_str()] / 2 == part
        }));
    }
    for (name, reversed) in [("series", false), ("series-reversed", true)] {
        folds.push(fold(films, name, |film| {
            let other = if film.pneumonia {
                half(film)
            } else {
                second_series(film)
            };
            other != reversed
        }));
    }
    for (name, reversed) in [("cause", false), ("cause-reversed", true)] {
        folds.push(fold(films, name, |film| {
            let other = if film.pneumonia {
                viral.contains(film.patient.as_str())
            } else {
                half(film)
            };
            other != reversed
        }));
    }
    folds
}

fn fold<'a>(films: &'a [Film], name: &'static str, judges: impl Fn(&Film) -> bool) -> Fold<'a> {
    let (judging, learning) = films.iter().partition(|film| judges(film));
    Fold {
        name,
        learning,
        judging,
    }
}

/// A number from 0 to below twice [`PARTS`] for each patient, as many of each, class by class.
fn parts(films: &[Film]) -> BTreeMap<&str, usize> {
    let mut parts = BTreeMap::new();
    for pneumonia in [false, true] {
        let class = films.iter().filter(|film| film.pneumonia == pneumonia);
        let patients: BTreeSet<&str> = class.map(|film| film.patient.as_str()).collect();
        let mut patients: Vec<&str> = patients.into_iter().collect();
        patients.shuffle(&mut rng(SEED, Purpose::Split, usize::from(pneumonia)));
        for (place, patient) in patients.into_iter().enumerate() {
            parts.entry(patient).or_insert(place % (2 * PARTS));
        }
    }
    parts
}

/// Patients with a film named after a virus. One with films of both causes counts here, so that it is on one side.
fn viral_patients(films: &[Film]) -> BTreeSet<&str> {
    let viral = films.iter().filter(|film| film.name.contains("_virus_"));
    viral.map(|film| film.patient.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    fn films() -> Vec<Film> {
        let normal = (0..60).map(|p| {
            let series = if p % 3 == 0 { "NORMAL2-" } else { "" };
            film(&format!("{series}IM-{p:04}-0001.jpeg"), false)
        });
        let ill = (0..200).flat_map(|p| {
            let cause = if p % 3 == 0 { "virus" } else { "bacteria" };
            [1, 2].map(|n| film(&format!("person{p}_{cause}_{n}.jpeg"), true))
        });
        normal.chain(ill).collect()
    }

    #[test]
    fn no_patient_learns_and_judges_and_no_film_is_lost() {
        let films = films();
        let folds = folds(&films);
        assert_eq!(folds.len(), 9);
        for Fold {
            name,
            learning,
            judging,
        } in folds
        {
            let patients = |films: &[&Film]| -> BTreeSet<String> {
                films.iter().map(|film| film.patient.clone()).collect()
            };
            assert!(
                patients(&learning).is_disjoint(&patients(&judging)),
                "{name}"
            );
            assert_eq!(learning.len() + judging.len(), films.len());
            for side in [learning, judging] {
                let ill = side.iter().filter(|film| film.pneumonia).count();
                assert!(
                    ill > 30 && side.len() - ill > 10,
                    "{name}: {ill} of {}",
                    side.len()
                );
            }
        }
    }

    #[test]
    fn each_film_judges_once_in_the_cross_validation() {
        let films = films();
        let mut judged: Vec<&str> = folds(&films)[..PARTS]
            .iter()
            .flat_map(|fold| fold.judging.iter().map(|film| film.name.as_str()))
            .collect();
        judged.sort_unstable();
        let mut all: Vec<&str> = films.iter().map(|film| film.name.as_str()).collect();
        all.sort_unstable();
        assert_eq!(judged, all);
    }

    #[test]
    fn a_series_and_a_cause_are_wholly_on_one_side() {
        let films = films();
        for Fold {
            name,
            learning,
            judging,
        } in folds(&films)
        {
            let holds =
                |side: &[&Film], mark: &str| side.iter().any(|film| film.name.contains(mark));
            match name {
                "series" => assert!(!holds(&learning, "NORMAL2-") && !holds(&judging, "/IM-")),
                "series-reversed" => {
                    assert!(!holds(&judging, "NORMAL2-") && !holds(&learning, "/IM-"))
                }
                "cause" => assert!(!holds(&learning, "virus") && !holds(&judging, "bacteria")),
                "cause-reversed" => {
                    assert!(!holds(&judging, "virus") && !holds(&learning, "bacteria"))
                }
                _ => {}
            }
        }
    }
}
