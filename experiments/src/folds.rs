//! Which films an experiment trains on, and which it is evaluated on. No patient is ever on both sides.

use std::collections::{BTreeMap, BTreeSet};

use learning::bias_model::FeatureSet;
use learning::dataset::LabelledFilm;
use learning::settings::Settings;
use learning::split::Split;

/// One in this many of each class's patients counts as conflicting.
const PARTS: usize = 5;

/// One way to split the films.
pub struct Fold<'a> {
    pub name: &'static str,
    pub training: Vec<&'a LabelledFilm>,
    pub test: Vec<&'a LabelledFilm>,
}

/// All folds:
/// - `kept-out`: evaluated on the patients that `trainer train` holds out by default, the same as for the shipped
///   weights.
/// - `conflicting` and `conflicting-pixels`: evaluated on the fifth of each class's patients whose films the bias-only
///   model of all features, or of 8×8 pixels, is most wrong about, trained on the others.
///
/// `bias` returns a bias-only model's log odds for each film.
pub fn folds(films: &[LabelledFilm], bias: impl Fn(FeatureSet) -> Vec<f64>) -> Vec<Fold<'_>> {
    let held_out = held_out_patients(films);
    let conflicting = conflicting_patients(films, &bias(FeatureSet::All));
    let conflicting_pixels = conflicting_patients(films, &bias(FeatureSet::Pixels));
    [
        ("kept-out", held_out),
        ("conflicting", conflicting),
        ("conflicting-pixels", conflicting_pixels),
    ]
    .map(|(name, stress_tests)| {
        let (test, training) =
            (films.iter()).partition(|film| stress_tests.contains(film.patient.as_str()));
        Fold {
            name,
            training,
            test,
        }
    })
    .into()
}

/// Empty if there are too few films to split.
fn held_out_patients(films: &[LabelledFilm]) -> BTreeSet<&str> {
    let settings = Settings::of_the_original(16);
    let split = Split::by_patient(films, settings.validation_fraction, settings.seed);
    let held_out = split.map(|split| split.validation).unwrap_or_default();
    held_out
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
        let pneumonia =
            (0..200).flat_map(|p| [1, 2].map(|n| film(&format!("person{p}_virus_{n}.jpeg"), true)));
        normal.chain(pneumonia).collect()
    }

    #[test]
    fn conflicting_patients_form_the_test_fold() {
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
            training,
            test,
        } in conflicting
        {
            assert!(test.into_iter().all(&wrong), "{name}");
            assert!(!training.into_iter().any(&wrong), "{name}");
        }
    }

    #[test]
    fn folds_share_no_patient_and_lose_no_film() {
        let films = films();
        for Fold {
            name,
            training,
            test,
        } in folds(&films, |_| vec![0.0; films.len()])
        {
            let patients = |films: &[&LabelledFilm]| -> BTreeSet<String> {
                films.iter().map(|film| film.patient.clone()).collect()
            };
            assert!(patients(&training).is_disjoint(&patients(&test)), "{name}");
            assert_eq!(training.len() + test.len(), films.len());
            for side in [training, test] {
                let pneumonia = side.iter().filter(|film| film.pneumonia).count();
                assert!(
                    pneumonia > 30 && side.len() - pneumonia >= 9,
                    "{name}: {pneumonia} of {}",
                    side.len()
                );
            }
        }
    }
}
