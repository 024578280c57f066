//! What can be done with all answers at once: save them.

use crate::ui::export;
use crate::ui::room::use_room;
use leptos::prelude::*;

/// Buttons over the readings.
#[component]
pub fn Tools() -> impl IntoView {
    let room = use_room();
    let some = Memo::new(move |_| room.films.with(|films| !films.is_empty()));
    view! {
        <Show when=move || some.get()>
            <div class="tools" role="group" aria-label="All answers">
                <button type="button" class="quiet" data-testid="export-csv" on:click=move |_| export::save_csv(room)>
                    "Save as CSV"
                </button>
                <button type="button" class="quiet" data-testid="export-json" on:click=move |_| export::save_json(room)>
                    "Save as JSON"
                </button>
            </div>
        </Show>
    }
}
