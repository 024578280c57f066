//! The model card (Mitchell et al. 2019), from the report's numbers and the weights' metadata.

use anyhow::Result;
use pneumonia_cnn::metrics::Evaluation;
use pneumonia_cnn::network::Metadata;
use pneumonia_cnn::network::card::{FAILURES, Films, INTENDED_USE, NOT_TESTED};
use pneumonia_cnn::network::metadata::{Counts, TestResult};

use super::Report;
use super::page::with_interval;

/// The whole card, as Markdown.
pub fn markdown(report: &Report) -> Result<String> {
    let metadata = report.reader.metadata();
    let training = &metadata.training;
    let known = Films::of(training);
    let failures: String = known
        .shortcuts
        .iter()
        .chain(&FAILURES)
        .map(|failure| format!("- {}\n", wrapped(failure, "  ")))
        .collect();
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

{intended_use}

## Trained on

{films_learnt}
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
the figures are optimistic. On them the calibration error is {ece}, of each fifth by a calibration fitted on the others.
AUC {auc}.

| operating point | pneumonia from | accuracy | sensitivity | specificity |
|---|---|---|---|---|
{figures}
Intervals are of 95 %. {cannot_assess} of these films would get \"cannot assess\"; the figures include them.

{stress_tests}## Films taken under other conditions

{elsewhere}
## When the films are changed

| each film | verdict kept | probability moved by | cannot assess |
|---|---|---|---|
{robustness}
## Shortcuts and known failures

{failures}{worst}
## Not tested

{not_tested}
",
        intended_use = wrapped(INTENDED_USE, ""),
        not_tested = wrapped(NOT_TESTED, ""),
        films_learnt = wrapped(
            &format!(
                "{} normal films and {} with pneumonia, of {} and {} patients: {}.",
                training.films.normal,
                training.films.pneumonia,
                training.patients.normal,
                training.patients.pneumonia,
                known.origin,
            ),
            ""
        ),
        name = metadata.name,
        version = metadata.version,
        parameters = metadata.architecture.trainable_parameters,
        size = metadata.architecture.input_size,
        gate = metadata.gate.parameters(),
        command = training.command,
        epoch = training.epoch,
        epochs = training.epochs,
        seed = training.seed,
        hash = training.file_list_sha256,
        pictures = training.gate_pictures,
        films = report.films,
        stress_tests = stress_tests(metadata),
        elsewhere = elsewhere(metadata),
        cannot_assess = report.cannot_assess,
    ))
}

/// The stress test section, followed by an empty line; empty if there are no stress tests.
fn stress_tests(metadata: &Metadata) -> String {
    if metadata.stress_tests.is_empty() {
        return String::new();
    }
    format!(
        "## Stress tests

The validation films again, where their frame, markers or exposure say the opposite of the lungs, at the balanced operating
point.

{}
",
        results(&metadata.stress_tests)
    )
}

/// Results on films taken under other conditions, followed by a line break.
fn elsewhere(metadata: &Metadata) -> String {
    let known = Films::of(&metadata.training).elsewhere;
    let known = known.map_or_else(String::new, |known| format!("{}\n\n", wrapped(known, "")));
    let measured = if metadata.external.is_empty() {
        "These weights have not been measured on any other films yet.\n".to_owned()
    } else {
        results(&metadata.external)
    };
    known + &measured
}

/// The results as a table.
fn results(results: &[TestResult]) -> String {
    let rows = results.iter().map(|result| {
        let Counts { normal, pneumonia } = result.films;
        format!(
            "| {}: {normal} normal, {pneumonia} with pneumonia | {:.3} | {} | {} | {} | {} |\n",
            result.source,
            result.threshold,
            with_interval((Some(result.auc), Some(result.auc_ci))),
            with_interval((Some(result.accuracy), Some(result.accuracy_ci))),
            with_interval((Some(result.sensitivity), Some(result.sensitivity_ci))),
            with_interval((Some(result.specificity), Some(result.specificity_ci))),
        )
    });
    let rows: String = rows.collect();
    format!(
        "| films | pneumonia from | AUC | accuracy | sensitivity | specificity |\n|---|---|---|---|---|---|\n{rows}"
    )
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

/// Wraps `text` at 118 characters; every line but the first begins with `indent`.
fn wrapped(text: &str, indent: &str) -> String {
    const WIDTH: usize = 118;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > WIDTH {
            lines.push(indent.to_owned());
        }
        if let Some(line) = lines.last_mut() {
            if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
