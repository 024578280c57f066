//! Which network an answer is from.

use crate::ui::preferences::use_preferences;
use crate::worker::answers::Model;
use leptos::prelude::*;

/// Letters of the hash that are shown: enough to tell one file from another by eye.
const SHOWN: usize = 12;

/// The address of the model card, within the page.
pub const MODEL_CARD: &str = "#model-card";

/// Name, version and the beginning of the hash of the weights in use, with a way to the model card, which has all of
/// it.
#[component]
pub fn ModelIdentity() -> impl IntoView {
    let preferences = use_preferences();
    let identity = move || {
        preferences.model.with(|model| {
            let Model {
                name,
                version,
                sha256,
                ..
            } = &**model.as_ref()?;
            Some(view! {
                <a href=MODEL_CARD data-testid="model-identity" data-value=sha256.clone() title=format!("SHA-256 {sha256}")>
                    {format!("{name} {version}")}
                    " "
                    <code>{sha256.get(..SHOWN).map(str::to_owned)}</code>
                </a>
            })
        })
    };
    view! { {identity} }
}
