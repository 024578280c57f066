//! The threshold at which both error rates are equal.

use super::*;

#[test]
fn at_the_equal_error_threshold_sensitivity_and_specificity_are_as_near_as_they_can_be() {
    let threshold = equal_error_threshold(&[&forty()]).expect("both classes are there");
    let difference = |threshold| {
        let at = evaluate(&forty(), threshold);
        (at.sensitivity.unwrap_or(f64::NAN) - at.specificity.unwrap_or(f64::NAN)).abs()
    };
    for film in forty() {
        assert!(difference(threshold) <= difference(film.probability) + 1e-12);
    }
    close(
        equal_error_threshold(&[&films(&[0.75, 0.9], &[0.25, 0.1])]),
        0.5,
    );
}

#[test]
fn of_several_sets_each_weighs_the_same_at_the_equal_error_threshold() {
    // The error rates are equal between 0.4 and 0.5 in the large set, and between 0.7 and 0.8 in the small one.
    let large = films(
        &[0.5, 0.6, 0.35, 0.9].repeat(25),
        &[0.1, 0.2, 0.4, 0.55].repeat(25),
    );
    let small = films(&[0.8, 0.95], &[0.7, 0.1]);
    let alone = [&large, &small].map(|set| equal_error_threshold(&[set]));
    close(alone[0], 0.45);
    close(alone[1], 0.75);
    let both = equal_error_threshold(&[&large, &small]).expect("both classes are there");
    let sum = |of: fn(&Evaluation) -> Option<f64>| -> f64 {
        let sets = [&large, &small].map(|set| of(&evaluate(set, both)));
        sets.into_iter().flatten().sum()
    };
    close(Some(sum(|at| at.sensitivity)), sum(|at| at.specificity));
    let one_class = films(&[0.9], &[]);
    assert_eq!(equal_error_threshold(&[&small, &one_class]), alone[1]);
}

#[test]
fn the_equal_error_threshold_never_cuts_through_equal_probabilities() {
    let mut scored = films(&[0.5, 0.5, 0.9], &[0.5, 0.1]);
    let threshold = equal_error_threshold(&[&scored]);
    close(threshold, 0.3);
    scored.reverse();
    assert_eq!(equal_error_threshold(&[&scored]), threshold);
    let next = 0.5_f64.next_up();
    let threshold = equal_error_threshold(&[&films(&[next], &[0.5])]).expect("both are there");
    assert_eq!(
        counts(&evaluate(&films(&[next], &[0.5]), threshold)),
        [2, 1, 0, 1, 0]
    );
}
