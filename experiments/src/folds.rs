//! Which films an experiment trains on, and which it is evaluated on. No patient is ever on both sides.

use std::collections::{BTreeMap, BTreeSet};

use learning::bias_model::Sees;
use learning::dataset::LabelledFilm;
use learning::settings::Settings;
use learning::split::Split;

/// One in this many of each class's patients counts as conflicting.
const PARTS: usize = 5;

/// One way to split the films.
pub struct Fold<'a> {
    pub name: &'static str,
    pub learning: Vec<&'a LabelledFilm>,
    pub judging: Vec<&'a LabelledFilm>,
}

/// All folds:
/// - `kept-out`: evaluated on the patients that `trainer train` holds out by default, the same as for the shipped
///   weights.
/// - `conflicting` and `conflicting-pixels`: evaluated on the fifth of each class's patients whose films the bias-only
///   model of all features, or of 8×8 pixels, is most wrong about, trained on the others.
///
/// `bias` returns a bias-only model's log odds for each film.
pub fn folds(films: &[LabelledFilm], bias: impl Fn(Sees) -> Vec<f64>) -> Vec<Fold<'_>> {
    let kept_out = kept_out_patients(films);
    let conflicting = conflicting_patients(films, &bias(Sees::All));
    let conflicting_pixels = conflicting_patients(films, &bias(Sees::Pixels));
    [
        ("kept-out", kept_out),
        ("conflicting", conflicting),
        ("conflicting-pixels", conflicting_pixels),
    ]
    .map(|(name, judges)| {
        let (judging, learning) =
            (films.iter()).partition(|film| judges.contains(film.patient.as_str()));
        Fold {
            name,
            learning,
            judging,
        }
    })
    .into()
}

/// Empty if there are too few films to split.
fn kept_out_patients(films: &[LabelledFilm]) -> BTreeSet<&str> {
    let settings = Settings::of_the_original(16);
    let split = Split::by_patient(films, settings.validation_fraction, settings.seed);
    let kept_out = split.map(|split| split.validation).unwrap_or_default();
    kept_out
        .iter()
        .map(|&at| films[at].patient.as_str())
        .collect()
}

/// The fifth of each class's patients whose films `bias`, the log odds of each film, is most wrong about.
fn conflicting_patients<'a>(films: &'a [LabelledFilm], bias: &[f64]) -> BTreeSet<&'a str> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use pneumonia_cnn::input::Input;
    use pneumonia_cnn::radiograph::Radiograph;

    /// A film for tests that need only its name and class.
    fn film(file_name: &str, pneumonia: bool) -> LabelledFilm {
        let input = Input::new(&Radiograph::new(1, 1, vec![0.0]));
        LabelledFilm::new(file_name, pneumonia, input, [0; 32])
    }

    fn films() -> Vec<LabelledFilm> {
        let normal = (0..60).map(|p| film(&format!("IM-{p:04}-0001.jpeg"), false));
        let ill =
            (0..200).flat_map(|p| [1, 2].map(|n| film(&format!("person{p}_virus_{n}.jpeg"), true)));
        normal.chain(ill).collect()
    }

    #[test]
    fn the_patients_that_a_bias_only_model_is_wrong_about_judge() {
        let films = films();
        // Wrong about every fifth patient of each class.
        let wrong = |film: &LabelledFilm| {
            let number = film.patient.rsplit(|c: char| !c.is_ascii_digit()).next();
            let number: usize = number.unwrap().parse().unwrap();
            number % 5 == 2
        };
        let bias = |_| -> Vec<f64> {
            let odds = |film: &LabelledFilm| {
                if film.pneumonia == wrong(film) {
                    -1.0
                } else {
                    1.0
                }
            };
            films.iter().map(odds).collect()
        };
        let names = ["conflicting", "conflicting-pixels"];
        let folds = folds(&films, bias).into_iter();
        let conflicting: Vec<Fold> = folds.filter(|fold| names.contains(&fold.name)).collect();
        assert_eq!(conflicting.len(), 2);
        for Fold {
            name,
            learning,
            judging,
        } in conflicting
        {
            assert!(judging.into_iter().all(&wrong), "{name}");
            assert!(!learning.into_iter().any(&wrong), "{name}");
        }
    }

    #[test]
    fn no_patient_learns_and_judges_and_no_film_is_lost() {
        let films = films();
        for Fold {
            name,
            learning,
            judging,
        } in folds(&films, |_| vec![0.0; films.len()])
        {
            let patients = |films: &[&LabelledFilm]| -> BTreeSet<String> {
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
                    ill > 30 && side.len() - ill >= 9,
                    "{name}: {ill} of {}",
                    side.len()
                );
            }
        }
    }
}
