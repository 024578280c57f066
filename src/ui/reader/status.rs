//! State of the reader: loading, ready, restarted, or failed.

use super::{Phase, ReaderService, use_reader};
use crate::page::numbers;
use crate::ui::deferred::use_deferred;
use crate::ui::films::{FilmStore, use_films};
use leptos::prelude::*;

/// The reader's state in words, with progress while it loads and a button to try again.
#[component]
pub fn ReaderStatus() -> impl IntoView {
    let (reader, films, deferred) = (use_reader(), use_films(), use_deferred());
    let failure = Memo::new(move |_| match reader.phase.get() {
        Phase::Failed(sentence) => Some(sentence),
        _ => None,
    });
    view! {
        <section class="status" aria-label="The reader" data-testid="status" data-phase=move || name(&reader.phase.get())>
            <div role="status">
                <p class="status-line">
                    <span class="lamp" aria-hidden="true"></span>
                    {move || line(reader, films)}
                </p>
                <Restarts/>
            </div>
            <Loading/>
            <Show when=move || failure.get().is_some()>
                <p class="error" role="alert" data-testid="error">{move || failure.get()}</p>
                <button type="button" data-testid="retry" on:click=move |_| reader.try_again()>"Try again"</button>
            </Show>
            <Show when=move || deferred.is_missing()>
                <p class="error" role="alert" data-testid="deferred-missing">
                    "The viewer, the worklist and the tools could not be loaded. Check the connection and try again."
                </p>
                <button type="button" data-testid="retry-deferred" on:click=move |_| deferred.start_loading()>"Try again"</button>
            </Show>
        </section>
    }
}

/// Says that the reader stopped, since an answer may be missing because of it.
#[component]
fn Restarts() -> impl IntoView {
    let reader = use_reader();
    view! {
        <Show when=move || reader.restarts.get() != 0>
            <p data-testid="restarted">
                {move || match reader.restarts.get() {
                    1 => "The reader stopped unexpectedly and was started again.".to_string(),
                    times => format!("The reader stopped unexpectedly and was started again, {times} times so far."),
                }}
            </p>
        </Show>
    }
}

/// A bar while the page's files are loading.
#[component]
fn Loading() -> impl IntoView {
    let reader = use_reader();
    let progress = move || match reader.phase.get() {
        Phase::Loading { loaded, total } => Some((loaded, total)),
        _ => None,
    };
    let bar = move || {
        progress().map(|(loaded, total)| {
            let known = total.filter(|&total| total > 0 && loaded <= total);
            let text = match known {
                Some(total) => format!("{} of {}", numbers::bytes(loaded), numbers::bytes(total)),
                None => format!("{} so far", numbers::bytes(loaded)),
            };
            // Without a value the bar is indeterminate.
            let (value, max) = (
                known.map(|_| loaded.to_string()),
                known.map(|total| total.to_string()),
            );
            view! {
                <progress aria-label="Loading the reader" value=value max=max></progress>
                <p class="hint">{text}</p>
            }
        })
    };
    view! { {bar} }
}

fn line(reader: ReaderService, films: FilmStore) -> String {
    match reader.phase.get() {
        Phase::Loading { .. } => "Loading the network…".into(),
        Phase::Starting => "Starting the reader…".into(),
        Phase::Failed(_) => "The reader is not available.".into(),
        Phase::Ready => match films.tally.get().pending() {
            0 => "Ready to read films.".into(),
            1 => "Reading 1 film…".into(),
            left => format!("Reading; {left} films left…"),
        },
    }
}

/// Name of the phase for style sheets and tests.
fn name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Loading { .. } => "loading",
        Phase::Starting => "starting",
        Phase::Ready => "ready",
        Phase::Failed(_) => "failed",
    }
}
