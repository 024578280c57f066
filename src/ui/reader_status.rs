//! How the reader is: loading, ready, started again, or in need of help.

use crate::ui::numbers;
use crate::ui::room::{Phase, Room, use_room};
use leptos::prelude::*;

/// The reader's state in words, with progress while it loads and a way to try again.
#[component]
pub fn ReaderStatus() -> impl IntoView {
    let room = use_room();
    let failure = Memo::new(move |_| match room.phase.get() {
        Phase::Failed(sentence) => Some(sentence),
        _ => None,
    });
    view! {
        <section class="status" aria-label="The reader" data-testid="status" data-phase=move || name(&room.phase.get())>
            <div role="status">
                <p class="status-line">
                    <span class="lamp" aria-hidden="true"></span>
                    {move || line(room)}
                </p>
                <Restarts/>
            </div>
            <Loading/>
            <Show when=move || failure.get().is_some()>
                <p class="error" role="alert" data-testid="error">{move || failure.get()}</p>
                <button type="button" data-testid="retry" on:click=move |_| room.try_again()>"Try again"</button>
            </Show>
            <Show when=move || room.annex.is_missing()>
                <p class="error" role="alert" data-testid="annex-missing">
                    "The viewer, the worklist and the tools could not be loaded. Check the connection and try again."
                </p>
                <button type="button" data-testid="retry-annex" on:click=move |_| room.annex.open()>"Try again"</button>
            </Show>
        </section>
    }
}

/// That the reader stopped, since the visitor may miss an answer for it.
#[component]
fn Restarts() -> impl IntoView {
    let room = use_room();
    view! {
        <Show when=move || room.restarts.get() != 0>
            <p data-testid="restarted">
                {move || match room.restarts.get() {
                    1 => "The reader stopped unexpectedly and was started again.".to_string(),
                    times => format!("The reader stopped unexpectedly and was started again, {times} times so far."),
                }}
            </p>
        </Show>
    }
}

/// A bar while the page's files are on their way.
#[component]
fn Loading() -> impl IntoView {
    let room = use_room();
    let progress = move || match room.phase.get() {
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
            // Without a value the bar shows that there is movement, but not how much.
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

fn line(room: Room) -> String {
    match room.phase.get() {
        Phase::Loading { .. } => "Loading the network…".into(),
        Phase::Starting => "Starting the reader…".into(),
        Phase::Failed(_) => "The reader is not available.".into(),
        Phase::Ready => match room.tally.get().pending() {
            0 => "Ready to read films.".into(),
            1 => "Reading 1 film…".into(),
            left => format!("Reading; {left} films left…"),
        },
    }
}

/// The phase as style sheets and tests name it.
fn name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Loading { .. } => "loading",
        Phase::Starting => "starting",
        Phase::Ready => "ready",
        Phase::Failed(_) => "failed",
    }
}
