//! Draws one chart.

use super::axis::Axis;
use super::{Chart, INK, Layout, Mark, drawable, escape, push};

/// Contrast of at least 3 : 1 on both white and black (WCAG 2.2, criterion 1.4.11).
const COLORS: [&str; 5] = ["#2f7fc1", "#cf6a1f", "#2b9465", "#b357b3", "#8a7a1f"];
const DASHES: [&str; 4] = ["none", "7 4", "2 3", "10 3 2 3"];

/// Draws the chart with its upper left corner at the origin.
pub fn draw(svg: &mut String, chart: &Chart) {
    let (horizontal, vertical) = axes(chart);
    grid(svg, chart, &horizontal, &vertical);
    if chart.layout.lettered {
        let bold = r#"font-size="15" font-weight="600""#;
        text(svg, chart.layout.left, 22.0, bold, &chart.title);
    }
    if chart.drawable_points().next().is_none() {
        let (x, y) = chart.layout.middle();
        text(svg, x, y, r#"text-anchor="middle""#, "no values");
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
        if chart.layout.lettered {
            let (x, y) = (
                chart.layout.right,
                chart.layout.top + 10.0 + 20.0 * index as f64,
            );
            push(
                svg,
                format_args!(r#"<path d="M{} {y}h34" {stroke}/>"#, x + 16.0),
            );
            text(svg, x + 58.0, y + 4.0, "", &series.name);
        }
    }
    if let Some(mark) = chart.mark {
        draw_mark(svg, mark, &horizontal, &vertical);
    }
}

fn draw_mark(svg: &mut String, mark: Mark, horizontal: &Axis, vertical: &Axis) {
    let mut path = String::new();
    let (x, y) = match mark {
        Mark::Point { x, y, .. } => (horizontal.place(x), vertical.place(y)),
        Mark::Vertical(x) => (horizontal.place(x), vertical.end),
    };
    match mark {
        Mark::Vertical(_) => path = format!("M{x:.2} {y:.2}V{:.2}", vertical.start),
        Mark::Point {
            x_interval,
            y_interval,
            ..
        } => {
            if let Some([low, high]) = x_interval.map(|ends| ends.map(|end| horizontal.place(end)))
            {
                path += &format!("M{low:.2} {y:.2}H{high:.2}");
            }
            if let Some([low, high]) = y_interval.map(|ends| ends.map(|end| vertical.place(end))) {
                path += &format!("M{x:.2} {low:.2}V{high:.2}");
            }
            // A circle of radius 5 around the point.
            path += &format!("M{:.2} {y:.2}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0", x - 5.0);
        }
    }
    push(
        svg,
        format_args!(
            r#"<path class="mark" d="{path}" fill="none" stroke="{INK}" stroke-width="2"/>"#
        ),
    );
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

/// Axes with ticks and labels.
fn grid(svg: &mut String, chart: &Chart, horizontal: &Axis, vertical: &Axis) {
    let Layout {
        left,
        right,
        top,
        bottom,
        ..
    } = chart.layout;
    for tick in vertical.ticks() {
        let y = vertical.place(tick);
        push(
            svg,
            format_args!(
                r#"<path d="M{left} {y:.2}H{right}" stroke="{INK}" stroke-opacity="0.25"/>"#
            ),
        );
        let label = vertical.label(tick);
        text(svg, left - 8.0, y + 4.0, r#"text-anchor="end""#, &label);
    }
    for tick in horizontal.ticks() {
        let x = horizontal.place(tick);
        push(
            svg,
            format_args!(r#"<path d="M{x:.2} {bottom}v5" stroke="{INK}"/>"#),
        );
        let label = horizontal.label(tick);
        text(svg, x, bottom + 20.0, r#"text-anchor="middle""#, &label);
    }
    push(
        svg,
        format_args!(r#"<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{INK}"/>"#),
    );
    let (x, y) = chart.layout.middle();
    text(
        svg,
        x,
        bottom + 38.0,
        r#"text-anchor="middle""#,
        &chart.x_label,
    );
    let upwards = format!(r#"text-anchor="middle" transform="rotate(-90 16 {y})""#);
    text(svg, 16.0, y, &upwards, &chart.y_label);
}

/// The horizontal and the vertical axis.
fn axes(chart: &Chart) -> (Axis, Axis) {
    let points = || chart.drawable_points();
    let whole = points().all(|(x, _)| x.fract() == 0.0);
    let Layout {
        left,
        right,
        top,
        bottom,
        x_ticks,
        ..
    } = chart.layout;
    let horizontal = Axis::new(points().map(|point| point.0), x_ticks, whole, left, right);
    let vertical = Axis::new(points().map(|point| point.1), 5.0, false, bottom, top);
    (horizontal, vertical.rounded_out())
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
