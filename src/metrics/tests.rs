//! Reference values come from scikit-learn 1.9 and statsmodels 0.15; DeLong's variance was computed in numpy from its
//! definition over all pairs of films.

mod threshold;

use super::*;

/// Forty made-up films, with ties within and across the classes, and with values at the threshold and the bin edges.
#[rustfmt::skip]
const PNEUMONIA: [f64; 25] = [
    0.7, 0.7, 0.3, 0.61, 0.98, 0.91, 0.44, 0.8, 0.89, 0.74, 0.6, 0.83, 0.81, 0.44, 0.63, 0.74, 0.4, 0.57, 0.89, 0.22,
    0.67, 0.95, 0.9, 0.71, 0.73,
];
const NORMAL: [f64; 15] = [
    0.5, 0.5, 0.3, 0.7, 0.5, 0.32, 0.5, 0.27, 0.49, 0.73, 0.18, 0.57, 0.64, 0.26, 0.2,
];

fn films(pneumonia: &[f64], normal: &[f64]) -> Vec<Scored> {
    let film = |pneumonia| {
        move |&probability: &f64| Scored {
            probability,
            pneumonia,
        }
    };
    pneumonia
        .iter()
        .map(film(true))
        .chain(normal.iter().map(film(false)))
        .collect()
}

fn forty() -> Vec<Scored> {
    films(&PNEUMONIA, &NORMAL)
}

fn mapped(scored: &[Scored], map: impl Fn(Scored) -> Scored) -> Vec<Scored> {
    scored.iter().map(|&film| map(film)).collect()
}

#[track_caller]
fn close(actual: Option<f64>, expected: f64) {
    let actual = actual.expect("a defined figure");
    assert!(
        (actual - expected).abs() < 1e-12,
        "{actual} is not {expected}"
    );
}

#[track_caller]
fn close_interval(actual: Option<Interval>, expected: Interval) {
    let actual = actual.expect("a defined interval");
    close(Some(actual[0]), expected[0]);
    close(Some(actual[1]), expected[1]);
}

fn counts(e: &Evaluation) -> [usize; 5] {
    [
        e.n,
        e.true_positives,
        e.false_positives,
        e.true_negatives,
        e.false_negatives,
    ]
}

#[test]
fn every_figure_agrees_with_scikit_learn_and_statsmodels() {
    let evaluation = evaluate(&forty(), 0.5);
    assert_eq!(counts(&evaluation), [40, 20, 8, 7, 5]);
    close(evaluation.accuracy, 0.675);
    close_interval(
        evaluation.accuracy_ci,
        [0.520_177_461_898_776_7, 0.799_154_977_682_173_1],
    );
    close(evaluation.sensitivity, 0.8);
    close_interval(
        evaluation.sensitivity_ci,
        [0.608_690_496_304_596_6, 0.911_394_153_131_974_4],
    );
    close(evaluation.specificity, 0.466_666_666_666_666_7);
    close_interval(
        evaluation.specificity_ci,
        [0.248_095_353_657_373_87, 0.698_830_199_745_016],
    );
    close(evaluation.auc, 0.814_666_666_666_666_8);
    close_interval(
        evaluation.auc_ci,
        [0.647_454_494_261_278, 0.913_202_295_139_274_1],
    );
    close(evaluation.brier, 0.171_34);
    close_interval(
        evaluation.brier_ci,
        [0.120_397_364_475_966_33, 0.222_282_635_524_033_66],
    );
    close(evaluation.ece, 0.1455);
}

#[test]
fn only_what_depends_on_the_threshold_changes_with_it() {
    let (at_half, higher) = (evaluate(&forty(), 0.5), evaluate(&forty(), 0.7));
    assert_eq!(counts(&higher), [40, 15, 2, 13, 10]);
    close(higher.accuracy, 0.7);
    close(higher.sensitivity, 0.6);
    close_interval(
        higher.specificity_ci,
        [0.621_180_171_676_777_3, 0.962_638_740_896_934_7],
    );
    assert_eq!(
        (higher.auc, higher.auc_ci, higher.brier, higher.ece),
        (at_half.auc, at_half.auc_ci, at_half.brier, at_half.ece)
    );
}

#[test]
fn a_film_at_the_threshold_is_called_pneumonia() {
    assert_eq!(
        counts(&evaluate(&films(&[0.5], &[0.5]), 0.5)),
        [2, 1, 1, 0, 0]
    );
}

#[test]
fn no_films_give_no_figures() {
    let evaluation = evaluate(&[], 0.5);
    let json = serde_json::to_value(&evaluation).expect("an evaluation is JSON");
    for (name, value) in json.as_object().expect("an object") {
        match name.as_str() {
            "threshold" => assert_eq!(value, 0.5),
            "n" | "true_positives" | "false_positives" | "true_negatives" | "false_negatives" => {
                assert_eq!(value, 0)
            }
            _ => assert!(value.is_null(), "{name} is {value}"),
        }
    }
    assert_eq!(equal_error_threshold(&[&[]]), None);
}

#[test]
fn a_single_film_says_nothing_about_the_spread_of_its_error() {
    let evaluation = evaluate(&films(&[0.9], &[]), 0.5);
    assert!(evaluation.brier.is_some());
    assert_eq!(evaluation.brier_ci, None);
}

#[test]
fn one_class_alone_gives_only_its_own_figures() {
    let sick = evaluate(&films(&[0.9, 0.2], &[]), 0.5);
    assert_eq!(
        (sick.sensitivity, sick.accuracy, sick.specificity),
        (Some(0.5), Some(0.5), None)
    );
    assert_eq!(
        (sick.specificity_ci, sick.auc, sick.auc_ci),
        (None, None, None)
    );
    close(sick.brier, 0.325);
    close(sick.ece, 0.45);
    let well = evaluate(&films(&[], &[0.9, 0.2, 0.1, 0.3]), 0.5);
    assert_eq!(
        (
            well.sensitivity,
            well.sensitivity_ci,
            well.specificity,
            well.auc
        ),
        (None, None, Some(0.75), None)
    );
    assert_eq!(equal_error_threshold(&[&films(&[0.9, 0.2], &[])]), None);
    assert_eq!(equal_error_threshold(&[&films(&[], &[0.9, 0.2])]), None);
}

#[test]
fn the_json_has_the_promised_fields() {
    let json = serde_json::to_value(evaluate(&forty(), 0.5)).expect("an evaluation is JSON");
    let fields = json.as_object().expect("an object");
    for name in [
        "n",
        "accuracy",
        "sensitivity",
        "specificity",
        "auc",
        "brier",
        "ece",
        "threshold",
    ] {
        assert!(fields[name].is_number(), "{name}");
    }
    for name in [
        "true_positives",
        "false_positives",
        "true_negatives",
        "false_negatives",
    ] {
        assert!(fields[name].is_u64(), "{name}");
    }
    for name in [
        "accuracy_ci",
        "sensitivity_ci",
        "specificity_ci",
        "auc_ci",
        "brier_ci",
    ] {
        assert_eq!(fields[name].as_array().map(Vec::len), Some(2), "{name}");
    }
}

#[test]
fn a_probability_that_is_not_a_number_leaves_no_nan() {
    let mut scored = forty();
    scored[3].probability = f64::NAN;
    let evaluation = evaluate(&scored, 0.5);
    assert_eq!(counts(&evaluation), [40, 19, 8, 7, 6]);
    assert_eq!(
        (evaluation.auc, evaluation.brier, evaluation.ece),
        (None, None, None)
    );
    assert_eq!((evaluation.auc_ci, evaluation.brier_ci), (None, None));
    assert_eq!(equal_error_threshold(&[&scored]), None);
}

#[test]
fn perfect_separation_still_has_an_interval() {
    let perfect = evaluate(&films(&[0.9; 20], &[0.1; 30]), 0.5);
    assert_eq!((perfect.auc, perfect.accuracy), (Some(1.0), Some(1.0)));
    close_interval(perfect.auc_ci, [0.838_874_841_947_180_4, 1.0]); // Wilson, 20 of 20
    assert_eq!(perfect.brier_ci, None);
    let inverted = evaluate(&films(&[0.1; 30], &[0.9; 20]), 0.5);
    assert_eq!(inverted.auc, Some(0.0));
    close_interval(inverted.auc_ci, [0.0, 1.0 - 0.838_874_841_947_180_4]);
}

#[test]
fn one_probability_for_all_is_guessing() {
    let guess = evaluate(&films(&[0.4; 12], &[0.4; 20]), 0.5);
    assert_eq!(guess.auc, Some(0.5));
    close_interval(guess.auc_ci, [0.253_781_597_633_706, 0.746_218_402_366_294]); // Wilson, 6 of 12
}

#[test]
fn a_single_film_of_a_class_still_gets_an_interval() {
    let [low, high] = evaluate(&films(&[0.8], &[0.1, 0.9, 0.3]), 0.5)
        .auc_ci
        .expect("both classes are there");
    assert!(
        0.0 < low && low < 0.3 && high > 0.9 && high < 1.0,
        "{low} to {high}"
    );
}

#[test]
fn ties_between_the_classes_count_half() {
    close(roc_auc(&films(&[0.5, 0.8], &[0.5, 0.2])), 3.5 / 4.0);
    // The two zeros are equal, whatever their sign.
    close(roc_auc(&films(&[0.0], &[-0.0])), 0.5);
}

#[test]
fn the_auc_depends_only_on_the_order() {
    let original = evaluate(&forty(), 0.5);
    let bent = evaluate(
        &mapped(&forty(), |film| Scored {
            probability: film.probability.powi(3) / 2.0,
            ..film
        }),
        0.5,
    );
    assert_eq!((bent.auc, bent.auc_ci), (original.auc, original.auc_ci));
    let shuffled: Vec<_> = (0..40).map(|i| forty()[i * 17 % 40]).collect();
    close(
        roc_auc(&shuffled),
        original.auc.expect("both classes are there"),
    );
}

#[test]
fn swapping_the_classes_mirrors_everything() {
    let original = evaluate(&forty(), 0.55);
    let swap = |film: Scored| Scored {
        probability: film.probability,
        pneumonia: !film.pneumonia,
    };
    let swapped = evaluate(&mapped(&forty(), swap), 0.55);
    close(
        swapped.auc,
        1.0 - original.auc.expect("both classes are there"),
    );
    let [low, high] = original.auc_ci.expect("both classes are there");
    close_interval(swapped.auc_ci, [1.0 - high, 1.0 - low]);
    // With the probabilities mirrored, too: no film lies at 0.45 or 0.55, so every verdict is inverted.
    let mirror = |film: Scored| Scored {
        probability: 1.0 - film.probability,
        pneumonia: !film.pneumonia,
    };
    let mirrored = evaluate(&mapped(&forty(), mirror), 0.45);
    assert_eq!(
        (mirrored.sensitivity, mirrored.specificity),
        (original.specificity, original.sensitivity)
    );
    close(mirrored.auc, original.auc.expect("both classes are there"));
    close(mirrored.brier, original.brier.expect("there are films"));
}

#[test]
fn the_auc_of_many_films_agrees_with_counting_pairs() {
    // A linear congruential generator of thousandths, so that there are ties.
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % 1000) as f64 / 1000.0
    };
    let pneumonia: Vec<f64> = (0..700).map(|_| next().sqrt()).collect();
    let normal: Vec<f64> = (0..500).map(|_| next()).collect();
    let wins: f64 = pneumonia
        .iter()
        .flat_map(|p| {
            normal.iter().map(move |n| {
                if p > n {
                    1.0
                } else if p == n {
                    0.5
                } else {
                    0.0
                }
            })
        })
        .sum();
    close(roc_auc(&films(&pneumonia, &normal)), wins / (700.0 * 500.0));
}

#[test]
fn calibrated_probabilities_have_no_calibration_error() {
    let scored = films(&[0.8; 8], &[0.8; 2])
        .into_iter()
        .chain(films(&[0.25; 1], &[0.25; 3]))
        .collect::<Vec<_>>();
    assert!(expected_calibration_error(&scored).expect("there are films") < 1e-15);
    // Eight in ten have pneumonia, predicted with certainty; a probability of 1 belongs to the last bin.
    close(
        expected_calibration_error(&films(&[1.0; 8], &[1.0; 2])),
        0.2,
    );
    close(expected_calibration_error(&films(&[0.85], &[1.0])), 0.575);
    // Errors of opposite sign in different bins do not cancel; in one bin they do.
    close(expected_calibration_error(&films(&[0.2], &[0.8])), 0.8);
    close(
        expected_calibration_error(&films(&[0.55], &[0.55, 0.51, 0.59])),
        0.3,
    );
}

#[test]
fn the_table_shows_every_figure() {
    let expected = "\
40 films: 25 with pneumonia, 15 normal
pneumonia is called at a probability of 0.5000 or more

                         value   95 % interval
accuracy                0.6750   0.5202 to 0.7992
sensitivity             0.8000   0.6087 to 0.9114
specificity             0.4667   0.2481 to 0.6988
AUC                     0.8147   0.6475 to 0.9132
Brier score             0.1713   0.1204 to 0.2223
calibration error       0.1455   -

                called pneumonia   called normal
pneumonia                     20               5
normal                         8               7";
    assert_eq!(evaluate(&forty(), 0.5).to_string(), expected);
    assert!(!evaluate(&[], 0.5).to_string().contains("NaN"));
}
