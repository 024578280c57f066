//! Figures of a weights file on a folder of labelled films.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::reading::Reading;
use serde::Serialize;

use crate::dataset::{Dataset, Film};
use crate::files::write_atomically;
use crate::metrics::{self, Evaluation, Scored};
use crate::{progress, weights_file};

/// Films a pass; only memory depends on it.
const BATCH: usize = 64;

/// Measure how well weights tell the films of a labelled folder.
///
/// Prints accuracy, sensitivity, specificity, AUC, Brier score and calibration error with 95 % intervals, at the
/// threshold the weights ship with. Files that can't be read are named on the error stream and left out.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Safetensors file to judge [default: the shipped weights]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Folder with NORMAL/ and PNEUMONIA/ in it
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
    /// Also write a line a film: file, label, probability, verdict
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// The JSON object: the figures, and how many files were left out.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    evaluation: Evaluation,
    skipped: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    label: &'static str,
    probability: f64,
    verdict: String,
}

/// Runs `trainer evaluate`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let reader = weights_file::load(arguments.weights.as_deref())?;
    let dataset = Dataset::load(&arguments.data)?;
    dataset.report_skipped();
    let bar = progress::bar(dataset.films.len(), "films judged");
    let mut readings = Vec::new();
    for films in dataset.films.chunks(BATCH) {
        let inputs: Vec<Input> = films.iter().map(|film| film.input.clone()).collect();
        readings.extend(reader.read_batch(&inputs)?);
        bar.inc(films.len() as u64);
    }
    bar.finish_and_clear();

    let scored: Vec<Scored> = readings
        .iter()
        .zip(&dataset.films)
        .map(|(reading, film)| Scored {
            probability: reading.probability,
            pneumonia: film.pneumonia,
        })
        .collect();
    let evaluation = metrics::evaluate(&scored, reader.metadata().threshold);
    if let Some(path) = &arguments.csv {
        write_atomically(path, &csv(&dataset.films, &readings)?)?;
    }
    if arguments.json {
        let report = Report {
            evaluation,
            skipped: dataset.skipped.len(),
        };
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{evaluation}");
    }
    Ok(())
}

fn csv(films: &[Film], readings: &[Reading]) -> Result<Vec<u8>> {
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
        })?;
    }
    csv.into_inner().context("the table can't be finished")
}
