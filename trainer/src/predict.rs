//! Answers to single films.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::Unassessable;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use pneumonia_cnn::reading::{Reader, Reading, Verdict, turned};
use serde::Serialize;

use crate::weights_file;

/// Read films and print a line for each: file, probability of pneumonia, verdict.
///
/// A verdict is uncertain where the films that the threshold was chosen on can't tell on which side of the probability
/// it should lie, and unstable where a small change of the film turns it over. A picture that does not look like a
/// frontal chest X-ray gets "cannot assess" instead, and the reason.
/// A file that can't be read gets a line that says why; the others are read all the same, and the exit status is 1.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Pictures, and folders whose pictures (and those of their folders) are read
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Safetensors file to read with [default: the shipped weights]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Print one JSON object a line, with file, probability, verdict, uncertain and unstable, or cannot_assess and reason, or error
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
        /// Whether the threshold might as well lie on the other side of the probability.
        uncertain: bool,
        /// The small changes of the film that turn the verdict over.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unstable: Vec<&'static str>,
        /// What the file says against making much of this.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        remarks: Vec<String>,
    },
    CannotAssess {
        file: String,
        cannot_assess: Unassessable,
        reason: String,
        /// What the network would say.
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
    let reader = weights_file::load(arguments.weights.as_deref())?;
    let mut failed = false;
    for path in &arguments.paths {
        visit(path, &mut |path, listed| {
            let answer = listed
                .map_err(|error| error.to_string())
                .and_then(|()| read(&reader, path));
            failed |= answer.is_err();
            print(path, answer, arguments.json)
        })?;
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Calls `found` for each file at or below `path` in the order of their names, and for folders that can't be
/// listed. Hidden files below a folder are left out.
pub fn visit(
    path: &Path,
    found: &mut impl FnMut(&Path, std::io::Result<()>) -> Result<()>,
) -> Result<()> {
    if !path.is_dir() {
        return found(path, Ok(()));
    }
    let list = || {
        fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<Vec<_>>>()
    };
    let mut entries = match list() {
        Ok(entries) => entries,
        Err(error) => return found(path, Err(error)),
    };
    entries.retain(|entry| {
        !entry
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    });
    entries.sort();
    entries.iter().try_for_each(|entry| visit(entry, found))
}

/// What is printed of a film that could be read.
struct Answer {
    reading: Reading,
    /// The small changes of the film that turn the verdict over.
    unstable: Vec<&'static str>,
    /// What its file says against the reading.
    remarks: Vec<String>,
}

fn read(reader: &Reader, path: &Path) -> Result<Answer, String> {
    let limits = Limits::default();
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    limits
        .check_bytes(size)
        .map_err(|error| error.to_string())?;
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let film = Radiograph::from_bytes(&bytes, &limits).map_err(|error| error.to_string())?;
    let remarks = film.remarks().iter().map(ToString::to_string).collect();
    let input = Input::new(&film);
    let reading = reader.read(&input).map_err(|error| error.to_string())?;
    let mut unstable = Vec::new();
    if reading.unassessable.is_none() {
        let changed = reader.read_changed(&input);
        let changed = changed.map_err(|error| error.to_string())?;
        unstable = turned(reading.threshold, reading.probability, &changed);
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
                    "    Unstable: the verdict is another when the film is {}.",
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
