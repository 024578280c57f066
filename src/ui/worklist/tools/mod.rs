//! Actions on all answers at once: save them, evaluate them against labels, keep them in this browser.

mod evaluation;
mod export;
mod keep;

pub use evaluation::take_labels;

use crate::ui::films::use_films;
use evaluation::EvaluationSection;
use export::Exporter;
use keep::KeepChoice;
use leptos::prelude::*;

/// The buttons above the readings, and the evaluation while it is open.
#[component]
pub fn Tools() -> impl IntoView {
    let films = use_films();
    let exporter = Exporter::new();
    let some = Memo::new(move |_| films.list.with(|films| !films.is_empty()));
    let open = RwSignal::new(false);
    view! {
        <Show when=move || some.get()>
            <div class="list-tools" role="group" aria-label="All answers">
                <button type="button" class="quiet" data-testid="export-csv" on:click=move |_| exporter.save_csv()>
                    "Save as CSV"
                </button>
                <button type="button" class="quiet" data-testid="export-json" on:click=move |_| exporter.save_json()>
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
