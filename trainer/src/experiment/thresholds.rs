//! Which of the ways to choose a threshold beforehand does best on films that neither the network nor the threshold
//! was fitted on.

use anyhow::{Context, Result};
use pneumonia_cnn::metrics::{self, Scored};

use super::folds::Fold;
use super::recipes::{Arguments, load, parted};
use super::variants::Variant;
use crate::dataset::Film;
use crate::fit;
use crate::recipe::Name;
use crate::settings::Settings;
use crate::validate;

/// The films that a threshold is chosen on, and what a calibration fitted on them says.
struct Validated {
    films: Vec<Scored>,
    /// Copies changed as in training.
    changed: Vec<Scored>,
}

/// A way to choose a threshold.
type Choice = fn(&Validated) -> Option<f64>;

/// Names for the table. All probabilities are calibrated on the films.
const CHOICES: [(&str, Choice); 6] = [
    ("Youden", |validated| {
        metrics::youden_threshold(&validated.films)
    }),
    ("Youden, on changed copies", |validated| {
        metrics::youden_threshold(&validated.changed)
    }),
    ("Youden, on films and copies", |validated| {
        metrics::youden_threshold(&[&validated.films[..], &validated.changed].concat())
    }),
    (
        "calibrated probability above the share of pneumonia",
        |validated| fit::prevalence(&validated.films),
    ),
    ("calibrated probability above one half", |_| Some(0.5)),
    (
        "99 % of the films with pneumonia, and of their copies",
        |validated| {
            let [films, changed] = [&validated.films, &validated.changed]
                .map(|films| metrics::threshold_for_sensitivity(films, fit::SCREENING));
            Some(films?.min(changed?))
        },
    ),
];

/// Runs `trainer experiment thresholds`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let dataset = arguments.dataset()?;
    let folds = arguments.folds(&dataset)?;
    let variants = arguments.variants()?;
    // Choices, folds, runs.
    let mut found = vec![vec![Vec::new(); folds.len()]; CHOICES.len()];
    for (place, fold) in folds.iter().enumerate() {
        for variant in &variants {
            for &seed in arguments.seeds() {
                let judged = judge(arguments, fold, variant, seed)?;
                for (found, judged) in found.iter_mut().zip(judged) {
                    found[place].push(judged);
                }
            }
        }
    }
    let names: Vec<&str> = folds.iter().map(|fold| fold.name).collect();
    println!("| threshold | {} | mean of both |", names.join(" | "));
    println!("|---|{}---|", "---|".repeat(folds.len()));
    for ((name, _), folds) in CHOICES.iter().zip(found) {
        let folds: Vec<[f64; 3]> = folds.iter().map(|runs| mean(runs)).collect();
        let columns = folds
            .iter()
            .map(|[accuracy, sensitivity, specificity]| {
                format!("{accuracy:.3} ({sensitivity:.3}, {specificity:.3})")
            })
            .collect::<Vec<_>>();
        let [_, sensitivity, specificity] = mean(&folds);
        let both = (sensitivity + specificity) / 2.0;
        println!("| {name} | {} | {both:.3} |", columns.join(" | "));
    }
    Ok(())
}

/// Accuracy, sensitivity and specificity of a run on the judging films, at each choice's threshold.
fn judge(
    arguments: &Arguments,
    fold: &Fold,
    variant: &Variant,
    seed: u64,
) -> Result<Vec<[f64; 3]>> {
    let weights = load(&arguments.weights_file(variant.name, fold, seed))
        .context("try the recipe on this fold and from this seed first")?;
    let [_, validation] = parted(fold, variant.preparation)?;
    let validation: Vec<&Film> = validation.iter().collect();
    // Copies as `trainer train` makes them by its default recipe, whatever the variant learnt from.
    let settings = Settings {
        recipe: Name::Robust,
        seed,
        ..Settings::of_the_original(16)
    };
    let changed = validate::changed(&validation, &settings);
    let changed: Vec<&Film> = changed.iter().collect();
    let logits = validate::logits(&weights, &validation)?;
    let calibration = fit::calibrate(&logits, &validation);
    let scored = |logits: &[f32], films: &[&Film]| fit::scored(&calibration, logits, films);
    let validated = Validated {
        films: scored(&logits, &validation),
        changed: scored(&validate::logits(&weights, &changed)?, &changed),
    };
    let judging = variant.preparation.of_all(fold.judging.to_vec());
    let judging: Vec<&Film> = judging.iter().collect();
    let judged = scored(&validate::logits(&weights, &judging)?, &judging);
    let figures = CHOICES.iter().map(|(_, choice)| {
        let both = "a fold holds both classes";
        let threshold = choice(&validated).context(both)?;
        let figures = metrics::evaluate(&judged, threshold);
        Ok([
            figures.accuracy.context(both)?,
            figures.sensitivity.context(both)?,
            figures.specificity.context(both)?,
        ])
    });
    figures.collect()
}

fn mean(rows: &[[f64; 3]]) -> [f64; 3] {
    [0, 1, 2].map(|column| rows.iter().map(|row| row[column]).sum::<f64>() / rows.len() as f64)
}
