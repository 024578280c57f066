//! How far the reading of many films is, and a way to end it.

use crate::ui::room::use_room;
use leptos::prelude::*;

/// A bar with the films done and the time left, while films wait.
#[component]
pub fn RunProgress() -> impl IntoView {
    let room = use_room();
    let running = Memo::new(move |_| room.tally.get().pending() > 0);
    let words = move || {
        let tally = room.tally.get();
        let left = tally.seconds_left().map(duration).unwrap_or_default();
        format!("{} of {} films read{left}", tally.finished, tally.total())
    };
    view! {
        <Show when=move || running.get()>
            <div class="run">
                <progress
                    aria-label="Films read"
                    data-testid="run-progress"
                    max=move || room.tally.get().total().to_string()
                    prop:value=move || room.tally.get().finished as f64
                ></progress>
                <p class="hint" data-testid="run-words">{words}</p>
                <button
                    type="button"
                    class="quiet"
                    data-testid="cancel"
                    disabled=move || room.tally.get().waiting == 0
                    on:click=move |_| room.cancel()
                >
                    "Cancel those that wait"
                </button>
            </div>
        </Show>
    }
}

/// A guess, so in round numbers.
fn duration(seconds: f64) -> String {
    match seconds {
        ..10.0 => "; a few seconds left".into(),
        ..90.0 => format!("; about {:.0}\u{a0}s left", (seconds / 10.0).ceil() * 10.0),
        _ => format!("; about {:.0}\u{a0}min left", (seconds / 60.0).ceil()),
    }
}
