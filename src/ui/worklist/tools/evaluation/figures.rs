//! The figures of an evaluation, and its confusion matrix.

use crate::metrics::{Evaluation, Figure};
use leptos::prelude::*;

/// Each figure with its interval.
#[component]
pub fn Figures(
    /// The evaluation at the current threshold.
    at: Memo<Evaluation>,
) -> impl IntoView {
    let number = |value: f64| format!("{value:.3}");
    let data = |value: Option<f64>| value.map(|value| value.to_string());
    let rows = move || {
        let rows = at.with(Evaluation::figures).into_iter();
        let row = |(name, (value, interval)): (&'static str, Figure)| {
            let [low, high] = [0, 1].map(|end| data(interval.map(|interval| interval[end])));
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-testid=format!("figure-{name}").replace(' ', "-") data-value=data(value) data-low=low data-high=high>
                        {value.map_or("–".into(), number)}
                    </td>
                    <td>{interval.map_or("–".into(), |[low, high]| format!("{low:.3} to {high:.3}"))}</td>
                </tr>
            }
        };
        rows.map(row).collect_view()
    };
    view! {
        <table class="figures">
            <caption>{move || format!("{} films", at.with(|at| at.n))}</caption>
            <thead>
                <tr>
                    <th scope="col">"Figure"</th>
                    <th scope="col">"Value"</th>
                    <th scope="col">"95 % interval"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The confusion matrix.
#[component]
pub fn Confusion(
    /// The evaluation at the current threshold.
    at: Memo<Evaluation>,
) -> impl IntoView {
    let cell = move |testid: &'static str, count: fn(&Evaluation) -> usize| {
        view! { <td data-testid=testid>{move || at.with(count)}</td> }
    };
    view! {
        <table class="figures">
            <caption>"Confusion matrix"</caption>
            <thead>
                <tr>
                    <th scope="col">"Label"</th>
                    <th scope="col">"Called pneumonia"</th>
                    <th scope="col">"Called no pneumonia"</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">"pneumonia"</th>
                    {cell("true-positives", |at| at.true_positives)}
                    {cell("false-negatives", |at| at.false_negatives)}
                </tr>
                <tr>
                    <th scope="row">"normal"</th>
                    {cell("false-positives", |at| at.false_positives)}
                    {cell("true-negatives", |at| at.true_negatives)}
                </tr>
            </tbody>
        </table>
    }
}
