//! What `evaluate` found, as a page and as a model card.
//!
//! ```text
//! robustness   what becomes of the verdicts when the films are changed
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

/// Films that are shown because they were called wrongly, of each kind.
const SHOWN: usize = 6;

/// All that page and card say.
struct Report<'a> {
    reader: &'a Reader,
    /// What the films are, in words.
    films: String,
    scored: Vec<Scored>,
    /// At the operating points of the weights, by their names.
    points: Vec<(&'static str, Evaluation)>,
    robustness: Vec<Robustness>,
    cannot_assess: usize,
    most_wrong: Vec<Wrong<'a>>,
}

/// A film that was called wrongly.
struct Wrong<'a> {
    film: &'a LabelledFilm,
    reading: Reading,
    map: HeatMap,
}

/// Writes `report.html` and `MODEL_CARD.md` into `folder`. The files of `films` are below `root`.
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

/// The films on the wrong side of the balanced threshold that are farthest from it: first those with pneumonia that
/// were missed.
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
