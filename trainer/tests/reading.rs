//! `trainer evaluate`, `predict` and `info` as a user runs them.

mod films;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use films::{jpeg, labelled_folder};
use serde_json::Value;
use tempfile::TempDir;

fn trainer(arguments: &[&str], path: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trainer"))
        .args(arguments)
        .arg(path)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn evaluate_writes_every_figure_and_a_line_a_film() {
    let folder = TempDir::new().unwrap();
    let csv = folder.path().join("films.csv");
    let samples = project("model/samples");
    let output = trainer(
        &[
            "evaluate",
            "--json",
            "--csv",
            csv.to_str().unwrap(),
            "--data",
        ],
        &samples,
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |key: &str| {
        report[key]
            .as_f64()
            .unwrap_or_else(|| panic!("{key} in {report}"))
    };
    assert_eq!(number("n"), 16.0);
    let count = |key: &str| number(key);
    let positives = count("true_positives") + count("false_negatives");
    let negatives = count("true_negatives") + count("false_positives");
    assert_eq!([positives, negatives], [8.0, 8.0]);
    assert_eq!(number("sensitivity"), count("true_positives") / 8.0);
    assert_eq!(number("specificity"), count("true_negatives") / 8.0);
    assert_eq!(
        number("accuracy"),
        (count("true_positives") + count("true_negatives")) / 16.0
    );
    for key in ["auc", "brier", "ece", "threshold"] {
        assert!((0.0..=1.0).contains(&number(key)), "{key}");
    }
    for key in ["accuracy", "sensitivity", "specificity", "auc"] {
        let interval = report[format!("{key}_ci")].as_array().unwrap();
        let [low, high] = [0, 1].map(|end| interval[end].as_f64().unwrap());
        assert!(
            low <= number(key) && number(key) <= high && low < high,
            "{key}"
        );
    }

    let lines: Vec<_> = fs::read_to_string(&csv)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(lines[0], "file,label,probability,verdict,cannot_assess");
    assert_eq!(lines.len(), 17);
    let threshold = number("threshold");
    let called = lines[1..].iter().filter(|line| {
        let cells: Vec<_> = line.split(',').collect();
        let probability: f64 = cells[2].parse().unwrap();
        assert_eq!(cells[3] == "pneumonia", probability >= threshold, "{line}");
        cells[3] == "pneumonia"
    });
    assert_eq!(
        called.count() as f64,
        count("true_positives") + count("false_positives")
    );

    let table = trainer(&["evaluate", "--data"], &samples);
    assert!(
        text(&table.stdout).contains("16 films"),
        "{}",
        text(&table.stdout)
    );
}

#[test]
fn a_film_is_unstable_by_a_flip_when_the_flipped_file_gets_the_other_verdict() {
    let folder = TempDir::new().unwrap();
    let predict = |path: &Path| -> Vec<Value> {
        let output = trainer(&["predict", "--json"], path);
        let lines = text(&output.stdout).lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let films = predict(&project("model/samples"));
    for (at, film) in films.iter().enumerate() {
        let picture = image::open(film["file"].as_str().unwrap()).unwrap();
        let flipped = image::imageops::flip_horizontal(&picture.into_luma8());
        flipped
            .save(folder.path().join(format!("{at:02}.png")))
            .unwrap();
    }
    let flipped = predict(folder.path());
    assert_eq!(flipped.len(), films.len());
    let mut compared = 0;
    for (film, flipped) in films.iter().zip(&flipped) {
        if flipped["verdict"].is_null() {
            continue;
        }
        let changes = film["unstable"].as_array().cloned().unwrap_or_default();
        let told = changes.contains(&"flipped left to right".into());
        assert_eq!(
            told,
            film["verdict"] != flipped["verdict"],
            "{film}, {flipped}"
        );
        assert!(film["uncertain"].is_boolean(), "{film}");
        compared += 1;
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn unassessable_images_get_a_reason_instead_of_a_verdict() {
    let folder = TempDir::new().unwrap();
    let sample = project("model/samples/NORMAL/NORMAL2-IM-1427-0001.jpeg");
    let film = image::open(&sample).unwrap().into_luma8();
    let mut negative = film.clone();
    image::imageops::invert(&mut negative);
    for (name, picture) in [
        ("1 upright.jpeg", film.clone()),
        ("2 negative.jpeg", negative),
        ("3 upside down.jpeg", image::imageops::rotate180(&film)),
        ("4 turned.jpeg", image::imageops::rotate90(&film)),
        (
            "5 blank.jpeg",
            image::GrayImage::from_pixel(300, 200, image::Luma([90])),
        ),
    ] {
        picture.save(folder.path().join(name)).unwrap();
    }
    let output = trainer(&["predict", "--json"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    let lines = text(&output.stdout);
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let reasons: Vec<Value> = lines.map(|line| line["cannot_assess"].clone()).collect();
    let expected = [
        None,
        Some("inverted"),
        Some("upside_down"),
        Some("sideways"),
        Some("blank"),
    ];
    assert_eq!(reasons, expected.map(Value::from));
    let plain = trainer(&["predict"], folder.path());
    let plain = text(&plain.stdout);
    assert!(
        plain.contains("3 upside down.jpeg: cannot assess: it looks upside down"),
        "{plain}"
    );
}

#[test]
fn predict_reads_the_rest_when_one_file_is_bad_and_says_so_by_its_status() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 2);
    let good = trainer(&["predict", "--json"], &data);
    assert_eq!(good.status.code(), Some(0));
    fs::write(data.join("NORMAL/aa.jpeg"), b"a letter").unwrap();
    let output = trainer(&["predict", "--json"], &data);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<_> = lines
        .iter()
        .map(|line| {
            Path::new(line["file"].as_str().unwrap())
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let expected = [
        "IM-0000-0001.jpeg",
        "IM-0001-0001.jpeg",
        "aa.jpeg",
        "person0_virus_1.jpeg",
        "person1_virus_1.jpeg",
    ];
    assert_eq!(names, expected);
    for (name, line) in names.iter().zip(&lines) {
        if name == "aa.jpeg" {
            assert!(
                line["error"].as_str().unwrap().contains("not a picture"),
                "{line}"
            );
            assert!(line.get("probability").is_none());
        } else {
            assert!(
                (0.0..=1.0).contains(&line["probability"].as_f64().unwrap()),
                "{line}"
            );
            // Patterns of 40×30 pixels: the probability is given, but no verdict.
            assert_eq!(line["cannot_assess"], "too_small", "{line}");
            assert!(line.get("verdict").is_none());
        }
    }
    assert_eq!(
        trainer(&["predict"], &folder.path().join("nowhere.png"))
            .status
            .code(),
        Some(1)
    );
    let plain = trainer(&["predict"], &data);
    assert!(
        text(&plain.stdout).contains("aa.jpeg: error: "),
        "{}",
        text(&plain.stdout)
    );
}

#[test]
fn predict_uses_the_shipped_weights_unless_it_is_given_others() {
    let film = project("model/samples/PNEUMONIA/person1946_bacteria_4874.jpeg");
    let probability = |arguments: &[&str]| {
        let output = trainer(arguments, &film);
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        line["probability"].as_f64().unwrap()
    };
    let shipped = project("model/pneumonia-cnn.safetensors");
    let by_default = probability(&["predict", "--json"]);
    assert_eq!(
        by_default,
        probability(&["predict", "--json", "--weights", shipped.to_str().unwrap()])
    );

    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 3);
    let run = folder.path().join("run");
    let train = [
        "train",
        "--epochs",
        "1",
        "--out",
        run.to_str().unwrap(),
        "--data",
    ];
    assert!(trainer(&train, &data).status.success());
    let other = run.join("best.safetensors");
    assert_ne!(
        by_default,
        probability(&["predict", "--json", "--weights", other.to_str().unwrap()])
    );
}

#[test]
fn weights_that_cant_be_used_are_named() {
    let folder = TempDir::new().unwrap();
    let weights = folder.path().join("weights.safetensors");
    fs::write(&weights, jpeg(1)).unwrap();
    let output = trainer(&["info"], &weights);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("weights.safetensors") && said.contains("not a valid safetensors file"),
        "{said}"
    );
}

#[test]
fn info_tells_architecture_parameters_and_metadata() {
    let output = trainer(&["info"], &project("model/pneumonia-cnn.safetensors"));
    let said = text(&output.stdout);
    for part in [
        "conv7.weight",
        "[32, 32, 3, 3]",
        "77633 trainable parameters",
        "\"seed\"",
        "\"auc\"",
    ] {
        assert!(said.contains(part), "{part}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_reading_ends_the_program_quietly() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut info = Command::new(env!("CARGO_BIN_EXE_trainer"));
    info.arg("info").stdout(writer);
    info.current_dir(project(""));
    let output = info.output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert!(!output.status.success());
}
