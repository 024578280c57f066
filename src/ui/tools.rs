//! What can be done with all answers at once: save them, judge them by their labels, keep them in this browser.

use crate::ui::evaluation::EvaluationSection;
use crate::ui::export;
use crate::ui::keep::KeepChoice;
use crate::ui::room::use_room;
use leptos::prelude::*;

/// Buttons over the readings, and the evaluation while it is open.
#[component]
pub fn Tools() -> impl IntoView {
    let room = use_room();
    let some = Memo::new(move |_| room.films.with(|films| !films.is_empty()));
    let open = RwSignal::new(false);
    view! {
        <Show when=move || some.get()>
            <div class="list-tools" role="group" aria-label="All answers">
                <button type="button" class="quiet" data-testid="export-csv" on:click=move |_| export::save_csv(room)>
                    "Save as CSV"
                </button>
                <button type="button" class="quiet" data-testid="export-json" on:click=move |_| export::save_json(room)>
                    "Save as JSON"
                </button>
                <button
                    type="button"
                    class="quiet"
                    data-testid="evaluate"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    "Evaluate against labels"
                </button>
            </div>
        </Show>
        <KeepChoice/>
        <Show when=move || some.get() && open.get()>
            <EvaluationSection/>
        </Show>
    }
}
