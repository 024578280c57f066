//! Whether films with pneumonia get higher probabilities than normal ones, regardless of the threshold; and thresholds
//! for a given sensitivity or for equal error rates.

use super::{Interval, Scored, interval};

/// Area under the ROC curve, 0 to 1: the chance that a film with pneumonia gets a higher probability than a normal one,
/// ties counted half. 0.5 is guessing, 1 is perfect separation.
///
/// Computed from ranks in O(n log n) (Hanley and McNeil, Radiology 143, 1982). `None` if a class is missing or a
/// probability is NaN.
pub fn roc_auc(scored: &[Scored]) -> Option<f64> {
    let placements = Placements::new(scored)?;
    Some(placements.of_pneumonia.iter().sum::<f64>() / placements.of_pneumonia.len() as f64)
}

/// 95 % interval of [`roc_auc`], within 0 to 1; `None` where the AUC is.
///
/// The variance is that of DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988), from ranks as
/// in Sun and Xu, IEEE Signal Processing Letters 21 (2014). The interval is symmetric on the logit
/// scale, which keeps it inside 0 to 1 and its coverage near them (Pepe, "The Statistical
/// Evaluation of Medical Tests", 2003).
///
/// With perfect separation the variance is estimated as zero, which is not certainty but a lack of information, and
/// with a single film in a class it cannot be estimated. In both cases the upper bound AUC (1 − AUC) / min(m, n) on the
/// variance takes its place (Birnbaum and Klose, Annals of Mathematical Statistics 28, 1957), with m and n films in the
/// two classes. Solved for the AUC as Wilson does for a proportion, this is his interval with min(m, n) trials. It is
/// conservative: from 0.84 to 1 for twenty films per class.
pub(super) fn roc_auc_interval(scored: &[Scored]) -> Option<Interval> {
    let placements = Placements::new(scored)?;
    let auc = roc_auc(scored)?;
    match placements.variance_of_auc() {
        Some(variance) if variance > interval::NO_VARIANCE => {
            let logit = (auc / (1.0 - auc)).ln();
            let half_width = interval::Z * variance.sqrt() / (auc * (1.0 - auc));
            Some([logit - half_width, logit + half_width].map(|bound| 1.0 / (1.0 + (-bound).exp())))
        }
        _ => {
            let smaller_class = placements
                .of_pneumonia
                .len()
                .min(placements.of_normal.len()) as f64;
            interval::wilson(auc * smaller_class, smaller_class)
        }
    }
}

/// The threshold at which sensitivity is nearest to specificity (the equal error rate), each averaged over `sets`;
/// midway between the two neighbouring probabilities.
///
/// Sets that lack a class are skipped. `None` if no set is left or a probability is NaN.
pub fn equal_error_threshold(sets: &[&[Scored]]) -> Option<f64> {
    // Each film, weighted by one over the size of its class in its set.
    let mut films = Vec::new();
    let (mut missed, mut false_alarms) = (0.0, 0.0);
    for set in sets {
        if set.iter().any(|film| film.probability.is_nan()) {
            return None;
        }
        let Some((pneumonia, normal)) = by_class(set) else {
            continue;
        };
        missed += 1.0;
        films.extend(set.iter().map(|film| {
            let class = if film.pneumonia { &pneumonia } else { &normal };
            (film, 1.0 / class.len() as f64)
        }));
    }
    films.sort_by(|(a, _), (b, _)| b.probability.total_cmp(&a.probability));

    // Lowers the threshold from infinity, where no film is called pneumonia.
    let mut best = (f64::INFINITY, None);
    let mut groups = films
        .chunk_by(|(a, _), (b, _)| a.probability == b.probability)
        .peekable();
    while let Some(equals) = groups.next() {
        for (film, share) in equals {
            if film.pneumonia {
                missed -= share;
            } else {
                false_alarms += share;
            }
        }
        let difference = f64::abs(missed - false_alarms);
        if difference < best.0 {
            let below = groups.peek().map_or(0.0, |next| next[0].0.probability);
            best = (difference, Some(midway(below, equals[0].0.probability)));
        }
    }
    best.1
}

/// The highest threshold with at least this sensitivity, moved midway to the next lower probability, or to 0.
///
/// `None` if no film has pneumonia or a probability is NaN.
pub fn threshold_for_sensitivity(scored: &[Scored], sensitivity: f64) -> Option<f64> {
    if scored.iter().any(|film| film.probability.is_nan()) {
        return None;
    }
    let of = |film: &&Scored| film.pneumonia;
    let mut pneumonia: Vec<f64> = scored
        .iter()
        .filter(of)
        .map(|film| film.probability)
        .collect();
    pneumonia.sort_by(|a, b| b.total_cmp(a));
    let needed = (sensitivity * pneumonia.len() as f64).ceil() as usize;
    let lowest_called = *pneumonia.get(needed.max(1) - 1)?;
    let below = scored
        .iter()
        .map(|film| film.probability)
        .filter(|&other| other < lowest_called);
    Some(midway(below.fold(0.0, f64::max), lowest_called))
}

/// The midpoint of two numbers, or the upper one if no float lies between them. It must not be the lower one, since a
/// film at the threshold is called pneumonia.
fn midway(low: f64, high: f64) -> f64 {
    let middle = low.midpoint(high);
    if middle > low { middle } else { high }
}

/// For each film, the share of the other class that got a lower probability, ties counted half.
struct Placements {
    of_pneumonia: Vec<f64>,
    of_normal: Vec<f64>,
}

impl Placements {
    fn new(scored: &[Scored]) -> Option<Self> {
        let (pneumonia, normal) = by_class(scored)?;
        let ranks = midranks(&[pneumonia.as_slice(), normal.as_slice()].concat());
        let (ranks_of_pneumonia, ranks_of_normal) = ranks.split_at(pneumonia.len());
        // A film's rank among all minus its rank in its own class is the number of the other class's films below it.
        let below = |among_all: &[f64], class: &[f64], others: usize| -> Vec<f64> {
            among_all
                .iter()
                .zip(midranks(class))
                .map(|(all, own)| (all - own) / others as f64)
                .collect()
        };
        Some(Self {
            of_pneumonia: below(ranks_of_pneumonia, &pneumonia, normal.len()),
            of_normal: below(ranks_of_normal, &normal, pneumonia.len()),
        })
    }

    /// `None` if a class has a single film.
    fn variance_of_auc(&self) -> Option<f64> {
        let (_, pneumonia) = interval::mean_and_variance(&self.of_pneumonia)?;
        let (_, normal) = interval::mean_and_variance(&self.of_normal)?;
        Some(pneumonia / self.of_pneumonia.len() as f64 + normal / self.of_normal.len() as f64)
    }
}

/// The probabilities of the films with pneumonia and of the normal ones, or `None` if a class is empty or a probability
/// is NaN.
fn by_class(scored: &[Scored]) -> Option<(Vec<f64>, Vec<f64>)> {
    let of_class = |pneumonia: bool| -> Vec<f64> {
        scored
            .iter()
            .filter(|film| film.pneumonia == pneumonia)
            .map(|film| film.probability)
            .collect()
    };
    let (pneumonia, normal) = (of_class(true), of_class(false));
    let countable = scored.iter().all(|film| !film.probability.is_nan());
    (countable && !pneumonia.is_empty() && !normal.is_empty()).then_some((pneumonia, normal))
}

/// Ranks from 1; equal values share the mean of their ranks.
fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for group in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = start as f64 + (group.len() + 1) as f64 / 2.0;
        for &index in group {
            ranks[index] = rank;
        }
        start += group.len();
    }
    ranks
}
