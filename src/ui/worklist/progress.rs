//! Progress of reading many films, and a way to cancel it.

use crate::page::tally::duration;
use crate::ui::announcer::use_announcer;
use crate::ui::films::use_films;
use js_sys::Date;
use leptos::prelude::*;

/// A bar with the films done and the time left, while films are pending.
#[component]
pub fn RunProgress() -> impl IntoView {
    let (films, announcer) = (use_films(), use_announcer());
    let cancel = move |_| {
        films.remove_waiting();
        announcer.say("The films that were waiting were removed.");
    };
    let running = Memo::new(move |_| films.tally.get().pending() > 0);
    let words = move || {
        let tally = films.tally.get();
        let left = tally.seconds_left(Date::now()).map(duration);
        let left = left.map(|left| format!("; {left}")).unwrap_or_default();
        format!("{} of {} films read{left}", tally.finished, tally.total())
    };
    view! {
        <Show when=move || running.get()>
            <div class="run">
                <progress
                    aria-label="Films read"
                    data-testid="run-progress"
                    max=move || films.tally.get().total().to_string()
                    prop:value=move || films.tally.get().finished as f64
                ></progress>
                <p class="hint" data-testid="run-words">{words}</p>
                <button
                    type="button"
                    class="quiet"
                    data-testid="cancel"
                    disabled=move || films.tally.get().waiting == 0
                    on:click=cancel
                >
                    "Cancel waiting films"
                </button>
            </div>
        </Show>
    }
}
