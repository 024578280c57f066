//! `trainer experiment` as a person runs it, on small films made here.

mod films;

use std::fs;
use std::path::Path;
use std::process::Command;

use films::{jpeg, labelled_folder};
use tempfile::TempDir;

#[track_caller]
fn experiment(arguments: &[&str], data: Option<&Path>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
    command.arg("experiment").args(arguments);
    if let Some(data) = data {
        command.arg("--data").arg(data);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn trials_fill_a_table_and_are_not_repeated() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 12);
    let table = folder.path().join("trials.csv");
    let out = table.to_str().unwrap();
    let trials = [
        "recipes",
        "--variant",
        "original",
        "--variant",
        "base",
        "--variant",
        "taught",
        "--fold",
        "part-2",
    ];
    let trials = [
        &trials[..],
        &["--seed", "1", "--seed", "2", "--epochs", "1", "--out", out],
    ]
    .concat();
    experiment(&trials, Some(&data));
    let csv = fs::read_to_string(&table).unwrap();
    // A head, and for each variant two seeds and both together.
    assert_eq!(csv.lines().count(), 10, "{csv}");
    let weights = || -> Vec<_> {
        let files = fs::read_dir(folder.path().join("trials")).unwrap();
        files
            .map(|file| file.unwrap().metadata().unwrap().modified().unwrap())
            .collect()
    };
    let before = weights();
    assert_eq!(before.len(), 6);
    experiment(&trials, Some(&data));
    assert_eq!(weights(), before, "a network was trained again");
    assert_eq!(fs::read_to_string(&table).unwrap().lines().count(), 10);

    let markdown = experiment(&["table", out], None);
    for row in [
        "| `original` |",
        "| `taught` |",
        "| `base`, seeds together |",
    ] {
        assert!(markdown.contains(row), "{markdown}");
    }
}

#[test]
fn thresholds_are_judged_on_the_runs_that_are_there() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 12);
    let table = folder.path().join("trials.csv");
    let rest = [
        "--variant",
        "base",
        "--fold",
        "part-2",
        "--epochs",
        "3",
        "--out",
        table.to_str().unwrap(),
    ];
    experiment(&[&["recipes"], &rest[..]].concat(), Some(&data));
    let markdown = experiment(&[&["thresholds"], &rest[..]].concat(), Some(&data));
    let shares = |name: &str| -> Vec<f64> {
        let row = markdown
            .lines()
            .find(|line| line.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("no {name}: {markdown}"));
        let numbers = row
            .rsplit(['|', '(', ')', ','])
            .filter_map(|part| part.trim().parse().ok());
        numbers.collect()
    };
    // From the right: the mean of both, specificity, sensitivity, accuracy.
    for name in [
        "Youden",
        "Youden, on changed copies",
        "calibrated probability above one half",
    ] {
        let [both, specificity, sensitivity, accuracy] = shares(name)[..] else {
            panic!("{name}: {markdown}");
        };
        assert!(
            (both - (specificity + sensitivity) / 2.0).abs() < 0.002,
            "{markdown}"
        );
        assert!((0.0..=1.0).contains(&accuracy));
    }
    // A lower threshold calls no fewer of those with pneumonia.
    let sensitivity = |name: &str| shares(name)[2];
    let half = sensitivity("calibrated probability above one half");
    let share = sensitivity("calibrated probability above the share of pneumonia");
    assert!(half >= share, "{markdown}");
}

#[test]
fn baselines_are_told_for_every_fold() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 20);
    for film in 0..20 {
        fs::write(
            data.join(format!("NORMAL/NORMAL2-IM-{film:04}-0001.jpeg")),
            jpeg(200 + 2 * film),
        )
        .unwrap();
        fs::write(
            data.join(format!("PNEUMONIA/person{}_bacteria_1.jpeg", 100 + film)),
            jpeg(301 + 2 * film),
        )
        .unwrap();
    }
    let markdown = experiment(&["baselines"], Some(&data));
    for fold in [
        "part-1",
        "part-5",
        "series",
        "series-reversed",
        "cause",
        "cause-reversed",
    ] {
        let row = markdown
            .lines()
            .find(|line| line.starts_with(&format!("| {fold} |")));
        let row = row.unwrap_or_else(|| panic!("no {fold}: {markdown}"));
        // Films of one size have one aspect ratio; those with pneumonia are brighter in the middle.
        assert!(row.contains("| 0.500 |"), "{row}");
        assert!(row.trim_end_matches(" |").ends_with("1.000"), "{row}");
    }
}

#[test]
fn the_gate_is_tried_without_each_kind_of_picture() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 8);
    let others = folder.path().join("others");
    for kind in ["hand", "cat"] {
        fs::create_dir_all(others.join(kind)).unwrap();
        fs::write(others.join(kind).join("1.jpeg"), jpeg(77)).unwrap();
    }
    let markdown = experiment(&["gate", "--others", others.to_str().unwrap()], Some(&data));
    for row in [
        "| frontal chest films |",
        "| moved, turned and in other looks |",
        "| hand | 1 |",
        "| cat | 1 |",
        "| upside down |",
    ] {
        assert!(markdown.contains(row), "{markdown}");
    }
}
