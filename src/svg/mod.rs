//! Line charts, stacked in one self-contained SVG: the learning curves, and the curves of an evaluation in the report
//! and on the page.
//!
//! The image has mid-tone colours and no background, so it is legible on light and dark pages; dash patterns
//! distinguish the lines without colour. It uses attributes only, no style sheet or script, so it works under any
//! page's Content-Security-Policy.

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

/// The whole image's width and each chart's height, in SVG user units.
pub const WIDTH: f64 = 760.0;
pub const HEIGHT: f64 = 300.0;
/// The plot's edges within its chart; the legend is to the right of it.
const LEFT: f64 = 72.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 246.0;

/// Contrast 4.5 : 1 on both white and black (WCAG 2.2, criterion 1.4.3).
const INK: &str = "#767676";
/// Contrast of at least 3 : 1 on both white and black (WCAG 2.2, criterion 1.4.11).
const COLORS: [&str; 5] = ["#2f7fc1", "#cf6a1f", "#2b9465", "#b357b3", "#8a7a1f"];
const DASHES: [&str; 4] = ["none", "7 4", "2 3", "10 3 2 3"];

impl Chart {
    /// Where a point is in the image of this chart alone, in SVG user units: for overlays.
    pub fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (horizontal, vertical) = axes(self);
        (horizontal.place(x), vertical.place(y))
    }

    /// The vertical line through `x`, as (x, top, bottom), in SVG user units.
    pub fn vertical_line(&self, x: f64) -> (f64, f64, f64) {
        (axes(self).0.place(x), TOP, BOTTOM)
    }

    fn drawable_points(&self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.copied().filter(drawable)
    }
}

/// Draws the charts one below the other and returns the text of an SVG file.
pub fn to_svg(charts: &[Chart]) -> String {
    let height = HEIGHT * charts.len().max(1) as f64;
    let titles: Vec<&str> = charts.iter().map(|chart| chart.title.as_str()).collect();
    let summaries: Vec<String> = charts.iter().map(summary).collect();
    let mut svg = String::new();
    push(
        &mut svg,
        format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}"
 width="{WIDTH}" height="{height}" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">
<title>{}</title>
<desc>{}</desc>"#,
            escape(&titles.join(", ")),
            escape(&summaries.join(" ")),
        ),
    );
    for (index, chart) in charts.iter().enumerate() {
        push(
            &mut svg,
            format_args!(r#"<g transform="translate(0 {})">"#, HEIGHT * index as f64),
        );
        draw(&mut svg, chart);
        push(&mut svg, format_args!("</g>"));
    }
    svg.push_str("</svg>\n");
    svg
}

/// What a screen reader says about a chart: each line's first and last value.
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
    format!(
        "{} by {}: {}.",
        chart.y_label,
        chart.x_label,
        lines.join("; ")
    )
}

/// The horizontal and the vertical axis.
fn axes(chart: &Chart) -> (Axis, Axis) {
    let points = || chart.drawable_points();
    let whole = points().all(|(x, _)| x.fract() == 0.0);
    let horizontal = Axis::new(points().map(|point| point.0), 10.0, whole, LEFT, RIGHT);
    let vertical = Axis::new(points().map(|point| point.1), 5.0, false, BOTTOM, TOP).rounded_out();
    (horizontal, vertical)
}

fn draw(svg: &mut String, chart: &Chart) {
    let (horizontal, vertical) = axes(chart);
    text(
        svg,
        LEFT,
        22.0,
        r#"font-size="15" font-weight="600""#,
        &chart.title,
    );
    grid(svg, &horizontal, &vertical);
    let middle = LEFT.midpoint(RIGHT);
    text(
        svg,
        middle,
        BOTTOM + 38.0,
        r#"text-anchor="middle""#,
        &chart.x_label,
    );
    let turned = format!(
        r#"text-anchor="middle" transform="rotate(-90 16 {0})""#,
        TOP.midpoint(BOTTOM)
    );
    text(svg, 16.0, TOP.midpoint(BOTTOM), &turned, &chart.y_label);
    if chart.drawable_points().next().is_none() {
        text(
            svg,
            middle,
            TOP.midpoint(BOTTOM),
            r#"text-anchor="middle""#,
            "no values",
        );
    }
    for (index, series) in chart.series.iter().enumerate() {
        let (color, dash) = (COLORS[index % COLORS.len()], DASHES[index % DASHES.len()]);
        area(svg, &series.band, &horizontal, &vertical, color);
        let stroke =
            format!(r#"fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dash}""#);
        for run in series
            .points
            .split(|point| !drawable(point))
            .filter(|run| !run.is_empty())
        {
            line(svg, run, &horizontal, &vertical, color, &stroke);
        }
        let y = TOP + 10.0 + 20.0 * index as f64;
        push(
            svg,
            format_args!(r#"<path d="M{} {y}h34" {stroke}/>"#, RIGHT + 16.0),
        );
        text(svg, RIGHT + 58.0, y + 4.0, "", &series.name);
    }
}

/// Fills the area between the lows and the highs.
fn area(
    svg: &mut String,
    band: &[(f64, f64, f64)],
    horizontal: &Axis,
    vertical: &Axis,
    color: &str,
) {
    let there = band.iter().map(|&(x, low, _)| (x, low));
    let back = band.iter().rev().map(|&(x, _, high)| (x, high));
    let outline = there.chain(back).filter(drawable);
    let outline = outline.map(|(x, y)| (x, y.clamp(vertical.low, vertical.high)));
    let outline: Vec<String> = outline
        .map(|(x, y)| format!("{:.2},{:.2}", horizontal.place(x), vertical.place(y)))
        .collect();
    if !outline.is_empty() {
        push(
            svg,
            format_args!(
                r#"<polygon points="{}" fill="{color}" fill-opacity="0.2"/>"#,
                outline.join(" ")
            ),
        );
    }
}

/// Joins neighbouring points; a point without a neighbour becomes a dot.
fn line(
    svg: &mut String,
    run: &[(f64, f64)],
    horizontal: &Axis,
    vertical: &Axis,
    color: &str,
    stroke: &str,
) {
    let place = |&(x, y): &(f64, f64)| (horizontal.place(x), vertical.place(y));
    if let [point] = run {
        let (x, y) = place(point);
        push(
            svg,
            format_args!(r#"<circle cx="{x:.2}" cy="{y:.2}" r="3" fill="{color}"/>"#),
        );
        return;
    }
    let path: Vec<String> = run
        .iter()
        .map(place)
        .map(|(x, y)| format!("{x:.2},{y:.2}"))
        .collect();
    push(
        svg,
        format_args!(
            r#"<polyline points="{}" stroke-linejoin="round" {stroke}/>"#,
            path.join(" ")
        ),
    );
}

fn grid(svg: &mut String, horizontal: &Axis, vertical: &Axis) {
    for tick in vertical.ticks() {
        let y = vertical.place(tick);
        push(
            svg,
            format_args!(
                r#"<path d="M{LEFT} {y:.2}H{RIGHT}" stroke="{INK}" stroke-opacity="0.25"/>"#
            ),
        );
        text(
            svg,
            LEFT - 8.0,
            y + 4.0,
            r#"text-anchor="end""#,
            &vertical.label(tick),
        );
    }
    for tick in horizontal.ticks() {
        let x = horizontal.place(tick);
        push(
            svg,
            format_args!(r#"<path d="M{x:.2} {BOTTOM}v5" stroke="{INK}"/>"#),
        );
        text(
            svg,
            x,
            BOTTOM + 20.0,
            r#"text-anchor="middle""#,
            &horizontal.label(tick),
        );
    }
    push(
        svg,
        format_args!(r#"<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="{INK}"/>"#),
    );
}

/// Maps values to positions along one axis of the plot.
struct Axis {
    low: f64,
    high: f64,
    /// Distance between ticks: 1, 2 or 5 times a power of ten.
    step: f64,
    /// The positions of `low` and `high`, in SVG user units.
    start: f64,
    end: f64,
}

impl Axis {
    /// An axis over `values` with about `ticks` ticks, which lie on whole numbers if the values are
    /// `whole`.
    fn new(
        values: impl Iterator<Item = f64>,
        ticks: f64,
        whole: bool,
        start: f64,
        end: f64,
    ) -> Self {
        let range = values.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        });
        let (mut low, mut high) = range.unwrap_or((0.0, 1.0));
        // Nearly equal values get room on both sides, so that the axis has a length.
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let room = (0.05 * low.abs()).max(0.5);
            (low, high) = (low - room, high + room);
        }
        let rough = (high - low) / ticks;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0]
            .map(|factor| factor * power)
            .into_iter()
            .find(|&step| step >= rough);
        let step = step.unwrap_or(10.0 * power);
        Self {
            low,
            high,
            step: if whole { step.max(1.0) } else { step },
            start,
            end,
        }
    }

    /// The same axis, from the tick at or below its values to the one at or above them.
    fn rounded_out(self) -> Self {
        let (low, high) = (
            (self.low / self.step).floor() * self.step,
            (self.high / self.step).ceil() * self.step,
        );
        Self { low, high, ..self }
    }

    fn place(&self, value: f64) -> f64 {
        self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        // A hair of tolerance: 0.3 / 0.1 is not 3.
        let first = (self.low / self.step - 1e-6).ceil() as i64;
        let last = (self.high / self.step + 1e-6).floor() as i64;
        (first..=last).map(|tick| tick as f64 * self.step)
    }

    fn label(&self, tick: f64) -> String {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        if decimals > 5 || self.high.abs().max(self.low.abs()) >= 1e6 {
            return format!("{tick:.1e}");
        }
        format!("{tick:.decimals$}")
    }
}

fn drawable((x, y): &(f64, f64)) -> bool {
    // NaN fails the comparison, too.
    x.abs() <= 1e30 && y.abs() <= 1e30
}

fn text(svg: &mut String, x: f64, y: f64, attributes: &str, content: &str) {
    push(
        svg,
        format_args!(
            r#"<text x="{x:.2}" y="{y:.2}" {attributes}>{}</text>"#,
            escape(content)
        ),
    );
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
