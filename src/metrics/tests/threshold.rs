//! The threshold that parts the classes best.

use super::*;

#[test]
fn the_youden_threshold_parts_the_classes_best() {
    // scikit-learn's roc_curve: J = 0.56 for films from 0.60 up, and the next probability below is
    // 0.57.
    close(youden_threshold(&forty()), 0.585);
    let at_best = evaluate(&forty(), 0.585);
    close(at_best.sensitivity, 0.76);
    close(at_best.specificity, 0.8);
    close(youden_threshold(&films(&[0.75, 0.9], &[0.25, 0.1])), 0.5);
}

#[test]
fn equal_youden_thresholds_go_to_the_higher_sensitivity() {
    // Cuts at 0.3 (sensitivity 1, specificity 1/2) and at 0.7 (1/2, 1) are equally good.
    close(youden_threshold(&films(&[0.4, 0.8], &[0.2, 0.6])), 0.3);
    // Here no cut is better than calling every film pneumonia.
    close(youden_threshold(&films(&[0.2, 0.4], &[0.6, 0.8])), 0.1);
    close(youden_threshold(&films(&[0.4], &[0.4])), 0.2);
}

#[test]
fn the_youden_threshold_never_cuts_through_equal_probabilities() {
    // Between the 0.5 of the normal film and those of pneumonia there is nothing to cut, in
    // whichever order they come.
    let mut scored = films(&[0.5, 0.5, 0.9], &[0.5, 0.1]);
    close(youden_threshold(&scored), 0.3);
    scored.reverse();
    close(youden_threshold(&scored), 0.3);
    let next = 0.5_f64.next_up();
    let threshold = youden_threshold(&films(&[next], &[0.5])).expect("both classes are there");
    assert_eq!(
        counts(&evaluate(&films(&[next], &[0.5]), threshold)),
        [2, 1, 0, 1, 0]
    );
}
