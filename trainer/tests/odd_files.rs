//! Film files that are unusual or not quite right, each compared with what a reader should make of it. The folder
//! `odd_files` of the films says so in `expected.csv`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use pneumonia_cnn::csv;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use pneumonia_cnn::reading::{Reader, Reading, remarks};

const WEIGHTS: &[u8] = include_bytes!("../../model/pneumonia-cnn.safetensors");
/// How far a probability may be from the reference's.
const TOLERANCE: f64 = 0.02;

const PANIC: &str = "panicked";

/// What became of a file: its reading and remarks, or an error.
type Outcome = Result<(Reading, Vec<String>), String>;

fn read(reader: &Reader, path: &Path) -> Outcome {
    std::panic::catch_unwind(|| try_to_read(reader, path)).unwrap_or_else(|_| Err(PANIC.into()))
}

fn try_to_read(reader: &Reader, path: &Path) -> Outcome {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let film = Radiograph::from_bytes(&bytes, &Limits::default());
    let film = film.map_err(|error| error.to_string())?;
    let reading = reader.read(&Input::new(&film));
    let reading = reading.map_err(|error| error.to_string())?;
    let remarks = remarks(&film).iter().map(ToString::to_string).collect();
    Ok((reading, remarks))
}

/// What is wrong with an outcome, if anything is.
fn fault(kind: &str, outcome: &Outcome, reference: Option<&Reading>) -> Option<String> {
    let differs = |reading: &Reading| {
        let reference = reference?;
        let off = (reading.probability - reference.probability).abs();
        let same = reading.unassessable == reference.unassessable && off <= TOLERANCE;
        (!same).then(|| {
            format!(
                "{:.3} {:?}, the reference {:.3} {:?}",
                reading.probability,
                reading.unassessable,
                reference.probability,
                reference.unassessable
            )
        })
    };
    let refused = |error: &String| Some(format!("refused: {error}"));
    match (kind, outcome) {
        (_, Err(error)) if error == PANIC => Some(error.clone()),
        ("read", Ok((reading, _))) => differs(reading),
        ("unremarked", Ok((reading, remarks))) => differs(reading).or_else(|| {
            let remarks = remarks.join(" ");
            (!remarks.is_empty()).then(|| format!("remarked: {remarks}"))
        }),
        ("told", Ok((_, remarks))) if remarks.is_empty() => Some("read without a remark".into()),
        ("told", Ok((reading, _))) => differs(reading),
        ("told", Err(error)) => reference.and_then(|_| refused(error)),
        ("unsupported", Ok((reading, _))) => differs(reading),
        ("unsupported", Err(error)) => (!error.contains("can't be read here"))
            .then(|| format!("not called unsupported: {error}")),
        ("refused", Ok(_)) => Some("read".into()),
        ("refused", Err(_)) => None,
        ("read" | "unremarked", Err(error)) => refused(error),
        (other, _) => Some(format!("kind {other}?")),
    }
}

#[test]
#[ignore = "reads the films"]
fn every_odd_file_is_read_told_or_refused_as_it_should_be() {
    let data =
        std::env::var_os("CHEST_XRAY_DATA").expect("CHEST_XRAY_DATA names the folder of films");
    let folder = PathBuf::from(data).join("odd_files");
    let table = std::fs::read_to_string(folder.join("expected.csv")).expect("the table");
    let mut rows = csv::parse(&table).into_iter();
    let names = rows.next().expect("a heading");
    let reader = Reader::from_safetensors(WEIGHTS).expect("the shipped weights");
    let mut faults = Vec::new();
    let mut count = 0;
    for row in rows {
        let row: HashMap<&str, &str> = names
            .iter()
            .map(String::as_str)
            .zip(row.iter().map(String::as_str))
            .collect();
        let (file, kind) = (row["file"], row["kind"]);
        let outcome = if file.ends_with(".safetensors") {
            let weights = std::fs::read(folder.join(file)).expect("a weights file");
            Reader::from_safetensors(&weights)
                .map_err(|error| error.to_string())
                .and_then(|reader| read(&reader, &folder.join(row["reference"])))
        } else {
            read(&reader, &folder.join(file))
        };
        let reference = (!row["reference"].is_empty()).then(|| {
            let (reference, _) = read(&reader, &folder.join(row["reference"])).expect("a picture");
            reference
        });
        count += 1;
        faults.extend(
            fault(kind, &outcome, reference.as_ref())
                .map(|fault| format!("{file} ({kind}): {fault}")),
        );
    }
    assert!(count > 0, "the table is empty");
    assert!(
        faults.is_empty(),
        "{} of {count} files:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
