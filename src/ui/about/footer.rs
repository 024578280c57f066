//! The page's footer.

use super::model_identity::MODEL_CARD;
use crate::page::numbers;
use crate::ui::preferences::use_preferences;
use crate::worker::answers::Model;
use leptos::prelude::*;

/// The model, the credits, and what happens to the films.
#[component]
pub fn Footer() -> impl IntoView {
    let preferences = use_preferences();
    let of_model = move |tell: fn(&Model) -> String| {
        preferences.model.with(|model| model.as_deref().map(tell))
    };
    let name = move || of_model(|model| format!("{} {}", model.name, model.version));
    let parameters = move || {
        of_model(|model| {
            format!(
                ", {} parameters",
                numbers::count(model.architecture.trainable_parameters)
            )
        })
    };
    view! {
        <footer class="footer">
            <p>
                <strong>"Nothing leaves this computer."</strong>
                " Films are read in this browser and forgotten when the page is closed, and so are the answers unless \
                 you ask to keep them. Once it has loaded, the page makes no request at all."
            </p>
            <p>
                "Network: "
                <span data-testid="model">{move || name().unwrap_or_else(|| "not loaded".into())}</span>
                {parameters}
                ". "
                <a href=MODEL_CARD data-testid="model-card-link">"Model card"</a>
            </p>
            <p>
                "Sample and training films: Kermany, Zhang, Goldbaum, "
                <cite>
                    "Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification"
                </cite>
                ", Mendeley Data, "
                <a href="https://doi.org/10.17632/rscbjbr9sj.2" rel="noopener noreferrer">
                    "doi 10.17632/rscbjbr9sj.2"
                </a>
                ", "
                <a href="https://creativecommons.org/licenses/by/4.0/" rel="noopener noreferrer license">
                    "CC BY 4.0"
                </a>
                "."
            </p>
        </footer>
    }
}
