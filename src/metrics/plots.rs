//! The curves and histograms of scored films, for the page and the trainer's report.

use crate::metrics::{CurvePoint, Scored, Share, curve};
use crate::network::metadata::OperatingPoint;
use crate::svg::{Chart, Layout, Mark, Series};

/// Bins of the probability in the calibration plot and the histograms.
const BINS: usize = 10;

/// All plots, in display order.
pub const ALL: [fn(&[Scored]) -> Chart; 4] = [roc, precision_recall, calibration, histogram];

/// Maximum number of points per curve: more would not be visible.
const POINTS: usize = 400;

/// Sensitivity against the false positive rate, with 95 % intervals.
pub fn roc(scored: &[Scored]) -> Chart {
    let points = thinned(curve(scored));
    let place = |point: &CurvePoint| Some((1.0 - point.specificity()?.value, point.sensitivity()?));
    let places = points.iter().filter_map(place);
    let line = with_band("sensitivity", places.collect());
    roc_chart(line)
}

/// The ROC curve that a network's metadata holds, as a square; the cross at the marked point shows its 95 % intervals.
pub fn roc_of_points(points: &[OperatingPoint], marked: Option<&OperatingPoint>) -> Chart {
    let place = |point: &OperatingPoint| (1.0 - point.specificity, point.sensitivity);
    let cross = |point: &OperatingPoint| {
        let (x, y) = place(point);
        let [low, high] = point.specificity_ci;
        Mark::Point {
            x,
            y,
            x_interval: Some([1.0 - high, 1.0 - low]),
            y_interval: Some(point.sensitivity_ci),
        }
    };
    Chart {
        mark: marked.map(cross),
        layout: Layout::SQUARE,
        ..roc_chart(Series {
            name: "sensitivity".into(),
            points: points.iter().map(place).collect(),
            band: Vec::new(),
        })
    }
}

fn roc_chart(line: Series) -> Chart {
    let guessing = Series {
        name: "chance".into(),
        points: vec![(0.0, 0.0), (1.0, 1.0)],
        band: Vec::new(),
    };
    chart(
        "ROC curve",
        "1 − specificity",
        "sensitivity",
        vec![line, guessing],
    )
}

/// Precision against sensitivity, with 95 % intervals.
pub fn precision_recall(scored: &[Scored]) -> Chart {
    let points = thinned(curve(scored));
    let place = |point: &CurvePoint| Some((point.sensitivity()?.value, point.precision()?));
    let places = points.iter().filter_map(place);
    let ill = scored.iter().filter(|film| film.pneumonia).count() as f64 / scored.len() as f64;
    let line = with_band("precision", places.collect());
    let guessing = Series {
        name: "chance".into(),
        points: vec![(0.0, ill), (1.0, ill)],
        band: Vec::new(),
    };
    chart(
        "Precision and recall",
        "sensitivity (recall)",
        "precision",
        vec![line, guessing],
    )
}

/// Reliability diagram: the share of films with pneumonia against the mean probability, by tenths of the probability.
pub fn calibration(scored: &[Scored]) -> Chart {
    let bins = bins(scored)
        .into_iter()
        .filter(|bin| !bin.is_empty())
        .map(|bin| {
            let mean = bin.iter().map(|film| film.probability).sum::<f64>() / bin.len() as f64;
            (mean, curve(&bin))
        });
    // At the last point all of a bin's films are called pneumonia, so the precision is the share that has it.
    let found: Vec<_> = bins
        .filter_map(|(mean, curve)| Some((mean, curve.last()?.precision()?)))
        .collect();
    let ideal = Series {
        name: "ideal".into(),
        points: vec![(0.0, 0.0), (1.0, 1.0)],
        band: Vec::new(),
    };
    let line = with_band("with pneumonia", found);
    chart(
        "Calibration",
        "predicted probability, in tenths",
        "share with pneumonia",
        vec![line, ideal],
    )
}

/// The share of each class with a probability in each tenth.
pub fn histogram(scored: &[Scored]) -> Chart {
    let of_class = |pneumonia: bool| -> Vec<Scored> {
        scored
            .iter()
            .filter(|film| film.pneumonia == pneumonia)
            .copied()
            .collect()
    };
    let steps = |name: &str, films: &[Scored]| {
        let share = |bin: &Vec<Scored>| bin.len() as f64 / films.len().max(1) as f64;
        let edges = |place: usize| [place, place + 1].map(|edge| edge as f64 / BINS as f64);
        let shares = bins(films);
        let shares = shares.iter().map(share).enumerate();
        Series {
            name: name.into(),
            points: shares
                .flat_map(|(place, share)| edges(place).map(|edge| (edge, share)))
                .collect(),
            band: Vec::new(),
        }
    };
    let series = vec![
        steps("pneumonia", &of_class(true)),
        steps("normal", &of_class(false)),
    ];
    chart(
        "Predicted probabilities",
        "probability, in tenths",
        "share of the class",
        series,
    )
}

/// A line with its 95 % intervals.
fn with_band(name: &str, places: Vec<(f64, Share)>) -> Series {
    let band = |(x, share): &(f64, Share)| (*x, share.interval[0], share.interval[1]);
    Series {
        name: name.into(),
        points: places.iter().map(|(x, share)| (*x, share.value)).collect(),
        band: places.iter().map(band).collect(),
    }
}

/// Every n-th point of the curve, and its last.
fn thinned(points: Vec<CurvePoint>) -> Vec<CurvePoint> {
    let step = points.len().div_ceil(POINTS).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points.into_iter().enumerate();
    kept.filter(|(index, _)| index % step == 0 || *index == last)
        .map(|(_, point)| point)
        .collect()
}

fn bins(scored: &[Scored]) -> Vec<Vec<Scored>> {
    let mut bins = vec![Vec::new(); BINS];
    for film in scored {
        bins[((film.probability * BINS as f64) as usize).min(BINS - 1)].push(*film);
    }
    bins
}

fn chart(title: &str, x_label: &str, y_label: &str, series: Vec<Series>) -> Chart {
    Chart {
        title: title.into(),
        x_label: x_label.into(),
        y_label: y_label.into(),
        series,
        mark: None,
        layout: Layout::WIDE,
    }
}
