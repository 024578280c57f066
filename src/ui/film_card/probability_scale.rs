//! A probability on a scale from 0 to 100 %.

use leptos::prelude::*;

/// A bar with a mark at the threshold and a band around it where verdicts are uncertain. The numbers are also given as
/// text, so it is hidden from screen readers.
#[component]
pub fn ProbabilityScale(
    /// 0 to 1.
    probability: f64,
    /// 0 to 1.
    threshold: f64,
    /// 0 to 1, each end.
    uncertain: [f64; 2],
    /// Whether the probability reaches the threshold.
    pneumonia: bool,
) -> impl IntoView {
    let percent = |value: f64| format!("{:.2}%", value.clamp(0.0, 1.0) * 100.0);
    let [from, to] = uncertain;
    view! {
        <svg class="scale" class:pneumonia=pneumonia width="100%" height="20" aria-hidden="true" focusable="false">
            <rect class="groove" x="0" y="6" width="100%" height="8" rx="4"></rect>
            <rect class="bar" x="0" y="6" width=percent(probability) height="8" rx="4"></rect>
            <rect class="band" x=percent(from) y="2" width=percent(to - from) height="16"></rect>
            <line class="mark" x1=percent(threshold) x2=percent(threshold) y1="0" y2="20"></line>
        </svg>
    }
}
