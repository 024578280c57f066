//! `trainer card` as a user runs it: adds results on the sample films to the weights they were measured with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const SOURCE: &str = "sample films, which nothing was fitted on";

fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../model")
}

fn trainer(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
    command.args(arguments).output().unwrap()
}

/// The output of `evaluate` for the shipped weights on the sample films.
fn evaluation(folder: &TempDir) -> PathBuf {
    let samples = model().join("samples");
    let output = trainer(&["evaluate", "--json", "--data", samples.to_str().unwrap()]);
    assert!(output.status.success());
    let file = folder.path().join("samples.json");
    fs::write(&file, output.stdout).unwrap();
    file
}

fn card(weights: &Path, external: &Path, out: &Path) -> Output {
    let [weights, external, out] = [weights, external, out].map(|path| path.to_str().unwrap());
    trainer(&[
        "card",
        "--weights",
        weights,
        "--external",
        external,
        "--source",
        SOURCE,
        "--out",
        out,
    ])
}

#[test]
fn figures_of_other_films_are_told_by_the_weights_from_then_on() {
    let folder = TempDir::new().unwrap();
    let shipped = model().join("pneumonia-cnn.safetensors");
    let out = folder.path().join("told.safetensors");
    let measured = evaluation(&folder);
    let output = card(&shipped, &measured, &out);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // Added a second time, they replace themselves.
    assert!(card(&out, &measured, &out).status.success());
    let info = trainer(&["info", out.to_str().unwrap()]);
    let info = String::from_utf8(info.stdout).unwrap();
    assert_eq!(info.matches(SOURCE).count(), 1, "{info}");
    let tensors = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        bytes[header..].to_vec()
    };
    assert_eq!(
        tensors(&out),
        tensors(&shipped),
        "the weights are as they were"
    );

    let samples = model().join("samples");
    let report = folder.path().join("report");
    let output = trainer(&[
        "evaluate",
        "--weights",
        out.to_str().unwrap(),
        "--data",
        samples.to_str().unwrap(),
        "--report",
        report.to_str().unwrap(),
    ]);
    assert!(output.status.success());
    let card = fs::read_to_string(report.join("MODEL_CARD.md")).unwrap();
    let row = format!("| {SOURCE}: 8 normal, 8 with pneumonia |");
    assert!(card.contains(&row), "{card}");
}

#[test]
fn figures_of_another_threshold_are_not_of_these_weights() {
    let folder = TempDir::new().unwrap();
    let measured = evaluation(&folder);
    let text = fs::read_to_string(&measured).unwrap();
    let mut figures: serde_json::Value = serde_json::from_str(&text).unwrap();
    figures["threshold"] = 0.5.into();
    fs::write(&measured, figures.to_string()).unwrap();
    let shipped = model().join("pneumonia-cnn.safetensors");
    let out = folder.path().join("told.safetensors");
    let output = card(&shipped, &measured, &out);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && !out.exists());
    assert!(
        error.contains("samples.json was measured at a threshold"),
        "{error}"
    );
    fs::write(&measured, "{}").unwrap();
    let output = card(&shipped, &measured, &out);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("is not what"), "{error}");
}
