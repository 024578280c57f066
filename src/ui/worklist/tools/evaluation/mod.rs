//! Evaluates the network on the visitor's own labelled films: the figures of `metrics` for the films that count
//! ([`cases`](crate::page::cases), `figures`), the curves (`plot`), and labels that do not come from folders
//! (`labels`). Nothing is computed while the section is closed.

mod figures;
mod labels;
mod plot;

pub use labels::take_labels;

use crate::metrics::{Evaluation, evaluate, plots};
use crate::page::cases::Cases;
use crate::page::numbers;
use crate::svg::Mark;
use crate::ui::films::{Film, use_films};
use crate::ui::preferences::use_preferences;
use figures::{Confusion, Figures};
use labels::LabelsInput;
use leptos::prelude::*;
use plot::Plot;

/// Number of slider steps from 0 to 1.
const STEPS: f64 = 1000.0;

/// The evaluation of the labelled films, at a threshold that the visitor can move.
#[component]
pub fn EvaluationSection() -> impl IntoView {
    let (films, preferences) = (use_films(), use_preferences());
    let with_unassessable = RwSignal::new(true);
    let cases = Memo::new(move |_| {
        films.revision.track();
        films.list.with_untracked(|films| cases(films))
    });
    let scored = Memo::new(move |_| cases.with(|cases| cases.scored(with_unassessable.get())));
    let moved = RwSignal::new(None);
    let chosen = Memo::new(move |_| {
        let decision = preferences.decision();
        decision.map(|decision| decision.point.threshold)
    });
    let threshold = Memo::new(move |_| moved.get().or(chosen.get()).unwrap_or(0.5));
    let at = Memo::new(move |_| scored.with(|scored| evaluate(scored, threshold.get())));
    view! {
        <section class="evaluation" aria-labelledby="evaluation-title" data-testid="evaluation">
            <h3 id="evaluation-title">"Evaluation"</h3>
            <p class="hint">
                "Films in folders named NORMAL and PNEUMONIA have these labels. For others, choose a table (CSV) with a \
                 film’s file name and its label, NORMAL or PNEUMONIA, on each line. Nothing leaves this computer."
            </p>
            <LabelsInput/>
            <p role="status" data-testid="evaluation-counts">{move || cases.with(Cases::counts)}</p>
            <label class="check">
                <input
                    type="checkbox"
                    checked
                    data-testid="evaluation-include"
                    on:change=move |event| with_unassessable.set(event_target_checked(&event))
                />
                "Include films that get “cannot assess”, by what the network would say"
            </label>
            <Show
                when=move || scored.with(|scored| !scored.is_empty())
                fallback=|| view! { <p class="hint">"No labelled film has been read yet."</p> }
            >
                <Threshold threshold moved/>
                <Figures at/>
                <Confusion at/>
                <p class="hint">
                    "95 % intervals, which assume that films are independent; several films of one patient are not."
                </p>
                <div class="plots">
                    {plots::ALL
                        .into_iter()
                        .zip(MARKS)
                        .map(|(draw, mark)| view! { <Plot scored draw at mark/> })
                        .collect_view()}
                </div>
            </Show>
        </section>
    }
}

fn cases(films: &[Film]) -> Cases {
    let mut cases = Cases::default();
    for film in films {
        let label = film.label.get_untracked();
        film.state.with_untracked(|state| cases.add(label, state));
    }
    cases
}

/// How the threshold is marked in each plot.
const MARKS: [fn(&Evaluation) -> Option<Mark>; 4] = [
    |at| Some(Mark::at(1.0 - at.specificity?, at.sensitivity?)),
    |at| Some(Mark::at(at.sensitivity?, at.precision()?)),
    |at| Some(Mark::Vertical(at.threshold)),
    |at| Some(Mark::Vertical(at.threshold)),
];

/// The slider, and a button that goes back to the threshold of the operating point.
#[component]
fn Threshold(
    /// The current threshold, 0 to 1.
    threshold: Memo<f64>,
    /// Where the visitor moved it.
    moved: RwSignal<Option<f64>>,
) -> impl IntoView {
    let slide = move |event| {
        if let Ok(step) = event_target_value(&event).parse::<f64>() {
            moved.set(Some(step / STEPS));
        }
    };
    view! {
        <div class="threshold">
            <label for="evaluation-threshold">"Threshold for pneumonia"</label>
            <input
                id="evaluation-threshold"
                type="range"
                min="0"
                max=STEPS.to_string()
                prop:value=move || (threshold.get() * STEPS).round().to_string()
                aria-valuetext=move || numbers::threshold(threshold.get())
                data-testid="evaluation-threshold"
                on:input=slide
            />
            <output for="evaluation-threshold" data-testid="evaluation-threshold-value" data-value=move || threshold.get().to_string()>
                {move || numbers::threshold(threshold.get())}
            </output>
            <button
                type="button"
                class="quiet"
                data-testid="evaluation-reset"
                disabled=move || moved.get().is_none()
                on:click=move |_| moved.set(None)
            >
                "Back to the operating point"
            </button>
        </div>
    }
}
