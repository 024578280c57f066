//! The card of one film in the list, whether it is waiting, read or failed.
//!
//! ```text
//! reading_view   a film that was read: picture, answer, and what the network saw
//! answer         verdict and probability, or "cannot assess"
//! probability_scale, grey_canvas
//! report         prints the card
//! ```

mod answer;
mod grey_canvas;
mod probability_scale;
mod reading_view;
mod report;

pub use grey_canvas::{GreyCanvas, when_near};

use crate::page::film::FilmState;
use crate::ui::films::{Film, use_films};
use crate::ui::reader::{ReaderService, use_reader};
use leptos::html::Li;
use leptos::prelude::*;
use reading_view::ReadingView;
use report::{PrintReport, ReportFoot, ReportHead};
use std::time::Duration;

/// How long a card is open before its pictures are requested, so that running down a list with the arrow keys requests
/// none.
const PICTURE_DELAY: Duration = Duration::from_millis(150);

/// A film with its name, its state or answer, and a way to remove it.
#[component]
pub fn FilmCard(
    /// The film.
    film: Film,
    /// Called after the film was removed, and the focused button with it.
    removed: fn(),
) -> impl IntoView {
    let films = use_films();
    let card = NodeRef::<Li>::new();
    bring_into_view(card);
    hold_pictures(use_reader(), &film);
    let title = format!("film-{}", film.id);
    let Film {
        name,
        folder,
        label,
        state,
        file,
        ..
    } = film.clone();
    let answered = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| matches!(state, FilmState::Read(_))))
    };
    let origin = move || {
        label
            .get()
            .map(|label| view! { <p class="label">{format!("Labelled {}", label.word())}</p> })
    };
    let folder = (!folder.is_empty()).then(|| view! { <p class="label">{folder}</p> });
    let is_kept = file.is_none();
    let kept = is_kept.then(|| view! { <Kept/> });
    let shown_name = name;
    let viewed = film.clone();
    let body = move || match state.get() {
        FilmState::Waiting => view! { <p class="pending">"Waiting to be read…"</p> }.into_any(),
        FilmState::Reading => view! { <p class="pending">"Reading…"</p> }.into_any(),
        FilmState::Read(reading) => view! { <ReadingView reading film=viewed.clone()/> }.into_any(),
        FilmState::Failed(sentence) => view! { <Failed sentence/> }.into_any(),
    };
    view! {
        <li node_ref=card>
            <article class="film" class:kept=is_kept aria-labelledby=title.clone() data-testid="result" data-file=shown_name.clone()>
                <ReportHead/>
                <header>
                    <div>
                        <h3 id=title.clone() tabindex="-1">{shown_name.clone()}</h3>
                        {folder}
                        {origin}
                    </div>
                    <Show when=move || answered.get()>
                        <PrintReport card/>
                    </Show>
                    <button
                        type="button"
                        class="quiet"
                        data-testid="remove"
                        aria-label=format!("Remove {shown_name}")
                        on:click=move |_| {
                            films.remove(&film);
                            removed();
                        }
                    >
                        "Remove"
                    </button>
                </header>
                {kept}
                {body}
                <ReportFoot/>
            </article>
        </li>
    }
}

/// Keeps the film's pictures while the card exists, and requests them if they did not come with the answer.
fn hold_pictures(reader: ReaderService, film: &Film) {
    film.card_opened();
    let Film {
        state, pictures, ..
    } = film.clone();
    let awaited = Memo::new(move |_| {
        let read = state.with(|state| matches!(state, FilmState::Read(_)));
        read && pictures.with(Option::is_none)
    });
    let shown = film.clone();
    Effect::new(move || {
        if awaited.get() {
            let film = shown.clone();
            let wait = set_timeout_with_handle(move || reader.show(&film), PICTURE_DELAY);
            on_cleanup(move || drop(wait.map(|wait| wait.clear())));
        }
    });
    let film = film.clone();
    on_cleanup(move || film.card_closed());
}

/// Says that only the answer was kept.
#[component]
fn Kept() -> impl IntoView {
    view! {
        <p class="pending" data-testid="kept">
            "This answer was kept from an earlier visit, without its picture. Choose the film again to see it."
        </p>
    }
}

/// Why there is no answer.
#[component]
fn Failed(
    /// What is wrong and what to do.
    sentence: String,
) -> impl IntoView {
    view! {
        <p class="error">
            <strong>"No answer. "</strong>
            <span data-testid="error">{sentence}</span>
        </p>
    }
}

/// On a narrow screen the list may be off screen when a film is chosen: scrolls to its first card.
fn bring_into_view(card: NodeRef<Li>) {
    Effect::new(move || {
        let Some(card) = card.get() else { return };
        // Beside a worklist the card stays put, whatever the arrow keys select.
        let listed = card.closest(".worklist").is_ok_and(|list| list.is_some());
        let first = card.previous_element_sibling().is_none() && !listed;
        let place = card.get_bounding_client_rect();
        let height = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(f64::MAX);
        if first && (place.top() < 0.0 || place.top() > height * 0.8) {
            card.scroll_into_view();
        }
    });
}
