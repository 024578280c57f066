use roxmltree::{Document, Node};

use super::axis::Axis;
use super::*;

const LEFT: f64 = Layout::WIDE.left;
const RIGHT: f64 = Layout::WIDE.right;
const TOP: f64 = Layout::WIDE.top;
const BOTTOM: f64 = Layout::WIDE.bottom;

fn series(name: &str, points: &[(f64, f64)]) -> Series {
    Series {
        name: name.into(),
        points: points.to_vec(),
        band: Vec::new(),
    }
}

fn chart(series: Vec<Series>) -> Chart {
    Chart {
        title: "Loss".into(),
        x_label: "epoch".into(),
        y_label: "cross-entropy (nats)".into(),
        series,
        mark: None,
        layout: Layout::WIDE,
    }
}

/// Draws one chart and passes the parsed XML to `check`.
fn drawn(series: Vec<Series>, check: impl FnOnce(&Document<'_>)) {
    let svg = to_svg(&[chart(series)]);
    for unwanted in ["NaN", "inf"] {
        assert!(!svg.contains(unwanted), "{unwanted} in {svg}");
    }
    check(&Document::parse(&svg).expect("an SVG is well-formed XML"));
}

fn elements<'a>(document: &'a Document<'_>, name: &str) -> Vec<Node<'a, 'a>> {
    document
        .descendants()
        .filter(|node| node.tag_name().name() == name)
        .collect()
}

fn texts(document: &Document<'_>) -> Vec<String> {
    elements(document, "text")
        .iter()
        .filter_map(|node| node.text().map(str::to_owned))
        .collect()
}

/// The vertices of each polyline.
fn polylines(document: &Document<'_>) -> Vec<Vec<(f64, f64)>> {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    elements(document, "polyline")
        .iter()
        .filter_map(|node| node.attribute("points"))
        .map(|points| {
            points
                .split(' ')
                .filter_map(|point| point.split_once(','))
                .map(|(x, y)| (number(x), number(y)))
                .collect()
        })
        .collect()
}

#[test]
fn a_line_runs_through_its_points() {
    // The vertical axis goes from 0 to 1, the round numbers around 0.1 and 1.
    let points = [(1.0, 0.1), (2.0, 1.0), (5.0, 0.25)];
    drawn(vec![series("training", &points)], |document| {
        let expected = [(LEFT, 225.4), (204.0, TOP), (RIGHT, 194.5)];
        assert_eq!(polylines(document), [expected]);
    });
}

#[test]
fn the_ticks_stand_where_their_values_are() {
    let points = [(0.0, 0.0), (40.0, 0.8)];
    drawn(vec![series("training", &points)], |document| {
        // The line is straight, so the tick for 20 is halfway along it and the one for 0.4 halfway up.
        let position = |label: &str, coordinate: &str| -> f64 {
            elements(document, "text")
                .iter()
                .find(|node| node.text() == Some(label))
                .and_then(|node| node.attribute(coordinate))
                .and_then(|value| value.parse().ok())
                .unwrap_or_else(|| panic!("no tick {label}"))
        };
        assert_eq!(position("20", "x"), (LEFT + RIGHT) / 2.0);
        assert_eq!(position("0.4", "y") - 4.0, (TOP + BOTTOM) / 2.0);
    });
}

#[test]
fn ticks_are_round_numbers_and_epochs_are_whole() {
    for (low, high, whole, expected) in [
        (
            0.0,
            1.0,
            false,
            vec!["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"],
        ),
        (0.113, 0.694, false, vec!["0.0", "0.2", "0.4", "0.6", "0.8"]),
        (-0.3, 0.1, false, vec!["-0.3", "-0.2", "-0.1", "0.0", "0.1"]),
        (
            0.0,
            0.0004,
            false,
            vec!["0.0000", "0.0001", "0.0002", "0.0003", "0.0004"],
        ),
        (1.0, 3.0, true, vec!["1", "2", "3"]),
        (
            0.0,
            250.0,
            true,
            vec!["0", "50", "100", "150", "200", "250"],
        ),
        (
            0.0,
            4e6,
            false,
            vec!["0.0e0", "1.0e6", "2.0e6", "3.0e6", "4.0e6"],
        ),
    ] {
        let axis = Axis::new([low, high].into_iter(), 5.0, whole, 0.0, 100.0).rounded_out();
        let labels: Vec<String> = axis.ticks().map(|tick| axis.label(tick)).collect();
        assert_eq!(labels, expected);
    }
}

#[test]
fn title_labels_and_legend_can_be_read() {
    drawn(
        vec![
            series("training", &[(1.0, 0.7), (2.0, 0.5)]),
            series("validation", &[]),
        ],
        |document| {
            let texts = texts(document);
            for expected in [
                "Loss",
                "epoch",
                "cross-entropy (nats)",
                "training",
                "validation",
            ] {
                assert!(
                    texts.iter().any(|text| text == expected),
                    "{expected} is missing from {texts:?}"
                );
            }
        },
    );
}

#[test]
fn a_screen_reader_is_told_what_the_chart_shows() {
    drawn(
        vec![
            series("training", &[(1.0, 0.7), (2.0, 0.5)]),
            series("validation", &[(1.0, 0.6)]),
        ],
        |document| {
            let root = document.root_element();
            assert_eq!(root.attribute("role"), Some("img"));
            assert_eq!(elements(document, "title")[0].text(), Some("Loss"));
            let description = elements(document, "desc")[0].text();
            let expected =
                "cross-entropy (nats) by epoch: training from 0.7000 to 0.5000; validation 0.6000.";
            assert_eq!(description, Some(expected));
            // Browsers take the title as an SVG's accessible name only if it comes first.
            assert_eq!(
                root.first_element_child()
                    .map(|node| node.tag_name().name()),
                Some("title")
            );
        },
    );
}

#[test]
fn lines_differ_without_colour() {
    let four = ["a", "b", "c", "d"].map(|name| series(name, &[(0.0, 0.0), (1.0, 1.0)]));
    drawn(four.to_vec(), |document| {
        let mut dashes: Vec<_> = elements(document, "polyline")
            .iter()
            .filter_map(|node| node.attribute("stroke-dasharray"))
            .collect();
        // The legend shows each line as the plot does.
        let legend: Vec<_> = elements(document, "path")
            .iter()
            .filter_map(|node| node.attribute("stroke-dasharray"))
            .collect();
        assert_eq!(legend, dashes);
        dashes.sort_unstable();
        dashes.dedup();
        assert_eq!(dashes.len(), 4);
    });
}

#[test]
fn any_name_is_well_formed_xml() {
    let name = "a < b & \"c\" ]]> 'd' \u{0} \u{b} é";
    drawn(vec![series(name, &[(0.0, 0.0)])], |document| {
        let expected = "a < b & \"c\" ]]> 'd' \u{fffd} \u{fffd} é";
        assert!(
            texts(document).iter().any(|text| text == expected),
            "{:?}",
            texts(document)
        );
    });
}

#[test]
fn a_diverged_loss_leaves_a_gap_not_a_broken_picture() {
    let mut points: Vec<(f64, f64)> = (0..9).map(|epoch| (f64::from(epoch), 1.0)).collect();
    points[3].1 = f64::NAN;
    points[6].1 = f64::INFINITY;
    points[8].1 = f64::MAX;
    drawn(vec![series("training", &points)], |document| {
        let lengths: Vec<usize> = polylines(document).iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 2]); // 0 to 2, 4 and 5
        assert_eq!(elements(document, "circle").len(), 1); // 7
    });
}

#[test]
fn a_single_point_is_a_dot_in_the_middle() {
    drawn(vec![series("training", &[(1.0, 0.5)])], |document| {
        let dot = elements(document, "circle")[0];
        assert_eq!(dot.attribute("cx"), Some("336.00"));
        assert_eq!(dot.attribute("cy"), Some("143.00"));
        assert!(texts(document).iter().any(|text| text == "1"));
    });
}

#[test]
fn points_of_any_size_stay_inside_the_plot() {
    for scale in [1e-30, 1e-3, 1.0, 1e12, 1e30] {
        for offset in [0.0, 1.0, -1e6] {
            let points = [
                (0.0, offset),
                (1.0, offset + scale),
                (2.0, offset + scale / 3.0),
            ];
            drawn(vec![series("training", &points)], |document| {
                for (x, y) in polylines(document).concat() {
                    assert!(
                        (LEFT..=RIGHT).contains(&x) && (TOP..=BOTTOM).contains(&y),
                        "{x} {y}"
                    );
                }
                assert!(texts(document).len() < 30, "{:?}", texts(document));
            });
        }
    }
}

#[test]
fn without_values_the_chart_says_so() {
    for series in [
        vec![],
        vec![series("training", &[])],
        vec![series("training", &[(1.0, f64::NAN)])],
    ] {
        drawn(series, |document| {
            assert!(texts(document).iter().any(|text| text == "no values"));
            assert!(polylines(document).is_empty());
        });
    }
    Document::parse(&to_svg(&[])).expect("no charts are well-formed XML too");
}

#[test]
fn charts_stand_one_below_the_other() {
    let charts = [
        chart(vec![]),
        Chart {
            title: "Accuracy".into(),
            ..chart(vec![])
        },
    ];
    let svg = to_svg(&charts);
    let document = Document::parse(&svg).expect("an SVG is well-formed XML");
    let moved: Vec<_> = elements(&document, "g")
        .iter()
        .filter_map(|node| node.attribute("transform"))
        .collect();
    assert_eq!(moved, ["translate(0 0)", "translate(0 300)"]);
    assert_eq!(
        document.root_element().attribute("viewBox"),
        Some("0 0 760 600")
    );
    assert_eq!(
        elements(&document, "title")[0].text(),
        Some("Loss, Accuracy")
    );
}

#[test]
fn a_band_is_an_area_behind_its_line_and_stays_within_the_axes() {
    let mut line = series("line", &[(0.0, 0.5), (1.0, 1.0)]);
    line.band = vec![(0.0, -9.0, 0.6), (1.0, 0.9, 1.0)];
    let svg = to_svg(&[chart(vec![line])]);
    let document = Document::parse(&svg).unwrap();
    let area = document
        .descendants()
        .find(|node| node.has_tag_name("polygon"))
        .unwrap();
    let heights = area.attribute("points").unwrap().split(' ').map(|point| {
        let (_, y) = point.split_once(',').unwrap();
        y.parse::<f64>().unwrap()
    });
    let heights: Vec<f64> = heights.collect();
    assert_eq!(heights.len(), 4);
    assert!(
        heights.iter().all(|y| (TOP..=BOTTOM).contains(y)),
        "{heights:?}"
    );
}

/// The path of the mark in a chart with one line.
fn mark_path(chart: &Chart) -> String {
    let svg = to_svg(std::slice::from_ref(chart));
    let document = Document::parse(&svg).expect("an SVG is well-formed XML");
    let marks = elements(&document, "path");
    let mark = marks
        .iter()
        .find(|node| node.attribute("class") == Some("mark"));
    mark.and_then(|node| node.attribute("d"))
        .expect("a mark")
        .to_owned()
}

#[test]
fn a_mark_stands_on_the_line_that_it_marks() {
    let points = [(1.0, 0.1), (2.0, 1.0), (5.0, 0.25)];
    for layout in [Layout::WIDE, Layout::SQUARE] {
        let mut chart = chart(vec![series("training", &points)]);
        chart.layout = layout;
        let svg = to_svg(std::slice::from_ref(&chart));
        let corners = polylines(&Document::parse(&svg).unwrap()).concat();
        assert_eq!(corners.len(), points.len());
        for ((x, y), corner) in points.into_iter().zip(corners) {
            chart.mark = Some(Mark::at(x, y));
            let start = format!("M{:.2} {:.2}a5", corner.0 - 5.0, corner.1);
            assert!(mark_path(&chart).starts_with(&start), "{start}");
            chart.mark = Some(Mark::Vertical(x));
            let line = format!("M{:.2} {:.2}V{:.2}", corner.0, layout.top, layout.bottom);
            assert_eq!(mark_path(&chart), line);
        }
    }
}

#[test]
fn the_cross_of_a_mark_spans_its_intervals() {
    let mut chart = chart(vec![series("training", &[(0.0, 0.0), (1.0, 1.0)])]);
    chart.mark = Some(Mark::Point {
        x: 0.5,
        y: 0.5,
        x_interval: Some([0.0, 1.0]),
        y_interval: Some([0.0, 0.5]),
    });
    let (x, y) = chart.layout.middle();
    let cross = format!("M{LEFT:.2} {y:.2}H{RIGHT:.2}M{x:.2} {BOTTOM:.2}V{y:.2}M");
    assert!(mark_path(&chart).starts_with(&cross), "{cross}");
}

#[test]
fn a_screen_reader_is_told_of_the_mark() {
    let mut chart = chart(vec![series("training", &[(0.0, 0.0), (1.0, 1.0)])]);
    for (mark, said) in [
        (
            Mark::at(0.25, 0.5),
            "Marked: cross-entropy (nats) 0.5000 at epoch 0.2500.",
        ),
        (Mark::Vertical(0.25), "Marked: epoch 0.2500."),
    ] {
        chart.mark = Some(mark);
        let svg = to_svg(std::slice::from_ref(&chart));
        let document = Document::parse(&svg).unwrap();
        let description = elements(&document, "desc")[0].text().unwrap();
        assert!(description.ends_with(said), "{description}");
    }
}

#[test]
fn a_square_chart_has_a_square_plot_and_no_legend() {
    let layout = Layout::SQUARE;
    assert_eq!(layout.right - layout.left, layout.bottom - layout.top);
    let mut chart = chart(vec![series("training", &[(0.0, 0.0), (1.0, 1.0)])]);
    chart.layout = layout;
    let svg = to_svg(&[chart]);
    let texts = texts(&Document::parse(&svg).unwrap());
    assert!(!texts.contains(&"training".to_owned()), "{texts:?}");
    assert!(texts.contains(&"epoch".to_owned()), "{texts:?}");
}
