//! Selects the films that contradict a bias-only model. `bias` is always its log odds of pneumonia for each film.

use pneumonia_cnn::metrics::roc_auc;

use super::scored;
use crate::dataset::LabelledFilm;

/// AUC of a logistic regression on 8×8 pixels on the official test split of 624 films.
const OFFICIAL_PIXELS_AUC: f64 = 0.884;

/// Indices of a class's films, from the one that `bias` is most wrong about to the one that it is most right about.
fn ranked_by_error(films: &[&LabelledFilm], bias: &[f64], pneumonia: bool) -> Vec<usize> {
    let mut class: Vec<usize> = (0..films.len())
        .filter(|&at| films[at].pneumonia == pneumonia)
        .collect();
    let wrong = |at: usize| if pneumonia { -bias[at] } else { bias[at] };
    class.sort_by(|&a, &b| wrong(b).total_cmp(&wrong(a)).then(a.cmp(&b)));
    class
}

/// The `share` of each class that `bias` is most wrong about.
pub fn most_wrong(films: &[&LabelledFilm], bias: &[f64], share: f64) -> Vec<usize> {
    let of = |pneumonia| {
        let mut class = ranked_by_error(films, bias, pneumonia);
        class.truncate((share * class.len() as f64).round() as usize);
        class
    };
    [of(false), of(true)].concat()
}

/// A tenth of each class: 0 is the tenth that `bias` is least wrong about, 9 the one that it is most wrong about.
pub fn decile(films: &[&LabelledFilm], bias: &[f64], tenth: usize) -> Vec<usize> {
    let of = |pneumonia| {
        let mut class = ranked_by_error(films, bias, pneumonia);
        class.reverse();
        let bound = |tenth: usize| tenth * class.len() / 10;
        class[bound(tenth)..bound(tenth + 1)].to_vec()
    };
    [of(false), of(true)].concat()
}

/// All films with pneumonia, and the normal films that `bias` is most wrong about: as many as keep its AUC at or below
/// that on the official test split. There, normal films were taken like those with pneumonia, and those with pneumonia
/// as in the training split.
pub fn matched(films: &[&LabelledFilm], bias: &[f64]) -> Vec<usize> {
    let positives = ranked_by_error(films, bias, true);
    let negatives = ranked_by_error(films, bias, false);
    let scores: Vec<f32> = bias.iter().map(|&bias| bias as f32).collect();
    // The AUC rises with each normal film added, since `bias` is less wrong about it.
    let too_many = |count: &usize| {
        let chosen = [&positives[..], &negatives[..*count]].concat();
        auc(films, &scores, &chosen) > OFFICIAL_PIXELS_AUC
    };
    let counts: Vec<usize> = (1..=negatives.len()).collect();
    let count = counts
        .partition_point(|count| !too_many(count))
        .max(1)
        .min(negatives.len());
    [&positives[..], &negatives[..count]].concat()
}

fn auc(films: &[&LabelledFilm], answers: &[f32], chosen: &[usize]) -> f64 {
    roc_auc(&scored(films, answers, chosen)).unwrap_or(f64::NAN)
}

/// Spearman's correlation of `answers` with `bias`, within each class, averaged over both.
pub fn rank_correlation(films: &[&LabelledFilm], answers: &[f32], bias: &[f64]) -> f64 {
    let of = |pneumonia: bool| {
        let class = (0..films.len()).filter(|&at| films[at].pneumonia == pneumonia);
        let (a, b): (Vec<f64>, Vec<f64>) =
            class.map(|at| (f64::from(answers[at]), bias[at])).unzip();
        let (a, b) = (ranks(&a), ranks(&b));
        let products = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        products(&a, &b) / (products(&a, &a) * products(&b, &b)).sqrt()
    };
    (of(false) + of(true)) / 2.0
}

/// Ranks of the values, centred on zero.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let middle = (values.len() as f64 - 1.0) / 2.0;
    let mut ranks = vec![0.0; values.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as f64 - middle;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    /// Fifty films of each class with overlapping log odds: 0 to 49 for normal ones, 25 to 74 for the others.
    fn films() -> (Vec<LabelledFilm>, Vec<f64>) {
        let of = |pneumonia: bool, first: f64| {
            (0..50).map(move |n| (film(&format!("{n}.png"), pneumonia), first + f64::from(n)))
        };
        of(false, 0.0).chain(of(true, 25.0)).unzip()
    }

    #[test]
    fn the_films_that_a_bias_only_model_is_most_wrong_about_are_chosen() {
        let (films, bias) = films();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let mut chosen = most_wrong(&films, &bias, 0.1);
        chosen.sort_unstable();
        assert_eq!(chosen, [45, 46, 47, 48, 49, 50, 51, 52, 53, 54]);
    }

    #[test]
    fn deciles_hold_each_film_once_and_grow_harder_for_the_bias_only_model() {
        let (films, bias) = films();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let scores: Vec<f32> = bias.iter().map(|&bias| bias as f32).collect();
        let deciles: Vec<_> = (0..10).map(|tenth| decile(&films, &bias, tenth)).collect();
        let mut all = deciles.concat();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        let aucs: Vec<f64> = deciles
            .iter()
            .map(|chosen| auc(&films, &scores, chosen))
            .collect();
        assert!(aucs.is_sorted_by(|a, b| a >= b), "{aucs:?}");
        assert_eq!((aucs[0], aucs[9]), (1.0, 0.0));
    }

    #[test]
    fn matched_films_are_as_hard_for_the_bias_only_model_as_the_official_split() {
        let (films, bias) = films();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let scores: Vec<f32> = bias.iter().map(|&bias| bias as f32).collect();
        let chosen = matched(&films, &bias);
        let found = auc(&films, &scores, &chosen);
        // Adding or removing one normal film changes the AUC by less than this.
        assert!((0.86..=OFFICIAL_PIXELS_AUC).contains(&found), "{found}");
        assert_eq!(chosen.iter().filter(|&&at| films[at].pneumonia).count(), 50);
    }

    #[test]
    fn rank_correlation_is_within_the_classes() {
        let (films, bias) = films();
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let of = |answer: &dyn Fn(usize) -> f32| {
            let answers: Vec<f32> = (0..films.len()).map(answer).collect();
            rank_correlation(&films, &answers, &bias)
        };
        // Rises with the bias within each class, though the classes are in reverse order.
        let along = of(&|at| (at % 50) as f32 - if at < 50 { 0.0 } else { 100.0 });
        let against = of(&|at| -((at % 50) as f32).powi(3));
        assert!((along - 1.0).abs() < 1e-9 && (against + 1.0).abs() < 1e-9);
        assert!(of(&|at| (at * 37 % 50) as f32).abs() < 0.2);
    }
}
