//! The model card (Mitchell et al. 2019) of the weights in use: a separate view at `#model-card`, made from the
//! metadata of the weights file.
//!
//! ```text
//! figures   its tables and its curve
//! ```

mod figures;

use super::model_identity::MODEL_CARD;
use crate::network::card::{FAILURES, Films, INTENDED_USE, NOT_TESTED};
use crate::page::numbers;
use crate::ui::preferences::use_preferences;
use crate::worker::answers::Model;
use figures::{ExternalFigures, Figures, OperatingPointTable, StressTests};
use leptos::ev;
use leptos::html::H2;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Whether the page's URL is that of the card. On the way back, the focus returns to where it was.
pub fn at_model_card() -> Signal<bool> {
    let here = || {
        window()
            .location()
            .hash()
            .is_ok_and(|hash| hash == MODEL_CARD)
    };
    let at_card = RwSignal::new(here());
    let left = StoredValue::new(None::<SendWrapper<HtmlElement>>);
    window_event_listener(ev::hashchange, move |_| {
        if here() == at_card.get_untracked() {
            return;
        }
        if here() {
            let focused = document().active_element();
            let focused = focused.and_then(|element| element.dyn_into().ok());
            left.set_value(focused.map(SendWrapper::new));
        }
        at_card.set(here());
        if !here() {
            let element = left.try_update_value(Option::take).flatten();
            // Once the main view is visible again: hidden elements cannot be focused.
            request_animation_frame(move || {
                if let Some(element) = element {
                    // Fails only for elements that cannot be focused.
                    let _ = element.focus();
                }
            });
        }
    });
    at_card.into()
}

/// The card, or a note that there is no model yet.
#[component]
pub fn ModelCard() -> impl IntoView {
    let preferences = use_preferences();
    let heading = NodeRef::<H2>::new();
    Effect::new(move || {
        if let Some(heading) = heading.get() {
            // Fails only for elements that cannot be focused.
            let _ = heading.focus();
        }
    });
    let card = move || match preferences.model.get() {
        Some(model) => view! { <Card model/> }.into_any(),
        None => view! { <p>"The network is not loaded yet."</p> }.into_any(),
    };
    view! {
        <main class="model-card" data-testid="model-card">
            <nav class="card-actions" aria-label="Model card">
                <a href="#" data-testid="back-to-films">"Back to the films"</a>
                <button type="button" class="quiet" data-testid="print-model-card" on:click=move |_| print()>
                    "Print"
                </button>
            </nav>
            <h2 node_ref=heading tabindex="-1">"Model card"</h2>
            {card}
        </main>
    }
}

fn print() {
    // Fails only where printing is unavailable.
    let _ = window().print();
}

#[component]
fn Card(model: Arc<Model>) -> impl IntoView {
    let Model {
        architecture,
        gate_parameters,
        training,
        ..
    } = &*model;
    let films = Films::of(training);
    let failures = films.shortcuts.iter().chain(&FAILURES);
    let failures = failures
        .map(|failure| view! { <li>{*failure}</li> })
        .collect_view();
    view! {
        <dl class="facts">
            <div><dt>"Name and version"</dt><dd data-testid="card-name">{format!("{} {}", model.name, model.version)}</dd></div>
            <div><dt>"SHA-256 of the weights file"</dt><dd><code data-testid="card-sha256">{model.sha256.clone()}</code></dd></div>
            <div><dt>"Architecture"</dt><dd>{format!("{}, version {}", architecture.name, architecture.version)}</dd></div>
        </dl>
        <h3>"What it is"</h3>
        <p>
            {format!(
                "A convolutional network of {} trainable parameters that reads a frontal chest X-ray at {size}×{size} grey \
                 pixels and gives a probability of pneumonia, and a gate of {gate} values that answers “cannot \
                 assess” to what does not look like a frontal chest X-ray. Input: {}.",
                numbers::count(architecture.trainable_parameters),
                architecture.normalisation,
                gate = numbers::count(*gate_parameters),
                size = architecture.input_size,
            )}
        </p>
        <h3>"Intended use"</h3>
        <p>{INTENDED_USE}</p>
        <h3>"Training data"</h3>
        <p data-testid="card-training">
            {format!(
                "{} normal films and {} with pneumonia, of {} and {} patients: {}.",
                numbers::count(training.films.normal),
                numbers::count(training.films.pneumonia),
                numbers::count(training.patients.normal),
                numbers::count(training.patients.pneumonia),
                films.origin
            )}
        </p>
        <dl class="facts">
            <div><dt>"Command"</dt><dd><code>{training.command.clone()}</code></dd></div>
            <div><dt>"Seed"</dt><dd data-testid="card-seed">{training.seed}</dd></div>
            <div><dt>"Epoch"</dt><dd>{format!("{} of {}", training.epoch, training.epochs)}</dd></div>
            <div>
                <dt>"SHA-256 of the list of films"</dt>
                <dd><code data-testid="card-film-list">{training.file_list_sha256.clone()}</code></dd>
            </div>
            <div>
                <dt>"Other pictures shown to the gate"</dt>
                <dd>{format!("{}, and pictures made up from films", training.gate_pictures)}</dd>
            </div>
        </dl>
        <Figures model=model.clone()/>
        <StressTests model=model.clone()/>
        <ExternalFigures model=model.clone()/>
        <h3>"Operating points"</h3>
        <OperatingPointTable model=model.clone()/>
        <h3>"Shortcuts and known failures"</h3>
        <ul class="failures" data-testid="card-failures">{failures}</ul>
        <h3>"Not tested"</h3>
        <p>{NOT_TESTED}</p>
    }
}
