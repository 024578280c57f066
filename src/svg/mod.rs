//! Line charts, stacked in one self-contained SVG: the learning curves, and the curves of an evaluation in the report
//! and on the page.
//!
//! The image has mid-tone colours and no background, so it is legible on light and dark pages; dash patterns
//! distinguish the lines without colour. It uses attributes only, no style sheet or script, so it works under any
//! page's Content-Security-Policy.

mod axis;
mod drawing;

use drawing::draw;
use std::fmt::Write;

/// One diagram: axes, and a line for each series.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What the diagram shows, written above it.
    pub title: String,
    /// The horizontal axis, with its unit if it has one.
    pub x_label: String,
    /// The vertical axis, with its unit if it has one.
    pub y_label: String,
    /// The lines, in the order of the legend. The first four have dash patterns of their own.
    pub series: Vec<Series>,
    /// What is marked on top of the lines.
    pub mark: Option<Mark>,
    pub layout: Layout,
}

/// A place that a [`Chart`] marks, in the chart's own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// A point, with an interval (low, high) along each axis, which is drawn as a cross.
    Point {
        x: f64,
        y: f64,
        x_interval: Option<[f64; 2]>,
        y_interval: Option<[f64; 2]>,
    },
    /// A vertical line at this x.
    Vertical(f64),
}

impl Mark {
    /// A point without intervals.
    pub fn at(x: f64, y: f64) -> Self {
        Self::Point {
            x,
            y,
            x_interval: None,
            y_interval: None,
        }
    }
}

/// One line of a [`Chart`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The line's name in the legend.
    pub name: String,
    /// (x, y) in the order in which they are joined. A point that is not finite (a loss that
    /// diverged) or beyond ±1e30 is left out, and the line has a gap there.
    pub points: Vec<(f64, f64)>,
    /// (x, low, high) of the line's uncertainty, drawn as a band behind it; empty for none. Values that can't be drawn
    /// are left out.
    pub band: Vec<(f64, f64, f64)>,
}

/// The size of a chart and the edges of its plot within it, in SVG user units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// About this many ticks on the horizontal axis.
    x_ticks: f64,
    /// Whether the title stands above the plot and the legend to the right of it.
    lettered: bool,
}

impl Layout {
    /// With title and legend.
    pub const WIDE: Self = Self {
        width: 760.0,
        height: 300.0,
        left: 72.0,
        right: 600.0,
        top: 40.0,
        bottom: 246.0,
        x_ticks: 10.0,
        lettered: true,
    };
    /// A square plot for a narrow column, whose text says what the lines are.
    pub const SQUARE: Self = Self {
        width: 300.0,
        height: 296.0,
        left: 60.0,
        right: 290.0,
        top: 10.0,
        bottom: 240.0,
        x_ticks: 5.0,
        lettered: false,
    };

    /// The middle of the plot.
    fn middle(&self) -> (f64, f64) {
        (
            self.left.midpoint(self.right),
            self.top.midpoint(self.bottom),
        )
    }
}

/// Contrast 4.5 : 1 on both white and black (WCAG 2.2, criterion 1.4.3).
const INK: &str = "#767676";

impl Chart {
    fn drawable_points(&self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.copied().filter(drawable)
    }
}

/// Draws the charts one below the other and returns the text of an SVG file.
pub fn to_svg(charts: &[Chart]) -> String {
    let width = charts
        .iter()
        .map(|chart| chart.layout.width)
        .fold(0.0, f64::max);
    let height: f64 = charts.iter().map(|chart| chart.layout.height).sum();
    let titles: Vec<&str> = charts.iter().map(|chart| chart.title.as_str()).collect();
    let summaries: Vec<String> = charts.iter().map(summary).collect();
    let mut svg = String::new();
    push(
        &mut svg,
        format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"
 width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">
<title>{}</title>
<desc>{}</desc>"#,
            escape(&titles.join(", ")),
            escape(&summaries.join(" ")),
        ),
    );
    let mut top = 0.0;
    for chart in charts {
        push(
            &mut svg,
            format_args!(r#"<g transform="translate(0 {top})">"#),
        );
        draw(&mut svg, chart);
        top += chart.layout.height;
        push(&mut svg, format_args!("</g>"));
    }
    svg.push_str("</svg>\n");
    svg
}

/// What a screen reader says about a chart: each line's first and last value, and the mark.
fn summary(chart: &Chart) -> String {
    let lines: Vec<String> = chart
        .series
        .iter()
        .map(|series| {
            let mut drawn = series.points.iter().filter(|point| drawable(point));
            match (drawn.next(), drawn.next_back()) {
                (None, _) => format!("{} without values", series.name),
                (Some((_, only)), None) => format!("{} {only:.4}", series.name),
                (Some((_, first)), Some((_, last))) => {
                    format!("{} from {first:.4} to {last:.4}", series.name)
                }
            }
        })
        .collect();
    let marked = match chart.mark {
        None => String::new(),
        Some(Mark::Point { x, y, .. }) => format!(
            " Marked: {} {y:.4} at {} {x:.4}.",
            chart.y_label, chart.x_label
        ),
        Some(Mark::Vertical(x)) => format!(" Marked: {} {x:.4}.", chart.x_label),
    };
    format!(
        "{} by {}: {}.{marked}",
        chart.y_label,
        chart.x_label,
        lines.join("; ")
    )
}

fn drawable((x, y): &(f64, f64)) -> bool {
    // NaN fails the comparison, too.
    x.abs() <= 1e30 && y.abs() <= 1e30
}

fn push(svg: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(svg, "{line}").expect("a string takes all that is written to it");
}

/// Text escaped for XML 1.0 (section 2.2 excludes most control characters).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
