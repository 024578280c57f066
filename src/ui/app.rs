//! The page as a whole: starts the reader and lays out the parts.

use crate::ui::annex::{AnnexDoor, FromAnnex, LoadAnnex};
use crate::ui::drop_and_paste::DropAndPaste;
use crate::ui::film_card::FilmCard;
use crate::ui::first_visit::FirstVisit;
use crate::ui::footer::Footer;
use crate::ui::intake::Intake;
use crate::ui::model_card::at_model_card;
use crate::ui::notice::Notice;
use crate::ui::pool::Queue;
use crate::ui::reader::keep_reading;
use crate::ui::reader_status::ReaderStatus;
use crate::ui::room::{Phase, Room, use_room};
use crate::ui::sample_shelf::SampleShelf;
use crate::ui::samples;
use crate::ui::viewer::{HeldFilms, ShortcutsShown};
use crate::ui::weights_choice::WeightsChoice;
use futures::channel::mpsc;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The heading over the films.
const RESULTS_TITLE: &str = "results-title";

/// The page.
#[component]
pub fn App(
    /// Loads what a first answer does not need.
    annex: LoadAnnex,
) -> impl IntoView {
    let (queue, films) = mpsc::unbounded();
    let (retry, retries) = mpsc::unbounded();
    let (wish, wishes) = mpsc::unbounded();
    let room = Room::new(
        queue,
        retry,
        WeightsChoice::new(wish),
        AnnexDoor::new(annex),
    );
    provide_context(room);
    provide_context(HeldFilms::new());
    provide_context(ShortcutsShown::new(false));
    spawn_local(keep_reading(room, Queue::new(films, wishes), retries));
    let at_card = at_model_card();
    let samples = samples_when_ready(room);
    let loaded = all_loaded(room, samples.clone());

    view! {
        <header class="masthead">
            <h1>"Chest X-ray reading room"</h1>
            <p class="tagline">"A small neural network reads frontal chest films for pneumonia, here in your browser"</p>
            <Notice/>
        </header>
        <Show when=move || at_card.get()>
            <FromAnnex part=|annex| (annex.model_card)()/>
        </Show>
        <main class="room" hidden=move || at_card.get()>
            <div class="desk">
                <Intake/>
                <ReaderStatus/>
                <FromAnnex part=move |annex| (annex.offline)(loaded)/>
            </div>
            <Results/>
            <div class="settings">
                <FromAnnex part=|annex| (annex.settings)()/>
            </div>
            <SampleShelf samples/>
        </main>
        <Footer/>
        <FirstVisit/>
        <DropAndPaste/>
        <FromAnnex part=|annex| (annex.shortcuts)()/>
        <div class="only-spoken" role="log" aria-live="polite" data-testid="announcement">
            <For each=move || room.announcements.get() key=|announcement| announcement.id let(announcement)>
                <p>{announcement.sentence}</p>
            </For>
        </div>
    }
}

/// The samples, which begin to load when the reader is there, as the annex does: it goes first.
fn samples_when_ready(room: Room) -> Vec<samples::Sample> {
    let samples = samples::all();
    let waiting = StoredValue::new_local(samples.clone());
    Effect::new(move || {
        if matches!(room.phase.get(), Phase::Ready) {
            let samples = waiting.try_update_value(std::mem::take).unwrap_or_default();
            // Later, so that the page shows first that the reader is there.
            let load = move || {
                room.annex.open();
                samples
                    .into_iter()
                    .for_each(|sample| spawn_local(sample.load()))
            };
            set_timeout(load, Duration::ZERO);
        }
    });
    samples
}

/// Whether nothing is left to load: what came late has come, or failed to.
fn all_loaded(room: Room, samples: Vec<samples::Sample>) -> Signal<bool> {
    Signal::derive(move || {
        room.decoder_settled.get()
            && room.annex.is_settled()
            && samples.iter().all(samples::Sample::is_settled)
    })
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
                    "No film yet. Choose one of yours, or "
                    <a href="#shelf-title">"take a sample"</a>
                    ": its picture, the probability of pneumonia and what the network saw will stand here."
                </p>
            </Show>
            <FromAnnex part=|annex| (annex.tools)()/>
            <Show when=move || many.get() fallback=move || view! { <Cards/> }>
                <FromAnnex part=|annex| (annex.worklist)(focus_results) fallback=ListAwaited/>
            </Show>
        </section>
    }
}

/// Stands where the list of many films will.
#[component]
fn ListAwaited() -> impl IntoView {
    view! { <p class="pending">"The worklist is on its way…"</p> }
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
