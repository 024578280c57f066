//! Which films an experiment learns from and which judge it. No patient is ever on both sides.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;

use crate::bias_model::Sees;
use crate::dataset::Film;
use crate::detail::fine_detail;
use crate::rng::{Purpose, rng};
use crate::settings::Settings;
use crate::split::Split;

/// Parts of the cross-validation.
const PARTS: usize = 5;
/// Share of the normal patients whose films count as soft.
const SOFT: f64 = 0.05;
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
/// - `low-numbers` and `high-numbers`: of each series of normal films and of those with pneumonia, the fifth of the
///   patients with the lowest numbers judges what has learnt from the others, or the fifth with the highest. Numbers
///   seem to follow the time of collection, so that this imitates films of another time.
/// - `soft`: the twentieth of the normal patients whose films show the least fine detail, and a fifth of those with
///   pneumonia, judge what has learnt from the others. Nearly all normal films come from a machine whose software sharpens
///   them and nearly all with pneumonia do not, so this tells whether lungs are read, or the software. Of `soft-1` and
///   `soft-2`, each has one half of those normal patients judge, and learns from the other half.
/// - `half-1` and `half-2`: half of each class's patients judges what has learnt from the other half.
/// - `kept-out`: the patients that `trainer train` keeps out by default judge, as they do of the shipped weights.
/// - `conflicting` and `conflicting-pixels`: of each class the fifth of the patients whose films the bias-only model of
///   everything, or of 8×8 pixels, is most wrong about judges what has learnt from the others.
///
/// `bias` tells what a bias-only model says of each film.
pub fn folds(films: &[Film], bias: impl Fn(Sees) -> Vec<f64>) -> Vec<Fold<'_>> {
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
    for (name, part) in [("half-1", 0), ("half-2", 1)] {
        folds.push(fold(films, name, |film| {
            parts[film.patient.as_str()] % 2 == part
        }));
    }
    let kept_out = kept_out_patients(films);
    folds.push(fold(films, "kept-out", |film| {
        kept_out.contains(film.patient.as_str())
    }));
    for (name, sees) in [
        ("conflicting", Sees::All),
        ("conflicting-pixels", Sees::Pixels),
    ] {
        let conflicting = conflicting_patients(films, &bias(sees));
        folds.push(fold(films, name, |film| {
            conflicting.contains(film.patient.as_str())
        }));
    }
    let order = order_of_numbers(films);
    for (name, reversed) in [("low-numbers", false), ("high-numbers", true)] {
        folds.push(fold(films, name, |film| {
            let place = order[film.patient.as_str()];
            let place = if reversed { 1.0 - place } else { place };
            place < 1.0 / PARTS as f64
        }));
    }
    let soft = soft_patients(films);
    for (name, half) in [("soft", None), ("soft-1", Some(0)), ("soft-2", Some(1))] {
        folds.push(fold(films, name, |film| {
            if film.pneumonia {
                parts[film.patient.as_str()] < 2
            } else {
                let place = soft.get(film.patient.as_str());
                place.is_some_and(|place| half.is_none_or(|half| place % 2 == half))
            }
        }));
    }
    folds
}

/// Empty where the films are too few to be split.
fn kept_out_patients(films: &[Film]) -> BTreeSet<&str> {
    let settings = Settings::of_the_original(16);
    let split = Split::by_patient(films, settings.validation_fraction, settings.seed);
    let kept_out = split.map(|split| split.validation).unwrap_or_default();
    kept_out
        .iter()
        .map(|&at| films[at].patient.as_str())
        .collect()
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

/// Where each patient stands among those of the series by number: in the middle of an even share of 0 to 1.
fn order_of_numbers(films: &[Film]) -> BTreeMap<&str, f64> {
    let patients: BTreeSet<&str> = films.iter().map(|film| film.patient.as_str()).collect();
    let mut series: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
    for patient in patients {
        let name = patient.trim_end_matches(|end: char| end.is_ascii_digit());
        // A name without a number stands first.
        let number = patient[name.len()..].parse().unwrap_or(0);
        series.entry(name).or_default().push((number, patient));
    }
    let mut order = BTreeMap::new();
    for mut patients in series.into_values() {
        patients.sort_unstable();
        let count = patients.len() as f64;
        for (place, (_, patient)) in patients.into_iter().enumerate() {
            order.insert(patient, (place as f64 + 0.5) / count);
        }
    }
    order
}

/// The normal patients whose films show the least fine detail, [`SOFT`] of them, with their places in that order.
fn soft_patients(films: &[Film]) -> BTreeMap<&str, usize> {
    let mut patients: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for film in films.iter().filter(|film| !film.pneumonia) {
        let details = patients.entry(&film.patient).or_default();
        details.push(fine_detail(&film.input));
    }
    let mean = |details: &[f32]| details.iter().sum::<f32>() / details.len() as f32;
    let mut order: Vec<(f32, &str)> = patients
        .into_iter()
        .map(|(patient, details)| (mean(&details), patient))
        .collect();
    order.sort_by(|(a, first), (b, second)| a.total_cmp(b).then(first.cmp(second)));
    let count = (SOFT * order.len() as f64).ceil() as usize;
    let patients = order.iter().take(count).map(|(_, patient)| *patient);
    patients.zip(0..).collect()
}

/// Of each class the fifth of the patients whose films `bias`, the log odds of each film, is most wrong about.
fn conflicting_patients<'a>(films: &'a [Film], bias: &[f64]) -> BTreeSet<&'a str> {
    let mut patients: BTreeMap<&str, (bool, Vec<f64>)> = BTreeMap::new();
    for (film, bias) in films.iter().zip(bias) {
        let (pneumonia, wrong) = patients.entry(&film.patient).or_default();
        *pneumonia |= film.pneumonia;
        wrong.push(if film.pneumonia { -bias } else { *bias });
    }
    let mut conflicting = BTreeSet::new();
    for class in [false, true] {
        let of_class = patients
            .iter()
            .filter(|(_, (pneumonia, _))| *pneumonia == class);
        let mut order: Vec<(f64, &str)> = of_class
            .map(|(patient, (_, wrong))| (wrong.iter().sum::<f64>() / wrong.len() as f64, *patient))
            .collect();
        order.sort_by(|(a, first), (b, second)| b.total_cmp(a).then(first.cmp(second)));
        let count = order.len().div_ceil(PARTS);
        conflicting.extend(order.into_iter().take(count).map(|(_, patient)| patient));
    }
    conflicting
}

/// Patients with a film named after a virus. One with films of both causes counts here, so that it is on one side.
fn viral_patients(films: &[Film]) -> BTreeSet<&str> {
    let viral = films.iter().filter(|film| film.name.contains("_virus_"));
    viral.map(|film| film.patient.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::{film, striped};

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

    /// A bias-only model that says nothing.
    fn no_bias(films: &[Film]) -> impl Fn(Sees) -> Vec<f64> {
        let odds = vec![0.0; films.len()];
        move |_| odds.clone()
    }

    #[test]
    fn the_patients_that_a_bias_only_model_is_wrong_about_judge() {
        let films = films();
        // Wrong about every fifth patient of each class.
        let wrong = |film: &Film| {
            let number = film.patient.rsplit(|c: char| !c.is_ascii_digit()).next();
            let number: usize = number.unwrap().parse().unwrap();
            number % 5 == 2
        };
        let bias = |_| -> Vec<f64> {
            let odds = |film: &Film| {
                if film.pneumonia == wrong(film) {
                    -1.0
                } else {
                    1.0
                }
            };
            films.iter().map(odds).collect()
        };
        for fold in folds(&films, bias) {
            if fold.name.starts_with("conflicting") {
                assert!(fold.judging.iter().all(|film| wrong(film)), "{}", fold.name);
                assert!(
                    !fold.learning.iter().any(|film| wrong(film)),
                    "{}",
                    fold.name
                );
            }
        }
    }

    #[test]
    fn no_patient_learns_and_judges_and_no_film_is_lost() {
        let films = films();
        let folds = folds(&films, no_bias(&films));
        assert_eq!(folds.len(), 19);
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
                let fewest = if name.starts_with("soft") { 1 } else { 9 };
                assert!(
                    ill > 30 && side.len() - ill >= fewest,
                    "{name}: {ill} of {}",
                    side.len()
                );
            }
        }
    }

    #[test]
    fn each_film_judges_once_in_the_cross_validation() {
        let films = films();
        let mut judged: Vec<&str> = folds(&films, no_bias(&films))[..PARTS]
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
        } in folds(&films, no_bias(&films))
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

    #[test]
    fn the_normal_films_with_the_least_detail_judge() {
        let numbered = |film: &Film| {
            let number: usize = film.patient[film.patient.len() - 4..].parse().unwrap();
            striped(film, 0.1 + number as f32 / 1000.0)
        };
        let films: Vec<Film> = films()
            .into_iter()
            .map(|film| {
                if film.pneumonia {
                    film
                } else {
                    numbered(&film)
                }
            })
            .collect();
        let folds = folds(&films, no_bias(&films));
        let judging = |name: &str| -> Vec<&str> {
            let fold = folds.iter().find(|fold| fold.name == name).unwrap();
            let normal = fold.judging.iter().filter(|film| !film.pneumonia);
            let mut patients: Vec<&str> = normal.map(|film| film.patient.as_str()).collect();
            patients.sort_by_key(|patient| patient[patient.len() - 4..].to_owned());
            patients
        };
        assert_eq!(judging("soft"), ["NORMAL2-IM-0000", "IM-0001", "IM-0002"]);
        assert_eq!(judging("soft-1"), ["NORMAL2-IM-0000", "IM-0002"]);
        assert_eq!(judging("soft-2"), ["IM-0001"]);
    }

    #[test]
    fn the_lowest_and_the_highest_numbers_of_each_series_judge() {
        let films = films();
        let folds = folds(&films, no_bias(&films));
        let judging = |name: &str| -> Vec<&str> {
            let fold = folds.iter().find(|fold| fold.name == name).unwrap();
            fold.judging.iter().map(|film| film.name.as_str()).collect()
        };
        let (low, high) = (judging("low-numbers"), judging("high-numbers"));
        // By number, not by letter: 9 before 10.
        for (name, first, last) in [
            ("NORMAL/NORMAL2-IM-", 0, 57),
            ("NORMAL/IM-", 1, 59),
            ("PNEUMONIA/person", 9, 199),
        ] {
            let holds = |side: &[&str], number: usize| {
                let exact = [format!("{name}{number:04}-"), format!("{name}{number}_")];
                side.iter()
                    .any(|film| exact.iter().any(|exact| film.starts_with(exact.as_str())))
            };
            assert!(holds(&low, first) && !holds(&low, last), "{name}: {low:?}");
            assert!(
                holds(&high, last) && !holds(&high, first),
                "{name}: {high:?}"
            );
        }
    }
}
