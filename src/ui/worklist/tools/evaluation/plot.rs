//! A curve of the evaluation, with a mark at the threshold, and its numbers as a table.

use crate::metrics::{Evaluation, Scored};
use crate::svg::{Chart, HEIGHT, WIDTH, to_svg};
use leptos::prelude::*;

/// Maximum number of rows in a plot's table.
const LINES: usize = 20;

/// How a threshold is marked in a plot, in the plot's own units.
pub enum Mark {
    Point(f64, f64),
    /// A vertical line at this x.
    Vertical(f64),
}

/// The curve is redrawn when films are added, the mark whenever the threshold moves.
#[component]
pub fn Plot(
    /// The films behind the figures.
    scored: Memo<Vec<Scored>>,
    /// Makes the chart of this plot.
    draw: fn(&[Scored]) -> Chart,
    /// The evaluation at the current threshold.
    at: Memo<Evaluation>,
    /// How to mark the threshold.
    mark: fn(&Evaluation) -> Option<Mark>,
) -> impl IntoView {
    let chart = Memo::new(move |_| scored.with(|scored| draw(scored)));
    let marked = move || {
        let mark = at.with(mark)?;
        Some(chart.with(|chart| match mark {
            Mark::Point(x, y) => {
                let (x, y) = chart.place((x, y));
                view! { <circle cx=x cy=y r="6"></circle> }.into_any()
            }
            Mark::Vertical(x) => {
                let (x, top, bottom) = chart.vertical_line(x);
                view! { <line x1=x x2=x y1=top y2=bottom></line> }.into_any()
            }
        }))
    };
    view! {
        <figure class="plot">
            // The figure is wider than a phone, so it must be scrollable with the keyboard, too.
            <div class="drawing" tabindex="0" role="group" aria-label=move || chart.with(|chart| chart.title.clone())>
                <div inner_html=move || chart.with(|chart| to_svg(std::slice::from_ref(chart)))></div>
                <svg class="mark" viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">{marked}</svg>
            </div>
            <details>
                <summary>"The numbers"</summary>
                {move || chart.with(numbers)}
            </details>
        </figure>
    }
}

/// A table for each line, thinned to at most [`LINES`] points.
fn numbers(chart: &Chart) -> impl IntoView + use<> {
    let lines = chart.series.iter().map(|series| {
        let step = series.points.len().div_ceil(LINES).max(1);
        let points = series.points.iter().step_by(step);
        let rows = points.map(
            |(x, y)| view! { <tr><td>{format!("{x:.3}")}</td><td>{format!("{y:.3}")}</td></tr> },
        );
        view! {
            <table class="figures">
                <caption>{series.name.clone()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{chart.x_label.clone()}</th>
                        <th scope="col">{chart.y_label.clone()}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
    });
    lines.collect_view()
}
