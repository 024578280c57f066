//! Predictions for single films.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::Unassessable;
use pneumonia_cnn::reading::{Reader, Reading, Verdict, flipping_changes, remarks};
use serde::Serialize;

use crate::data::pictures::{files_below, read_film};
use crate::data::weights;

/// Read films and print a line for each: file, probability of pneumonia, verdict.
///
/// A verdict is uncertain if the validation films cannot separate the probability from the threshold, and unstable if a
/// small change to the film would change it. An image that does not look like a frontal chest X-ray gets "cannot
/// assess" and the reason instead. A file that can't be read gets a line with the error; the others are still read, and
/// the exit status is 1.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Image files, and folders that are searched recursively
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Weights file to use (safetensors) [default: the shipped weights]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Print one JSON object per line, with file, probability, verdict, uncertain and unstable, or cannot_assess and
    /// reason, or error
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Answer {
        file: String,
        probability: f64,
        verdict: Verdict,
        /// Whether the validation films cannot separate the probability from the threshold.
        uncertain: bool,
        /// The small changes to the film that flip the verdict.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unstable: Vec<&'static str>,
        /// What the file's header says that casts doubt on the reading.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        remarks: Vec<String>,
    },
    CannotAssess {
        file: String,
        cannot_assess: Unassessable,
        reason: String,
        /// The network's probability all the same.
        probability: f64,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        remarks: Vec<String>,
    },
    Failure {
        file: String,
        error: String,
    },
}

/// Runs `trainer predict`.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let reader = weights::load(arguments.weights.as_deref())?;
    let mut failed = false;
    for path in &arguments.paths {
        for found in files_below(path) {
            let (file, answer) = match found {
                Ok(file) => {
                    let answer = read(&reader, &file);
                    (file, answer)
                }
                Err(skipped) => (skipped.path, Err(skipped.reason)),
            };
            failed |= answer.is_err();
            print(&file, answer, arguments.json)?;
        }
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The output for a film that could be read.
struct Answer {
    reading: Reading,
    /// The small changes to the film that flip the verdict.
    unstable: Vec<&'static str>,
    /// What the file's header says that casts doubt on the reading.
    remarks: Vec<String>,
}

fn read(reader: &Reader, path: &Path) -> Result<Answer, String> {
    let (film, _) = read_film(path)?;
    let remarks = remarks(&film).iter().map(ToString::to_string).collect();
    let input = Input::new(&film);
    let reading = reader.read(&input).map_err(|error| error.to_string())?;
    let mut unstable = Vec::new();
    if reading.unassessable.is_none() {
        let changed = reader.read_changed(&input);
        let changed = changed.map_err(|error| error.to_string())?;
        unstable = flipping_changes(reading.threshold, reading.probability, &changed);
    }
    Ok(Answer {
        reading,
        unstable,
        remarks,
    })
}

fn print(path: &Path, answer: Result<Answer, String>, json: bool) -> Result<()> {
    let file = path.display().to_string();
    let line = match answer {
        Ok(Answer {
            reading,
            unstable,
            remarks,
        }) => match reading.unassessable {
            Some(cannot_assess) => Line::CannotAssess {
                file,
                cannot_assess,
                reason: cannot_assess.to_string(),
                probability: reading.probability,
                remarks,
            },
            None => Line::Answer {
                file,
                probability: reading.probability,
                verdict: reading.verdict,
                uncertain: reading.uncertain,
                unstable,
                remarks,
            },
        },
        Err(error) => Line::Failure { file, error },
    };
    if json {
        println!("{}", serde_json::to_string(&line)?);
        return Ok(());
    }
    match line {
        Line::Answer {
            file,
            probability,
            verdict,
            uncertain,
            unstable,
            remarks,
        } => {
            println!(
                "{file}: {:.1} % probability of pneumonia, verdict {verdict}{}",
                probability * 100.0,
                if uncertain { ", uncertain" } else { "" }
            );
            if !unstable.is_empty() {
                println!(
                    "    Unstable: the verdict changes when the film is {}.",
                    unstable.join(", or ")
                );
            }
            print_remarks(&remarks);
        }
        Line::CannotAssess {
            file,
            reason,
            remarks,
            ..
        } => {
            println!("{file}: cannot assess: {reason}");
            print_remarks(&remarks);
        }
        Line::Failure { file, error } => println!("{file}: error: {error}"),
    }
    Ok(())
}

fn print_remarks(remarks: &[String]) {
    for remark in remarks {
        println!("    {remark}");
    }
}
