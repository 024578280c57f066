//! A curve of the evaluation, with a mark at the threshold, and its numbers as a table.

use crate::metrics::{Evaluation, Scored};
use crate::svg::{Chart, Mark, to_svg};
use leptos::prelude::*;

/// Maximum number of rows in a plot's table.
const LINES: usize = 20;

/// The curve is computed when films are added, and drawn again with its mark whenever the threshold moves.
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
    let drawing = move || {
        let mark = at.with(mark);
        let marked = Chart {
            mark,
            ..chart.get()
        };
        to_svg(&[marked])
    };
    view! {
        <figure class="plot">
            // The figure is wider than a phone, so it must be scrollable with the keyboard, too.
            <div class="drawing" tabindex="0" role="group" aria-label=move || chart.with(|chart| chart.title.clone())>
                <div inner_html=drawing></div>
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
