//! The notice that a visitor accepts before the first answer is shown: what the page is for, what the network was
//! trained on, and how often it errs, with the figures of the weights file.

use crate::network::card::Films;
use crate::network::metadata::{TestResult, Training, Validation};
use crate::page::numbers;
use crate::ui::preferences::use_preferences;
use crate::worker::answers::Model;
use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use web_sys::Storage;

/// The local storage entry that records the acceptance, and its value.
const ENTRY: &str = "notice-accepted";
const ACCEPTED: &str = "yes";

const TITLE: &str = "first-visit-title";

/// Asks once, when the network is loaded: before that, there are neither figures nor answers.
#[component]
pub fn FirstVisit() -> impl IntoView {
    let preferences = use_preferences();
    let accepted = RwSignal::new(was_accepted());
    // A moment later than the model, so that the page first shows that the reader is ready.
    let known = RwSignal::new(None);
    Effect::new(move || {
        let model = preferences.model.get();
        set_timeout(move || known.set(model), Duration::ZERO);
    });
    move || {
        let model = known.get().filter(|_: &Arc<Model>| !accepted.get());
        model.map(|model| view! { <ToAccept model accepted/> })
    }
}

/// The notice, as a modal dialog until it is accepted.
#[component]
fn ToAccept(
    /// The network in use.
    model: Arc<Model>,
    /// Set when the visitor accepts it.
    accepted: RwSignal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let show = move || {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only if the dialog is already open or not in the document.
            let _ = dialog.show_modal();
        }
    };
    Effect::new(move || {
        dialog.track();
        show();
    });
    let accept = move |_| {
        remember();
        accepted.set(true);
        // Returns the focus to where it was.
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="first-visit"
            aria-labelledby=TITLE
            data-testid="first-visit"
            on:cancel=|event: ev::Event| event.prevent_default()
            // Some browsers close it on a second Escape all the same.
            on:close=move |_| if !accepted.get_untracked() { show() }
        >
            // The focus starts at the heading, not at the button after the text.
            <h2 id=TITLE tabindex="-1" autofocus>"Before the first answer"</h2>
            <p>
                <strong>"This page is for research and teaching. It is not a medical device:"</strong>
                " do not base any decision about a patient on it."
            </p>
            <Limits model/>
            <p class="hint">
                "Films are read in this browser and never leave it. The browser remembers that you accepted this notice, and \
                 nothing else about you or your films unless you ask for it."
            </p>
            <button type="button" class="accept" data-testid="accept" on:click=accept>"I have read and accept this"</button>
        </dialog>
    }
}

/// What the network was trained on, and its known weaknesses.
#[component]
fn Limits(
    /// The network in use.
    model: Arc<Model>,
) -> impl IntoView {
    let Training {
        films: learnt_from, ..
    } = model.training;
    let elsewhere = films_taken_otherwise(&model)
        .into_iter()
        .map(|known| view! { <li data-testid="elsewhere">{known}</li> })
        .collect_view();
    let Validation {
        films: checked_on, ..
    } = model.validation;
    let balanced = model.operating_points.balanced;
    let missed = complement(balanced.sensitivity, balanced.sensitivity_ci);
    let false_alarms = complement(balanced.specificity, balanced.specificity_ci);
    view! {
        <h3>"Training data"</h3>
        <p>
            {format!(
                "Frontal chest films of children aged one to five from one hospital: {} normal and {} with pneumonia. It \
                 never saw adults, newborns, lateral films, other hospitals or other diseases.",
                numbers::count(learnt_from.normal),
                numbers::count(learnt_from.pneumonia),
            )}
        </p>
        <h3>"Known errors"</h3>
        <ul data-testid="weaknesses">
            <li>
                {format!(
                    "On {} normal films and {} with pneumonia of other patients of that hospital, it missed {missed} of \
                     the films with pneumonia, and called {false_alarms} of the normal ones pneumonia.",
                    numbers::count(checked_on.normal),
                    numbers::count(checked_on.pneumonia),
                )}
            </li>
            {elsewhere}
            <li>"On films from other hospitals it does worse, and nobody has measured by how much on yours."</li>
            <li>"It recognises only pneumonia: a film that shows another one still gets an answer."</li>
            <li>"“Cannot assess” catches most pictures that are not frontal chest films, but not all."</li>
        </ul>
    }
}

/// How it performed on films taken under other conditions or, if that was not measured, how other networks trained on
/// the same films did.
fn films_taken_otherwise(model: &Model) -> Vec<String> {
    if model.external.is_empty() {
        let known = Films::of(&model.training).elsewhere;
        return known.map(String::from).into_iter().collect();
    }
    let told = |result: &TestResult| {
        format!(
            "On the {}, it missed {} of the films with pneumonia, and called {} of the normal ones pneumonia.",
            result.source,
            complement(result.sensitivity, result.sensitivity_ci),
            complement(result.specificity, result.specificity_ci),
        )
    };
    model.external.iter().map(told).collect()
}

/// The error rate that corresponds to a share of right answers, with its 95 % interval, in words.
fn complement(share: f64, [low, high]: [f64; 2]) -> String {
    let percent = |value: f64| format!("{:.1}", (1.0 - value) * 100.0);
    format!(
        "{}\u{a0}% (95\u{a0}% interval {} to {}\u{a0}%)",
        percent(share),
        percent(high),
        percent(low)
    )
}

/// Local storage; `None` if it is disabled.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn was_accepted() -> bool {
    let entry = storage().and_then(|storage| storage.get_item(ENTRY).ok().flatten());
    entry.as_deref() == Some(ACCEPTED)
}

/// If nothing can be stored, the notice appears again on the next visit.
fn remember() {
    if let Some(storage) = storage() {
        let _ = storage.set_item(ENTRY, ACCEPTED);
    }
}
