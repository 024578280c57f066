//! What every visitor must know before the first answer.

use leptos::prelude::*;

/// The limitations of the program, at the top of the page.
#[component]
pub fn Notice() -> impl IntoView {
    view! {
        <p class="notice" role="note" data-testid="notice">
            <strong>"For research and teaching. Not a medical device."</strong>
            " The network was trained on frontal chest films of children aged one to five from one hospital. \
             Most other pictures get the answer “cannot assess”; where one gets a number, that number means nothing."
        </p>
    }
}
