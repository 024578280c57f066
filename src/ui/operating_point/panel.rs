use super::{Choice, RocCurve};
use crate::network::metadata::OperatingPoint;
use crate::reading::{Estimate, PredictiveValues};
use crate::ui::numbers;
use crate::ui::room::{FilmState, Room, use_room};
use crate::worker::messages::Model;
use leptos::prelude::*;
use std::sync::Arc;

/// Where the reader chooses the operating point and says how common pneumonia is, and sees what that means.
#[component]
pub fn OperatingPointPanel() -> impl IntoView {
    let room = use_room();
    let panel = move || {
        let model = room.terms.model.get();
        model.map(|model| view! { <Panel model/> })
    };
    view! { {panel} }
}

#[component]
fn Panel(model: Arc<Model>) -> impl IntoView {
    let room = use_room();
    let point = Signal::derive(move || room.terms.decision().map(|decision| decision.point));
    view! {
        <section class="panel" aria-labelledby="operating-point-title" data-testid="operating-point">
            <h2 id="operating-point-title">"Operating point"</h2>
            <fieldset>
                <legend class="only-spoken">"From which probability the verdict is pneumonia"</legend>
                <NamedPoint choice=Choice::Balanced testid="choose-balanced" name="Balanced" says="fewest errors in all"/>
                <NamedPoint choice=Choice::Screening testid="choose-screening" name="Screening" says="misses few"/>
                <CurveOption roc=model.roc.clone()/>
            </fieldset>
            <Figures point/>
            <Prevalence/>
            <details>
                <summary>"ROC curve"</summary>
                <RocCurve roc=model.roc.clone() marked=point/>
                <p class="hint">
                    {format!(
                        "On the {} validation films, which the network did not learn from.",
                        model.validation.films.normal + model.validation.films.pneumonia
                    )}
                </p>
            </details>
        </section>
    }
}

#[component]
fn NamedPoint(
    choice: Choice,
    testid: &'static str,
    name: &'static str,
    /// What it is good for.
    says: &'static str,
) -> impl IntoView {
    let room = use_room();
    view! {
        <label class="option">
            <input
                type="radio"
                name="operating-point"
                data-testid=testid
                prop:checked=move || room.terms.choice.get() == choice
                on:change=move |_| choose(room, choice)
            />
            <span>{name} <span class="hint">{format!(", {says}")}</span></span>
        </label>
    }
}

/// A slider along the curve.
#[component]
fn CurveOption(roc: Vec<OperatingPoint>) -> impl IntoView {
    let room = use_room();
    let last = roc.len().checked_sub(1);
    let thresholds: Vec<f64> = roc.iter().map(|point| point.threshold).collect();
    // The place of the threshold in use, or the next that calls more films.
    let place = move || {
        if let Choice::Curve(at) = room.terms.choice.get() {
            return at;
        }
        let now = room
            .terms
            .decision()
            .map(|decision| decision.point.threshold);
        let next = thresholds
            .iter()
            .position(|&threshold| Some(threshold) <= now);
        next.unwrap_or_default()
    };
    let place = Memo::new(move |_| place());
    let said = move || {
        room.terms
            .decision()
            .map(|decision| in_words(&decision.point))
    };
    let slide = move |event| {
        if let Ok(at) = event_target_value(&event).parse() {
            room.terms.choice.set(Choice::Curve(at));
        }
    };
    last.map(|last| {
        view! {
            <label class="option">
                <input
                    type="radio"
                    name="operating-point"
                    data-testid="choose-curve"
                    prop:checked=move || matches!(room.terms.choice.get(), Choice::Curve(_))
                    on:change=move |_| choose(room, Choice::Curve(place.get_untracked()))
                />
                <span>"Any point of the ROC curve"</span>
            </label>
            <input
                type="range"
                min="0"
                max=last.to_string()
                aria-label="Point of the ROC curve, from most specific to most sensitive"
                aria-valuetext=said
                data-testid="curve-slider"
                prop:value=move || place.get().to_string()
                on:input=slide
                on:change=move |_| announce(room)
            />
        }
    })
}

/// What the verdicts are worth at this point.
#[component]
fn Figures(point: Signal<Option<OperatingPoint>>) -> impl IntoView {
    let room = use_room();
    let rows = move || {
        let point = point.get()?;
        let prevalence = room
            .terms
            .prevalence
            .get()
            .or(room.terms.calibrated_prevalence())?;
        let values = PredictiveValues::new(&point, prevalence);
        let [from, to] = room.terms.decision()?.uncertain;
        Some(view! {
            <Figure name="Pneumonia from" testid="threshold" value=Some(point.threshold) text=numbers::threshold(point.threshold)/>
            <div>
                <dt>"Uncertain"</dt>
                <dd data-testid="uncertain-zone">{format!("{} to {}", numbers::share(from), numbers::share(to))}</dd>
            </div>
            <Figure
                name="Sensitivity"
                testid="sensitivity"
                value=Some(point.sensitivity)
                text=numbers::with_interval(point.sensitivity, point.sensitivity_ci)
            />
            <Figure
                name="Specificity"
                testid="specificity"
                value=Some(point.specificity)
                text=numbers::with_interval(point.specificity, point.specificity_ci)
            />
            <Figure name="“Pneumonia” is right" testid="ppv" value=values.positive.value text=estimate(&values.positive)/>
            <Figure name="“No pneumonia” is right" testid="npv" value=values.negative.value text=estimate(&values.negative)/>
        })
    };
    view! {
        <dl class="facts">{rows}</dl>
        <p class="hint">
            "With 95\u{a0}% intervals. The last two are the predictive values at the prevalence below; their intervals go from \
             the lower to the upper ends of those of sensitivity and specificity. A probability is uncertain where the \
             validation films can't tell the threshold from this one."
        </p>
    }
}

#[component]
fn Figure(
    name: &'static str,
    testid: &'static str,
    value: Option<f64>,
    text: String,
) -> impl IntoView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd data-testid=testid data-value=value.map(|value| value.to_string())>{text}</dd>
        </div>
    }
}

/// How common pneumonia is where the reader works.
#[component]
fn Prevalence() -> impl IntoView {
    let room = use_room();
    let terms = room.terms;
    let shown = move || {
        let share = terms.prevalence.get().or(terms.calibrated_prevalence());
        share.map(|share| format!("{}", (share * 1000.0).round() / 10.0))
    };
    let set = move |event| {
        let percent: f64 = event_target_value(&event).parse().unwrap_or(f64::NAN);
        if percent > 0.0 && percent < 100.0 {
            terms.prevalence.set(Some(percent / 100.0));
            room.announce(format!("Prevalence: {percent}\u{a0}%."));
        } else {
            // What is no share is not taken: the field shows again what is.
            terms.prevalence.notify();
        }
    };
    view! {
        <label class="prevalence">
            "Films with pneumonia where you work"
            <span>
                <input
                    type="number"
                    min="0.1"
                    max="99.9"
                    step="any"
                    inputmode="decimal"
                    data-testid="prevalence"
                    prop:value=shown
                    on:change=set
                />
                "\u{a0}%"
            </span>
        </label>
        <Show when=move || terms.prevalence.get().is_some()>
            <button type="button" class="quiet" data-testid="reset-prevalence" on:click=move |_| terms.prevalence.set(None)>
                "As among the validation films"
            </button>
        </Show>
    }
}

fn choose(room: Room, choice: Choice) {
    room.terms.choice.set(choice);
    announce(room);
}

/// Says the operating point, and what becomes of the films by it.
fn announce(room: Room) {
    let Some(decision) = room.terms.decision() else {
        return;
    };
    let films = room.films.get_untracked();
    let readings = films
        .iter()
        .filter_map(|film| match film.state.get_untracked() {
            FilmState::Read(reading) if reading.unassessable.is_none() => Some(reading.probability),
            _ => None,
        });
    let probabilities: Vec<f64> = readings.collect();
    let called = probabilities
        .iter()
        .filter(|&&probability| probability >= decision.point.threshold);
    room.announce(format!(
        "Operating point: {}. {} of {} films that were judged: pneumonia.",
        in_words(&decision.point),
        called.count(),
        probabilities.len()
    ));
}

fn in_words(point: &OperatingPoint) -> String {
    format!(
        "pneumonia from {}, sensitivity {}, specificity {}",
        numbers::threshold(point.threshold),
        numbers::share(point.sensitivity),
        numbers::share(point.specificity)
    )
}

fn estimate(estimate: &Estimate) -> String {
    match (estimate.value, estimate.interval) {
        (Some(value), [Some(low), Some(high)]) => numbers::with_interval(value, [low, high]),
        (Some(value), _) => numbers::share(value),
        (None, _) => "no film".into(),
    }
}
