//! Names the network that gave an answer.

use crate::ui::preferences::use_preferences;
use crate::worker::answers::Model;
use leptos::prelude::*;

/// How many digits of the hash are shown: enough to tell files apart by eye.
const SHOWN: usize = 12;

/// URL fragment of the model card.
pub const MODEL_CARD: &str = "#model-card";

/// Name, version and start of the hash of the weights in use, with a link to the model card, which has the whole hash.
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
