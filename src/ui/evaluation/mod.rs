//! The network judged by the labels of the reader's own films: which films count (`cases`), the figures of
//! `metrics` for them (`figures`), the curves (`plot`), and where labels come from besides folders (`labels`).
//! Nothing is computed while the section is closed.

mod cases;
mod figures;
pub mod labels;
mod plot;

use crate::metrics::{Evaluation, evaluate, plots};
use crate::ui::numbers;
use crate::ui::room::use_room;
use cases::Cases;
use figures::{Confusion, Figures};
use leptos::prelude::*;
use plot::{Mark, Plot};
use std::time::Duration;
use web_sys::HtmlInputElement;

/// Steps of the slider from 0 to 1.
const STEPS: f64 = 1000.0;

/// Everything about the labelled films, at a threshold that the reader moves.
#[component]
pub fn EvaluationSection() -> impl IntoView {
    let room = use_room();
    let with_unassessable = RwSignal::new(true);
    let cases = Memo::new(move |_| {
        room.revision.track();
        room.films
            .with_untracked(|films| Cases::of(films, with_unassessable.get()))
    });
    let moved = RwSignal::new(None);
    let at = Memo::new(move |_| {
        cases.with(|cases| {
            let threshold = moved.get().or(cases.threshold).unwrap_or(0.5);
            evaluate(&cases.scored, threshold)
        })
    });
    view! {
        <section class="evaluation" aria-labelledby="evaluation-title" data-testid="evaluation">
            <h3 id="evaluation-title">"Evaluation"</h3>
            <p class="hint">
                "Films in folders named NORMAL and PNEUMONIA carry these labels. For others, choose a table (CSV) with \
                 a film’s file name and its label, NORMAL or PNEUMONIA, on each line. All of it stays on this computer."
            </p>
            <labels::LabelsInput/>
            <p role="status" data-testid="evaluation-counts">{move || cases.with(Cases::counts)}</p>
            <label class="check">
                <input
                    type="checkbox"
                    checked
                    data-testid="evaluation-include"
                    on:change=move |event| with_unassessable.set(event_target_checked(&event))
                />
                "Count the films that get “cannot assess” by what the network would say"
            </label>
            <Show
                when=move || cases.with(|cases| !cases.scored.is_empty())
                fallback=|| view! { <p class="hint">"No labelled film has been read yet."</p> }
            >
                <Threshold at moved/>
                <Figures at/>
                <Confusion at/>
                <p class="hint">
                    "Intervals are of 95 % and take the films for independent; several of one patient are not."
                </p>
                <Plots cases at/>
            </Show>
        </section>
    }
}

/// The curves, drawn a moment after the figures: together they would hold the page up for thousands of films.
#[component]
fn Plots(
    /// The films that make the figures.
    cases: Memo<Cases>,
    /// At the threshold in use.
    at: Memo<Evaluation>,
) -> impl IntoView {
    let due = RwSignal::new(false);
    // Does nothing if the section was closed meanwhile.
    set_timeout(move || drop(due.try_set(true)), Duration::ZERO);
    let drawn = move || {
        let plots = plots::ALL.into_iter().zip(MARKS);
        let plot = |(draw, mark)| view! { <Plot cases draw at mark/> };
        due.get().then(|| plots.map(plot).collect_view())
    };
    view! { <div class="plots">{drawn}</div> }
}

/// Where the threshold stands in each plot.
const MARKS: [fn(&Evaluation) -> Option<Mark>; 4] = [
    |at| Some(Mark::Point(1.0 - at.specificity?, at.sensitivity?)),
    |at| Some(Mark::Point(at.sensitivity?, at.precision()?)),
    |at| Some(Mark::Upright(at.threshold)),
    |at| Some(Mark::Upright(at.threshold)),
];

/// The slider, and a way back to the threshold of the weights.
#[component]
fn Threshold(
    /// At the threshold in use.
    at: Memo<Evaluation>,
    /// Where the reader moved it.
    moved: RwSignal<Option<f64>>,
) -> impl IntoView {
    let threshold = move || at.with(|at| at.threshold);
    let slide = move |event| {
        let slider: HtmlInputElement = event_target(&event);
        moved.set(Some(slider.value_as_number() / STEPS));
    };
    view! {
        <div class="threshold">
            <label for="evaluation-threshold">"Pneumonia from a probability of"</label>
            <input
                id="evaluation-threshold"
                type="range"
                min="0"
                max=STEPS.to_string()
                prop:value=move || (threshold() * STEPS).round().to_string()
                aria-valuetext=move || numbers::threshold(threshold())
                data-testid="evaluation-threshold"
                on:input=slide
            />
            <output for="evaluation-threshold" data-testid="evaluation-threshold-value" data-value=move || threshold().to_string()>
                {move || numbers::threshold(threshold())}
            </output>
            <button
                type="button"
                class="quiet"
                data-testid="evaluation-reset"
                disabled=move || moved.get().is_none()
                on:click=move |_| moved.set(None)
            >
                "As in the readings"
            </button>
        </div>
    }
}
