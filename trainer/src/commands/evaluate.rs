//! Evaluates a weights file on a folder of labelled films.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use learning::dataset::{self, LabelledFilm};
use learning::split::held_out;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::metrics::{self, Evaluation, Scored};
use pneumonia_cnn::network::metadata::Counts;
use pneumonia_cnn::reading::Reading;
use serde::Serialize;

use crate::data::files::write_atomically;
use crate::data::folder::LabelledFolder;
use crate::data::weights;
use crate::{progress, report};

/// Films per forward pass; affects only memory use.
const BATCH: usize = 64;

/// Evaluate weights on a folder of labelled films.
///
/// Prints accuracy, sensitivity, specificity, AUC, Brier score and calibration error with 95 % intervals, at the
/// balanced threshold of the weights. Files that can't be used are listed on stderr and left out.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Weights file to evaluate (safetensors) [default: the shipped weights]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Folder with NORMAL/ and PNEUMONIA/ in it
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
    /// Also write a CSV file with one line per film: file, label, probability, verdict, and why it would get "cannot
    /// assess"
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Also write report.html (curves, robustness and the worst errors) and MODEL_CARD.md into this folder
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Evaluate only the patients that were held out of training; --data must be the folder the weights were trained on
    #[arg(long)]
    validation: bool,
}

/// The JSON object.
#[derive(Serialize)]
struct EvaluationJson {
    #[serde(flatten)]
    evaluation: Evaluation,
    skipped: usize,
    /// Films that `predict` would refuse; the metrics include them.
    cannot_assess: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    label: &'static str,
    probability: f64,
    verdict: String,
    /// Why `predict` would refuse the film; empty if it would not.
    cannot_assess: String,
}

/// Runs `trainer evaluate`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let reader = weights::load(arguments.weights.as_deref())?;
    let labelled = LabelledFolder::load(&arguments.data)?;
    labelled.report_skipped();
    let films = if arguments.validation {
        held_out(&labelled.films, &reader.metadata().training)?
    } else {
        labelled.films.iter().collect()
    };
    let bar = progress::bar(films.len(), "films evaluated");
    let mut readings = Vec::new();
    for films in films.chunks(BATCH) {
        let inputs: Vec<Input> = films.iter().map(|film| film.input.clone()).collect();
        readings.extend(reader.read_batch(&inputs)?);
        bar.inc(films.len() as u64);
    }
    bar.finish_and_clear();

    let scored: Vec<Scored> = readings
        .iter()
        .zip(&films)
        .map(|(reading, film)| Scored {
            probability: reading.probability,
            pneumonia: film.pneumonia,
        })
        .collect();
    let evaluation = metrics::evaluate(
        &scored,
        reader.metadata().operating_points.balanced.threshold,
    );
    if let Some(path) = &arguments.csv {
        write_atomically(path, &csv(&films, &readings)?)?;
    }
    if let Some(folder) = &arguments.report {
        let Counts { normal, pneumonia } = dataset::count(films.iter().copied());
        let patients = dataset::count_patients(&films);
        let what = format!(
            "{normal} normal films and {pneumonia} with pneumonia, of {} and {} patients",
            patients.normal, patients.pneumonia
        );
        report::write(folder, &reader, &labelled.root, what, &films, &readings)?;
    }
    let cannot_assess = readings
        .iter()
        .filter(|reading| reading.unassessable.is_some())
        .count();
    if arguments.json {
        let report = EvaluationJson {
            evaluation,
            skipped: labelled.skipped.len(),
            cannot_assess,
        };
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{evaluation}");
        if cannot_assess > 0 {
            println!(
                "\n{cannot_assess} of these films get \"cannot assess\"; the metrics include them"
            );
        }
    }
    Ok(())
}

fn csv(films: &[&LabelledFilm], readings: &[Reading]) -> Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for (film, reading) in films.iter().zip(readings) {
        csv.serialize(Line {
            file: &film.name,
            label: if film.pneumonia {
                "pneumonia"
            } else {
                "normal"
            },
            probability: reading.probability,
            verdict: reading.verdict.to_string(),
            cannot_assess: reading
                .unassessable
                .map_or_else(String::new, |reason| reason.to_string()),
        })?;
    }
    csv.into_inner().context("the table can't be finished")
}
