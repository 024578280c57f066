//! `trainer evaluate --report` as a user runs it, on the sample films.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

struct ReportFiles {
    json: Value,
    page: String,
    card: String,
}

fn report() -> ReportFiles {
    let folder = TempDir::new().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/samples");
    let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
    command.args(["evaluate", "--json", "--data"]).arg(samples);
    let output = command
        .arg("--report")
        .arg(folder.path().join("new/folder"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read =
        |name: &str| fs::read_to_string(folder.path().join("new/folder").join(name)).unwrap();
    ReportFiles {
        json: serde_json::from_slice(&output.stdout).unwrap(),
        page: read("report.html"),
        card: read("MODEL_CARD.md"),
    }
}

#[test]
fn page_and_card_hold_the_figures_that_are_printed() {
    let ReportFiles { json, page, card } = report();
    for key in ["accuracy", "sensitivity", "specificity", "auc"] {
        let [low, high] = [0, 1].map(|end| json[format!("{key}_ci")][end].as_f64().unwrap());
        let figure = format!("{:.3} ({low:.3} to {high:.3})", json[key].as_f64().unwrap());
        assert!(page.contains(&figure), "the page lacks {key} {figure}");
        assert!(card.contains(&figure), "the card lacks {key} {figure}");
    }
    let confusion = format!(
        "<td>{}</td><td>{}</td>",
        json["true_positives"], json["false_negatives"]
    );
    assert!(page.contains(&confusion));
    assert!(card.contains("8 normal films and 8 with pneumonia"));
    assert!(!card.contains("NaN") && !page.contains("NaN"));
}

#[test]
fn the_page_stands_alone() {
    let ReportFiles { page, .. } = report();
    assert!(!page.contains("<script") && !page.contains("<link"));
    // All images are embedded and nothing is requested; the only URL is the SVG namespace.
    for address in page
        .split("href=\"")
        .skip(1)
        .chain(page.split("src=\"").skip(1))
    {
        assert!(
            address.starts_with("data:image/jpeg;base64,"),
            "{}",
            &address[..60]
        );
    }
    assert_eq!(
        page.matches("http").count(),
        page.matches("http://www.w3.org/2000/svg").count()
    );
}

#[test]
fn every_picture_on_the_page_is_sound_and_every_change_has_a_row() {
    let ReportFiles { page, card, .. } = report();
    let pictures: Vec<&str> = page
        .split("<svg")
        .skip(1)
        .map(|rest| rest.split("</svg>").next().unwrap())
        .collect();
    assert!(pictures.len() >= 4, "{} pictures", pictures.len());
    for picture in pictures {
        roxmltree::Document::parse(&format!("<svg{picture}</svg>")).unwrap();
    }
    for change in [
        "flipped",
        "gamma 0.7",
        "JPEG of quality 50",
        "black bars of 5 %",
    ] {
        assert!(
            page.contains(&format!("<th scope=\"row\">{change}</th>")),
            "{change}"
        );
        assert!(card.contains(&format!("| {change} |")), "{change}");
    }
}
