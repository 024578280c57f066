//! Runs `experiments` from the command line, on small synthetic films.

#[path = "../../trainer/tests/films/mod.rs"]
mod films;

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::Parser;
use films::{jpeg, labelled_folder};
use tempfile::TempDir;
use trainer::commands::CommandLine;

#[track_caller]
fn experiment(arguments: &[&str], data: Option<&Path>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_experiments"));
    command.args(arguments);
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
        "debiased",
        "--fold",
        "conflicting",
        "--fold",
        "conflicting-pixels",
        "--seed",
        "1",
        "--seed",
        "2",
        "--epochs",
        "1",
        "--out",
        out,
    ];
    experiment(&trials, Some(&data));
    let lines = || fs::read_to_string(&table).unwrap().lines().count();
    let once = lines();
    let weights = || -> Vec<_> {
        let files = fs::read_dir(folder.path().join("trials")).unwrap();
        files
            .map(|file| file.unwrap().metadata().unwrap().modified().unwrap())
            .collect()
    };
    let before = weights();
    // Two variants, on two folds, from two seeds.
    assert_eq!(before.len(), 8);
    experiment(&trials, Some(&data));
    assert_eq!(weights(), before, "a network was trained again");
    assert_eq!(lines(), once);

    let markdown = experiment(&["table", out], None);
    for row in ["| `original` | 1 | 4 |", "| `debiased` | 1 | 4 |"] {
        assert!(markdown.contains(row), "{markdown}");
    }
    assert!(markdown.contains("| plain |"), "{markdown}");
}

#[test]
fn bias_only_models_see_the_shapes_that_a_table_tells() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 20);
    let auc = |shapes: &[&str], seen: &str| -> f64 {
        let markdown = experiment(&[&["baselines"], shapes].concat(), Some(&data));
        let row = markdown
            .lines()
            .find(|line| line.starts_with(&format!("| {seen} |")));
        let row = row.unwrap_or_else(|| panic!("no {seen}: {markdown}"));
        row.trim_end_matches(" |")
            .rsplit(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    // All files have the same shape; those with pneumonia are brighter in the middle.
    assert!(auc(&[], "shape of the film") < 0.75);
    assert!(auc(&[], "8×8 pixels") > 0.95);
    let films = (0..20).flat_map(|film| {
        [
            format!("NORMAL/IM-{film:04}-0001.jpeg,1.{}\n", film % 7),
            format!("PNEUMONIA/person{film}_virus_1.jpeg,1.{}\n", 6 + film % 4),
        ]
    });
    let table = folder.path().join("shapes.csv");
    let csv = films.fold("file,aspect_ratio\n".to_owned(), |csv, row| csv + &row);
    fs::write(&table, csv).unwrap();
    let table = table.to_str().unwrap();
    assert!(auc(&["--shapes", table], "shape of the film") > 0.9);

    fs::write(table, "file,aspect_ratio\nNORMAL/another.jpeg,1.2\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_experiments"));
    let command = command.args(["baselines", "--shapes", table]);
    let output = command.arg("--data").arg(&data).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("lists none of the films"),
        "{said}"
    );
}

#[test]
fn weights_are_evaluated_on_held_out_patients() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 40);
    let run = folder.path().join("run");
    let [data_path, run_path] = [&data, &run].map(|path| path.to_str().unwrap());
    let train = format!(
        "trainer train --epochs 1 --validation-fraction 0.5 --data {data_path} --out {run_path}"
    );
    let train = CommandLine::try_parse_from(train.split(' ')).unwrap();
    train.run().unwrap();
    let weights = run.join("best.safetensors");
    let markdown = experiment(&["evaluate", weights.to_str().unwrap()], Some(&data));
    let row = markdown.lines().nth(2).unwrap();
    let figures: Vec<f64> = row
        .split('|')
        .filter_map(|figure| figure.trim().parse().ok())
        .collect();
    // There are no NIH films.
    assert_eq!(
        figures.iter().filter(|figure| figure.is_nan()).count(),
        1,
        "{markdown}"
    );
    let known = figures.iter().filter(|figure| !figure.is_nan());
    assert!(
        known.clone().all(|figure| (-1.0..=1.0).contains(figure)),
        "{markdown}"
    );
    assert!(known.count() > 15, "{markdown}");
    // Errors and right answers add up to all conflicting films; the other two are how many of each are marked.
    let counts: Vec<usize> = markdown
        .lines()
        .last()
        .unwrap()
        .split('|')
        .filter_map(|count| count.trim().parse().ok())
        .collect();
    let [errors, marked_errors, right, marked_right] = counts[..] else {
        panic!("{markdown}");
    };
    assert!(
        marked_errors <= errors && marked_right <= right,
        "{markdown}"
    );
    assert_eq!(errors + right, 8, "a fifth of twenty films of each class");
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
        "| moved, turned and at other intensities |",
        "| hand | 1 |",
        "| cat | 1 |",
        "| upside down |",
    ] {
        assert!(markdown.contains(row), "{markdown}");
    }
}
