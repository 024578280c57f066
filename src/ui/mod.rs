//! The page: `intake` takes in films, `films` lists them, and up to one worker per core reads them (`reader`, through
//! `workers`). Each film gets a `film_card` with a `viewer`, or a row in the `worklist` if there are many; the
//! visitor's `preferences` decide its verdict. Code that a first answer does not need is loaded later (`deferred`).
//! Logic that needs no browser is in [`page`](crate::page).
//!
//! ```text
//! intake ─▶ films ─▶ reader ─▶ workers          announcer   sentences for screen readers
//!             ▲        │                        about       notice, model card, footer, offline use
//!             └─ state ┘
//!             └─▶ film_card ─▶ viewer
//!             └─▶ worklist
//! ```

mod about;
mod announcer;
mod deferred;
mod film_card;
mod films;
mod intake;
mod preferences;
mod reader;
mod viewer;
mod workers;
mod worklist;

pub use deferred::{DeferredParts, parts};

use about::{FirstVisit, Footer, Notice, at_model_card};
use announcer::{Announcements, Announcer, use_announcer};
use deferred::{Deferred, FromDeferred, LoadParts};
use film_card::FilmCard;
use films::{FilmStore, use_films};
use futures::channel::mpsc;
use intake::{DropAndPaste, Intake, IntakePanel, Sample, SampleShelf, all_samples, use_intake};
use leptos::prelude::*;
use leptos::task::spawn_local;
use preferences::{Preferences, WeightsChoice};
use reader::{Phase, Queue, ReaderContext, ReaderService, ReaderStatus, keep_reading};
use std::time::Duration;
use viewer::{HeldFilms, ShortcutsShown};
use wasm_bindgen::JsCast;

/// Mounts the page in the element `#page` of index.html; `load` fetches the code that a first answer does not need.
pub fn open(load: LoadParts) {
    console_error_panic_hook::set_once();
    let place = document()
        .get_element_by_id("page")
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    match place {
        Some(place) => {
            place.set_text_content(None);
            leptos::mount::mount_to(place, move || App(AppProps { load })).forget();
        }
        None => leptos::logging::error!("index.html has no element with the id `page`"),
    }
}

/// Id of the heading above the films.
const RESULTS_TITLE: &str = "results-title";

/// The page.
#[component]
fn App(
    /// Loads the code that a first answer does not need.
    load: LoadParts,
) -> impl IntoView {
    let (queue, chosen) = mpsc::unbounded();
    let (retry, retries) = mpsc::unbounded();
    let (request, requests) = mpsc::unbounded();
    let context = ReaderContext {
        films: FilmStore::new(),
        service: ReaderService::new(queue, retry),
        preferences: Preferences::new(),
        weights: WeightsChoice::new(request),
        announcer: Announcer::new(),
        deferred: Deferred::new(load),
    };
    let service = context.service;
    provide_context(context.films);
    provide_context(service);
    provide_context(context.preferences);
    provide_context(context.weights);
    provide_context(context.announcer);
    provide_context(context.deferred);
    provide_context(Intake::new());
    provide_context(HeldFilms::new());
    provide_context(ShortcutsShown::new(false));
    spawn_local(keep_reading(context, Queue::new(chosen, requests), retries));
    let at_card = at_model_card();
    let samples = samples_when_ready(service, context.deferred);
    let loaded = all_loaded(service, context.deferred, samples.clone());

    view! {
        <header class="masthead">
            <h1>"Chest X-ray reading room"</h1>
            <p class="tagline">"A small neural network reads frontal chest films for pneumonia, here in your browser"</p>
            <Notice/>
        </header>
        <Show when=move || at_card.get()>
            <FromDeferred part=|parts| (parts.model_card)()/>
        </Show>
        <main class="room" hidden=move || at_card.get()>
            <div class="desk">
                <IntakePanel/>
                <ReaderStatus/>
                <FromDeferred part=move |parts| (parts.offline)(loaded)/>
            </div>
            <Results/>
            <div class="settings">
                <FromDeferred part=|parts| (parts.settings)()/>
            </div>
            <SampleShelf samples/>
        </main>
        <Footer/>
        <FirstVisit/>
        <DropAndPaste/>
        <FromDeferred part=|parts| (parts.shortcuts)()/>
        <Announcements/>
    }
}

/// The samples. Once the reader is ready, the deferred parts start to load, and then the samples.
fn samples_when_ready(service: ReaderService, deferred: Deferred) -> Vec<Sample> {
    let samples = all_samples();
    let waiting = StoredValue::new_local(samples.clone());
    Effect::new(move || {
        if matches!(service.phase.get(), Phase::Ready) {
            let samples = waiting.try_update_value(std::mem::take).unwrap_or_default();
            // In a later task, so that the page first shows that the reader is ready.
            let load = move || {
                deferred.start_loading();
                samples
                    .into_iter()
                    .for_each(|sample| spawn_local(sample.load()))
            };
            set_timeout(load, Duration::ZERO);
        }
    });
    samples
}

/// Whether nothing is left to load: everything that loads after the reader has arrived or failed.
fn all_loaded(service: ReaderService, deferred: Deferred, samples: Vec<Sample>) -> Signal<bool> {
    Signal::derive(move || {
        service.all_formats_settled.get()
            && deferred.is_settled()
            && samples.iter().all(Sample::is_settled)
    })
}

/// Moves the focus to the heading after the focused button was removed with its film.
fn focus_results() {
    let title = document().get_element_by_id(RESULTS_TITLE);
    if let Some(title) = title.and_then(|title| title.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only for elements that cannot be focused.
        let _ = title.focus();
    }
}

/// The chosen films, newest selection first.
#[component]
fn Results() -> impl IntoView {
    let films = use_films();
    let (intake, announcer) = (use_intake(), use_announcer());
    let none = move || films.list.with(Vec::is_empty);
    let many = Memo::new(move |_| films.is_many());
    let remove_all = move |_| {
        films.clear();
        intake.left_out.set(0);
        announcer.clear();
        announcer.say("All films were removed.");
        focus_results();
    };
    let count = move || match films.list.with(Vec::len) {
        1 => "1 film".to_string(),
        count => format!("{count} films"),
    };
    view! {
        <section class="results" aria-labelledby=RESULTS_TITLE>
            <div class="results-head">
                <h2 id=RESULTS_TITLE tabindex="-1">"Readings"</h2>
                <Show when=move || !none()>
                    <p class="count">{count}</p>
                    <button type="button" class="quiet" data-testid="clear" on:click=remove_all>
                        "Remove all"
                    </button>
                </Show>
            </div>
            <Show when=none>
                <p class="nothing-yet">
                    "No film yet. Choose one of yours, or "
                    <a href="#shelf-title">"take a sample"</a>
                    ": its picture, the probability of pneumonia and what the network saw will appear here."
                </p>
            </Show>
            <FromDeferred part=|parts| (parts.tools)()/>
            <Show when=move || many.get() fallback=move || view! { <Cards/> }>
                <FromDeferred part=|parts| (parts.worklist)(focus_results) fallback=WorklistPlaceholder/>
            </Show>
        </section>
    }
}

/// Placeholder until the worklist is loaded.
#[component]
fn WorklistPlaceholder() -> impl IntoView {
    view! { <p class="pending">"Loading the worklist…"</p> }
}

/// Each film as a card.
#[component]
fn Cards() -> impl IntoView {
    let films = use_films();
    view! {
        <ol class="films">
            <For each=move || films.list.get() key=|film| film.id let(film)>
                <FilmCard film removed=focus_results/>
            </For>
        </ol>
    }
}
