//! The report as one self-contained HTML page, without scripts or requests.

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::metrics::{Figure, plots};
use pneumonia_cnn::radiograph::to_grey8;
use pneumonia_cnn::reading::heat_map::{CELLS, STEP, colour};
use pneumonia_cnn::svg::to_svg;

use super::{Report, Wrong};

const STYLE: &str = "
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #8888; text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; }
.films { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .875rem; overflow-wrap: anywhere; }
";

/// The whole page.
pub fn html(report: &Report) -> Result<String> {
    let metadata = report.reader.metadata();
    let wrong = report
        .most_wrong
        .iter()
        .map(wrong_film)
        .collect::<Result<Vec<_>>>()?;
    let title = format!("{} {}: report", metadata.name, metadata.version);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p {
                    "Evaluated on " (report.films) ". For research and teaching; this is not a medical device. Intervals are \
                    95 % confidence intervals that treat films as independent. Films of one patient are not, so the \
                    true uncertainty is somewhat larger."
                }
                h2 { "Metrics" }
                (figures(report))
                h2 { "Curves" }
                @for plot in plots::ALL { (PreEscaped(to_svg(&[plot(&report.scored)]))) }
                h2 { "Robustness to perturbations" }
                (robustness(report))
                h2 { "Worst errors" }
                p {
                    "The misclassified films farthest from the balanced threshold, those with pneumonia first. Orange \
                    regions are evidence for pneumonia and blue ones against it: covering them with a uniform grey \
                    changed the output most."
                }
                div class="films" { @for film in wrong { (film) } }
            }
        }
    };
    Ok(page.into_string())
}

fn figures(report: &Report) -> Markup {
    let columns: Vec<_> = report.points.iter().map(|(_, at)| at.figures()).collect();
    let names = columns.first().into_iter().flatten();
    html! {
        table {
            thead { tr { th { "operating point" } @for (name, _) in &report.points { th scope="col" { (name) } } } }
            tbody {
                tr {
                    th scope="row" { "threshold" }
                    @for (_, at) in &report.points { td { (format!("{:.3}", at.threshold)) } }
                }
                @for (row, (name, _)) in names.enumerate() {
                    tr {
                        th scope="row" { (name) }
                        @for figures in &columns { td { (with_interval(figures[row].1)) } }
                    }
                }
            }
        }
        @for (name, at) in &report.points {
            h3 { "Confusion matrix, " (name) }
            table {
                thead { tr { th {} th scope="col" { "predicted pneumonia" } th scope="col" { "predicted normal" } } }
                tbody {
                    tr { th scope="row" { "pneumonia" } td { (at.true_positives) } td { (at.false_negatives) } }
                    tr { th scope="row" { "normal" } td { (at.false_positives) } td { (at.true_negatives) } }
                }
            }
        }
        p { (report.cannot_assess) " of these films would get \"cannot assess\"; the metrics include them." }
    }
}

pub fn with_interval((value, interval): Figure) -> String {
    match (value, interval) {
        (Some(value), Some([low, high])) => format!("{value:.3} ({low:.3} to {high:.3})"),
        (Some(value), None) => format!("{value:.3}"),
        (None, _) => "–".into(),
    }
}

fn robustness(report: &Report) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "perturbation" } th scope="col" { "verdict unchanged" }
                    th scope="col" { "mean change in probability" } th scope="col" { "AUC" } th scope="col" { "cannot assess" }
                }
            }
            tbody {
                @for row in &report.robustness {
                    tr {
                        th scope="row" { (row.name) }
                        td { (format!("{:.1} %", 100.0 * row.kept)) }
                        td { (format!("{:.3}", row.mean_difference)) }
                        td { (with_interval((row.auc, None))) }
                        td { (format!("{:.1} %", 100.0 * row.refused)) }
                    }
                }
            }
        }
    }
}

/// The film as the network saw it, under its heat map.
fn wrong_film(wrong: &Wrong) -> Result<Markup> {
    let mut jpeg = Vec::new();
    let side = SIZE as u32;
    let grey = to_grey8(wrong.film.input.pixels());
    JpegEncoder::new_with_quality(&mut jpeg, 90).encode(
        &grey,
        side,
        side,
        ExtendedColorType::L8,
    )?;
    let picture = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg));
    let largest = wrong.map.largest();
    let tiles = wrong.map.cells().iter().enumerate().map(|(cell, fall)| {
        let (y, x) = (cell / CELLS * STEP, cell % CELLS * STEP);
        let effect = fall / largest;
        let [red, green, blue] = colour(effect);
        let color = format!("#{red:02x}{green:02x}{blue:02x}");
        (x, y, color, 0.6 * effect.abs())
    });
    let truth = if wrong.film.pneumonia {
        "pneumonia"
    } else {
        "normal"
    };
    Ok(html! {
        figure {
            svg viewBox=(format!("0 0 {SIZE} {SIZE}")) width="256" height="256" role="img" aria-label=(wrong.film.name) {
                image href=(picture) width=(SIZE) height=(SIZE) {}
                @for (x, y, color, opacity) in tiles {
                    rect x=(x) y=(y) width=(STEP) height=(STEP) fill=(color) fill-opacity=(format!("{opacity:.2}")) {}
                }
            }
            figcaption {
                (wrong.film.name) ": " (truth) ", probability of pneumonia "
                (format!("{:.1} %", 100.0 * wrong.reading.probability))
            }
        }
    })
}
