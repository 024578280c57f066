//! The page as a whole: starts the reader and lays out the parts.

use crate::ui::drop_and_paste::DropAndPaste;
use crate::ui::film_card::FilmCard;
use crate::ui::footer::Footer;
use crate::ui::intake::Intake;
use crate::ui::notice::Notice;
use crate::ui::reader::keep_reading;
use crate::ui::reader_status::ReaderStatus;
use crate::ui::room::{Phase, Room, use_room};
use crate::ui::sample_shelf::SampleShelf;
use crate::ui::samples;
use crate::ui::tools::Tools;
use crate::ui::worklist::Worklist;
use futures::channel::mpsc;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The heading over the films.
const RESULTS_TITLE: &str = "results-title";

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let (queue, orders) = mpsc::unbounded();
    let (retry, retries) = mpsc::unbounded();
    let room = Room::new(queue, retry);
    provide_context(room);
    spawn_local(keep_reading(room, orders, retries));

    view! {
        <header class="masthead">
            <h1>"Chest X-ray reading room"</h1>
            <p class="tagline">"A small neural network reads frontal chest films for pneumonia, here in your browser"</p>
            <Notice/>
        </header>
        <main class="room">
            <div class="desk">
                <Intake/>
                <ReaderStatus/>
            </div>
            <Results/>
            <SampleShelf samples=samples_when_ready(room)/>
        </main>
        <Footer/>
        <DropAndPaste/>
        <div class="only-spoken" role="log" aria-live="polite" data-testid="announcement">
            <For each=move || room.announcements.get() key=|announcement| announcement.id let(announcement)>
                <p>{announcement.sentence}</p>
            </For>
        </div>
    }
}

/// The samples, which begin to load when the reader is there: it goes first.
fn samples_when_ready(room: Room) -> Vec<samples::Sample> {
    let samples = samples::all();
    let waiting = StoredValue::new_local(samples.clone());
    Effect::new(move || {
        if matches!(room.phase.get(), Phase::Ready(_)) {
            let samples = waiting.try_update_value(std::mem::take).unwrap_or_default();
            // Later, so that the page shows first that the reader is there.
            let load = move || {
                samples
                    .into_iter()
                    .for_each(|sample| spawn_local(sample.load()))
            };
            set_timeout(load, Duration::ZERO);
        }
    });
    samples
}

/// Where the focus goes when the button that had it is removed with its film.
fn focus_results() {
    let title = document().get_element_by_id(RESULTS_TITLE);
    if let Some(title) = title.and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only for what cannot have the focus.
        let _ = title.focus();
    }
}

/// The films that were chosen, newest selection first.
#[component]
fn Results() -> impl IntoView {
    let room = use_room();
    let none = move || room.films.with(Vec::is_empty);
    let many = Memo::new(move |_| room.is_many());
    let count = move || match room.films.with(Vec::len) {
        1 => "1 film".to_string(),
        count => format!("{count} films"),
    };
    view! {
        <section class="results" aria-labelledby=RESULTS_TITLE>
            <div class="results-head">
                <h2 id=RESULTS_TITLE tabindex="-1">"Readings"</h2>
                <Show when=move || !none()>
                    <p class="count">{count}</p>
                    <button type="button" class="quiet" data-testid="clear" on:click=move |_| { room.clear(); focus_results() }>
                        "Remove all"
                    </button>
                </Show>
            </div>
            <Show when=none>
                <p class="nothing-yet">
                    "No film yet. Choose one of yours, or take a sample: its picture, the probability of pneumonia \
                     and what the network saw will stand here."
                </p>
            </Show>
            <Tools/>
            <Show when=move || many.get() fallback=move || view! { <Cards/> }>
                <Worklist removed=focus_results/>
            </Show>
        </section>
    }
}

/// Each film as a card.
#[component]
fn Cards() -> impl IntoView {
    let room = use_room();
    view! {
        <ol class="films">
            <For each=move || room.films.get() key=|film| film.id let(film)>
                <FilmCard film removed=focus_results/>
            </For>
        </ol>
    }
}
