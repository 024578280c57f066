//! The results of `evaluate`, as an HTML page and a model card.
//!
//! ```text
//! robustness   how perturbations of the films change the verdicts
//! page         the HTML page
//! card         the model card
//! ```

mod card;
mod page;
mod robustness;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use learning::dataset::LabelledFilm;
use pneumonia_cnn::metrics::{self, Evaluation, Scored};
use pneumonia_cnn::network::metadata::OperatingPoint;
use pneumonia_cnn::reading::heat_map::HeatMap;
use pneumonia_cnn::reading::{Reader, Reading};

use crate::data::files::write_atomically;

use self::robustness::Robustness;

/// Number of misclassified films shown per class.
const SHOWN: usize = 6;

/// The content of the page and the card.
struct Report<'a> {
    reader: &'a Reader,
    /// Description of the films.
    films: String,
    scored: Vec<Scored>,
    /// One evaluation for each operating point of the weights, with its name.
    points: Vec<(&'static str, Evaluation)>,
    robustness: Vec<Robustness>,
    cannot_assess: usize,
    most_wrong: Vec<Wrong<'a>>,
}

/// A misclassified film.
struct Wrong<'a> {
    film: &'a LabelledFilm,
    reading: Reading,
    map: HeatMap,
}

/// Writes `report.html` and `MODEL_CARD.md` into `folder`. The film files are below `root`.
pub fn write(
    folder: &Path,
    reader: &Reader,
    root: &Path,
    what: String,
    films: &[&LabelledFilm],
    readings: &[Reading],
) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("can't make the folder {}", folder.display()))?;
    let scored: Vec<Scored> = readings
        .iter()
        .zip(films)
        .map(|(reading, film)| Scored {
            probability: reading.probability,
            pneumonia: film.pneumonia,
        })
        .collect();
    let points = reader.metadata().operating_points;
    let at = |point: OperatingPoint| metrics::evaluate(&scored, point.threshold);
    let report = Report {
        reader,
        films: what,
        points: vec![
            ("balanced", at(points.balanced)),
            ("screening", at(points.screening)),
        ],
        robustness: robustness::measure(reader, root, films, readings)?,
        cannot_assess: readings
            .iter()
            .filter(|reading| reading.unassessable.is_some())
            .count(),
        most_wrong: most_wrong(reader, films, readings)?,
        scored,
    };
    write_atomically(&folder.join("report.html"), page::html(&report)?.as_bytes())?;
    write_atomically(
        &folder.join("MODEL_CARD.md"),
        card::markdown(&report)?.as_bytes(),
    )
}

/// The misclassified films farthest from the balanced threshold: false negatives first, then false positives.
fn most_wrong<'a>(
    reader: &Reader,
    films: &[&'a LabelledFilm],
    readings: &[Reading],
) -> Result<Vec<Wrong<'a>>> {
    let mut wrong = Vec::new();
    for pneumonia in [true, false] {
        let mut of_class: Vec<_> = films
            .iter()
            .zip(readings)
            .filter(|(film, _)| film.pneumonia == pneumonia)
            .collect();
        of_class.sort_by(|(_, a), (_, b)| a.logit.total_cmp(&b.logit));
        if !pneumonia {
            of_class.reverse();
        }
        for (film, reading) in of_class.into_iter().take(SHOWN) {
            if (reading.probability >= reading.threshold) != pneumonia {
                wrong.push(Wrong {
                    film,
                    reading: *reading,
                    map: HeatMap::of(reader, &film.input)?,
                });
            }
        }
    }
    Ok(wrong)
}
