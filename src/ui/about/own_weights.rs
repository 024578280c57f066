//! Lets a visitor use another weights file in place of the shipped one, and explains why one does not fit.

use super::model_identity::ModelIdentity;
use crate::ui::intake::picked;
use crate::ui::preferences::{Trial, use_preferences, use_weights};
use leptos::prelude::*;

/// The network in use, and a way to replace it.
#[component]
pub fn OwnWeights() -> impl IntoView {
    let (weights, preferences) = (use_weights(), use_preferences());
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            if let Some(file) = picked(input.files()).into_iter().next() {
                weights.try_out(file);
            }
            // Otherwise choosing the same file again would fire no change event.
            input.set_value("");
        }
    };
    let source = move || match weights.file.get() {
        Some(name) => format!("Weights from {name}."),
        None => "The weights that come with this page.".into(),
    };
    view! {
        <Show when=move || preferences.model.with(Option::is_some)>
            <section class="panel" aria-labelledby="network-title" data-testid="network">
                <h2 id="network-title">"Network"</h2>
                <p><ModelIdentity/></p>
                <p class="hint" data-testid="weights-source">{source}</p>
                <div class="file-choice">
                    <input
                        node_ref=input
                        id="weights-input"
                        class="visually-hidden"
                        type="file"
                        accept=".safetensors"
                        aria-describedby="weights-hint"
                        data-testid="weights-input"
                        on:change=chosen
                    />
                    <label for="weights-input">"Use another weights file"</label>
                    <p id="weights-hint" class="hint">
                        "A safetensors file that the trainer wrote; you can also drop it on this page. The films in the \
                         list are then read again."
                    </p>
                </div>
                <Show when=move || weights.file.get().is_some()>
                    <button type="button" data-testid="shipped-weights" on:click=move |_| weights.use_shipped()>
                        "Back to the shipped weights"
                    </button>
                </Show>
                <TrialOutcome/>
            </section>
        </Show>
    }
}

/// What happened to the last file chosen, unless it is in use.
#[component]
fn TrialOutcome() -> impl IntoView {
    let weights = use_weights();
    move || match weights.trial.get() {
        Trial::None => None,
        Trial::Running(name) => {
            Some(view! { <p class="hint">{format!("Trying {name}…")}</p> }.into_any())
        }
        Trial::Refused(name, sentences) => {
            let sentences = sentences.into_iter();
            let list = sentences
                .map(|sentence| view! { <li>{sentence}</li> })
                .collect_view();
            Some(
                view! {
                    <div class="error" data-testid="weights-refused">
                        <p>
                            <strong>{format!("{name} can't be used. ")}</strong>
                            "The current network stays in use."
                        </p>
                        <ul class="faults">{list}</ul>
                    </div>
                }
                .into_any(),
            )
        }
    }
}
