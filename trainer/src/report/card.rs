//! The model card (Mitchell et al. 2019), from the report's numbers and the weights' metadata.

use anyhow::Result;
use pneumonia_cnn::metrics::Evaluation;

use super::Report;
use super::page::with_interval;
use crate::weights_file;

/// What is known of the films that the shipped weights were trained on: what they are, and their shortcuts.
const KERMANY: (&str, &str) = (
    "the public set\nof Kermany et al. 2018, frontal (AP) films of children of one to five years from one hospital in \
     Guangzhou, graded by\ntwo physicians",
    "- Aspect ratio, exposure and text markers differ between the classes of the training set. The recipe `robust` \
     changes the\n  first two at random and moves the third about, which weakens these shortcuts and does not remove \
     them.\n- Films of other series of normal children do worse than those of the same; \
     [docs/experiments.md](docs/experiments.md)\n  measures it.\n",
);

/// The same for any other films.
const UNKNOWN: (&str, &str) = (
    "not those of the\nshipped weights, and the file does not say what they are",
    "- The shortcuts of its training set are not known to this program.\n",
);

/// The whole card, as Markdown.
pub fn markdown(report: &Report) -> Result<String> {
    let metadata = report.reader.metadata();
    let training = &metadata.training;
    let shipped = weights_file::load(None)?;
    let known = training.file_list_sha256 == shipped.metadata().training.file_list_sha256;
    let (origin, shortcuts) = if known { KERMANY } else { UNKNOWN };
    let worst = report
        .robustness
        .iter()
        .min_by(|a, b| a.kept.total_cmp(&b.kept));
    let worst = worst.map_or_else(String::new, |row| {
        format!(
            "- Of the changes above, \"{}\" costs most verdicts: it keeps {:.1} %.\n",
            row.name,
            100.0 * row.kept
        )
    });
    let robustness: String = report
        .robustness
        .iter()
        .map(|row| {
            format!(
                "| {} | {:.1} % | {:.3} | {:.1} % |\n",
                row.name,
                100.0 * row.kept,
                row.mean_difference,
                100.0 * row.refused
            )
        })
        .collect();
    let figures: String = report
        .points
        .iter()
        .map(|(name, at)| row(name, at))
        .collect();
    let auc = report
        .points
        .first()
        .map_or_else(String::new, |(_, at)| with_interval((at.auc, at.auc_ci)));
    let ece = with_interval((Some(metadata.validation.ece), None));
    Ok(format!(
        "# Model card: {name} {version}

Made by `trainer evaluate --report` from the weights file and the films it was judged on; not written by hand.

## What it is

A convolutional network of {parameters} trainable parameters that reads a frontal chest X-ray at {size}×{size} grey pixels
and gives a probability of pneumonia, and a gate of {gate} values that answers \"cannot assess\" to what does not look like
a frontal chest X-ray.

## Intended use

Research, teaching, and showing what so small a network can do in a browser. It is no medical device. No decision about
a person may rest on it.

## Trained on

{normal} normal films and {pneumonia} with pneumonia, of {normal_patients} and {pneumonia_patients} patients: {origin}.
Made by

```sh
{command}
```

epoch {epoch} of {epochs}, seed {seed}; SHA-256 of the film list
`{hash}`. The gate was shown {pictures} pictures of
other things, and pictures made up from films.

## Figures

On {films}.
Calibration and operating points were fitted on the validation patients, who were not learnt from: where these are they,
the figures flatter a little. On them the calibration error is {ece}, of each fifth by a calibration fitted on the others.
AUC {auc}.

| operating point | pneumonia from | accuracy | sensitivity | specificity |
|---|---|---|---|---|
{figures}
Intervals are of 95 %. {cannot_assess} of these films would get \"cannot assess\"; they are in the figures all the same.

## When the films are changed

| each film | verdict kept | probability moved by | cannot assess |
|---|---|---|---|
{robustness}
## Shortcuts and known failures

{shortcuts}- A normal film and one with another disease are told apart only as far as that disease looks like pneumonia.
- The gate sees 16×16 pixels: a lateral film, a child's body film or a drawing of a chest may pass.
{worst}
## Not tested

Adults, newborns, other hospitals and machines, portable films of intensive care, lateral views, films with tubes and
wires, tuberculosis, COVID-19, and whether a physician reads better with it than without.
",
        name = metadata.name,
        version = metadata.version,
        parameters = metadata.architecture.trainable_parameters,
        size = metadata.architecture.input_size,
        gate = metadata.gate.parameters(),
        normal = training.films.normal,
        pneumonia = training.films.pneumonia,
        normal_patients = training.patients.normal,
        pneumonia_patients = training.patients.pneumonia,
        command = training.command,
        epoch = training.epoch,
        epochs = training.epochs,
        seed = training.seed,
        hash = training.file_list_sha256,
        pictures = training.gate_pictures,
        films = report.films,
        cannot_assess = report.cannot_assess,
    ))
}

fn row(name: &str, at: &Evaluation) -> String {
    format!(
        "| {name} | {:.3} | {} | {} | {} |\n",
        at.threshold,
        with_interval((at.accuracy, at.accuracy_ci)),
        with_interval((at.sensitivity, at.sensitivity_ci)),
        with_interval((at.specificity, at.specificity_ci)),
    )
}
