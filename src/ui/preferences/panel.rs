use super::{Preferences, RocCurve, use_preferences};
use crate::network::metadata::OperatingPoint;
use crate::page::film::FilmState;
use crate::page::judgement::Choice;
use crate::page::numbers;
use crate::reading::{Estimate, PredictiveValues};
use crate::ui::announcer::{Announcer, use_announcer};
use crate::ui::films::{FilmStore, use_films};
use crate::worker::answers::Model;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::HtmlInputElement;

/// The panel where the visitor sets the operating point and the prevalence of pneumonia, and sees what they mean.
#[component]
pub fn OperatingPointPanel() -> impl IntoView {
    let preferences = use_preferences();
    let panel = move || {
        let model = preferences.model.get();
        model.map(|model| view! { <Panel model/> })
    };
    view! { {panel} }
}

#[component]
fn Panel(model: Arc<Model>) -> impl IntoView {
    let preferences = use_preferences();
    let point = Signal::derive(move || preferences.decision().map(|decision| decision.point));
    view! {
        <section class="panel" aria-labelledby="operating-point-title" data-testid="operating-point">
            <h2 id="operating-point-title">"Operating point"</h2>
            <fieldset>
                <legend class="visually-hidden">"From which probability the verdict is pneumonia"</legend>
                <NamedPoint choice=Choice::Balanced testid="choose-balanced" name="Balanced" says="misses and false alarms count the same"/>
                <NamedPoint choice=Choice::Screening testid="choose-screening" name="Screening" says="few misses"/>
                <CurveOption roc=model.roc.clone()/>
            </fieldset>
            <Figures/>
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
    /// What it is suited for.
    says: &'static str,
) -> impl IntoView {
    let (preferences, chooser) = (use_preferences(), Chooser::new());
    view! {
        <label class="option">
            <input
                type="radio"
                name="operating-point"
                data-testid=testid
                prop:checked=move || preferences.choice.get() == choice
                on:change=move |_| chooser.choose(choice)
            />
            <span>{name} <span class="hint">{format!(", {says}")}</span></span>
        </label>
    }
}

/// A slider along the curve.
#[component]
fn CurveOption(roc: Vec<OperatingPoint>) -> impl IntoView {
    let (preferences, chooser) = (use_preferences(), Chooser::new());
    let last = roc.len().checked_sub(1);
    let thresholds: Vec<f64> = roc.iter().map(|point| point.threshold).collect();
    // The place of the current threshold, or of the next one that calls more films pneumonia.
    let place = move || {
        if let Choice::Curve(at) = preferences.choice.get() {
            return at;
        }
        let now = preferences
            .decision()
            .map(|decision| decision.point.threshold);
        let next = thresholds
            .iter()
            .position(|&threshold| Some(threshold) <= now);
        next.unwrap_or_default()
    };
    let place = Memo::new(move |_| place());
    let said = move || {
        preferences
            .decision()
            .map(|decision| in_words(&decision.point))
    };
    let slide = move |event| {
        if let Ok(at) = event_target_value(&event).parse() {
            preferences.choice.set(Choice::Curve(at));
        }
    };
    last.map(|last| {
        view! {
            <label class="option">
                <input
                    type="radio"
                    name="operating-point"
                    data-testid="choose-curve"
                    prop:checked=move || matches!(preferences.choice.get(), Choice::Curve(_))
                    on:change=move |_| chooser.choose(Choice::Curve(place.get_untracked()))
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
                on:change=move |_| chooser.announce()
            />
        }
    })
}

/// How reliable the verdicts are at this point.
#[component]
fn Figures() -> impl IntoView {
    let preferences = use_preferences();
    let rows = move || {
        let criteria = preferences.criteria()?;
        let point = criteria.decision.point;
        let values = PredictiveValues::new(&point, criteria.prevalence);
        let [from, to] = criteria.decision.uncertain.map(|end| criteria.shifted(end));
        Some(view! {
            <Figure name="Threshold" testid="threshold" value=Some(point.threshold) text=numbers::threshold(criteria.shifted(point.threshold))/>
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
            <Figure name="Positive predictive value" testid="ppv" value=values.positive.value text=estimate(&values.positive)/>
            <Figure name="Negative predictive value" testid="npv" value=values.negative.value text=estimate(&values.negative)/>
        })
    };
    view! {
        <dl class="facts">{rows}</dl>
        <p class="hint">
            "With 95\u{a0}% intervals. The last two are the predictive values at the prevalence below; their intervals \
             combine the ends of those of sensitivity and specificity. A probability is uncertain if the validation \
             films cannot separate it from the threshold."
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

/// How common pneumonia is where the visitor works.
#[component]
fn Prevalence() -> impl IntoView {
    let preferences = use_preferences();
    let announcer = use_announcer();
    let shown = move || {
        let share = preferences.criteria().map(|criteria| criteria.prevalence);
        share.map(|share| format!("{}", (share * 1000.0).round() / 10.0))
    };
    let set = move |event: ev::Event| {
        // The browser parses the number: the tables to do that here would be a fifteenth of the program.
        let percent = event_target::<HtmlInputElement>(&event).value_as_number();
        if percent > 0.0 && percent < 100.0 {
            preferences.prevalence.set(Some(percent / 100.0));
            announcer.say(format!("Prevalence: {percent}\u{a0}%."));
        } else {
            // Anything else is rejected: the field goes back to the value in use.
            preferences.prevalence.notify();
        }
    };
    view! {
        <label class="prevalence">
            "Prevalence of pneumonia where you work"
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
        <Show when=move || preferences.prevalence.get().is_some()>
            <button type="button" class="quiet" data-testid="reset-prevalence" on:click=move |_| preferences.prevalence.set(None)>
                "Back to the prevalence in the validation films"
            </button>
        </Show>
    }
}

/// What a choice changes, and the announcer that reports it.
#[derive(Clone, Copy)]
struct Chooser {
    preferences: Preferences,
    films: FilmStore,
    announcer: Announcer,
}

impl Chooser {
    fn new() -> Self {
        Self {
            preferences: use_preferences(),
            films: use_films(),
            announcer: use_announcer(),
        }
    }

    fn choose(self, choice: Choice) {
        self.preferences.choice.set(choice);
        self.announce();
    }

    /// Announces the operating point, and how many films it calls pneumonia.
    fn announce(self) {
        let Some(decision) = untrack(|| self.preferences.decision()) else {
            return;
        };
        let films = self.films.list.get_untracked();
        let probability = |state: &FilmState| state.assessed().map(|reading| reading.probability);
        let assessed = films.iter();
        let assessed = assessed.filter_map(|film| film.state.with_untracked(probability));
        let probabilities: Vec<f64> = assessed.collect();
        let called = probabilities
            .iter()
            .filter(|&&probability| probability >= decision.point.threshold);
        self.announcer.say(format!(
            "Operating point: {}. {} of {} films that were judged: pneumonia.",
            in_words(&decision.point),
            called.count(),
            probabilities.len()
        ));
    }
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
