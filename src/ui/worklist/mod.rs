//! More films than cards have room for, as a table: what is shown and in which order (`order`), the rows that are
//! in sight (`table`, `row`, `cursor`), how far the reading is (`progress`, `tally`), and the card of the film that is
//! selected. Only that card has pictures at full size (`shelf`).

mod cursor;
mod order;
mod progress;
mod row;
mod shelf;
mod table;
mod tally;

pub use order::Outcome;
pub use shelf::{is_shelved, no_picture, shelve};
pub use tally::Tally;

use crate::ui::film_card::FilmCard;
use crate::ui::room::{Film, use_room};
use leptos::prelude::*;
use order::{SHOWN, View};
use progress::RunProgress;
use table::FilmTable;

/// The list, and the card of the film that is selected in it.
#[component]
pub fn Worklist(
    /// Called when a film was removed by its card's button, which had the focus.
    removed: fn(),
) -> impl IntoView {
    let room = use_room();
    let view = RwSignal::new(View {
        name: String::new(),
        shown: SHOWN[0].0.into(),
        sorted: None,
    });
    let films = Memo::new_with_compare(
        move |_| {
            room.revision.track();
            let decision = room.terms.decision();
            view.with(|view| {
                room.films
                    .with_untracked(|films| view.of(films, decision.as_ref()))
            })
        },
        |before, after| before.map(|films| ids(films)) != after.map(|films| ids(films)),
    );
    let current = Memo::new_with_compare(
        move |_| films.with(|films| current(films, room.selected.get())),
        |before, after| {
            before.and_then(Option::as_ref).map(id) != after.and_then(Option::as_ref).map(id)
        },
    );
    let card = move || current.get().map(|film| view! { <FilmCard film removed/> });
    view! {
        <div class="worklist">
            <div class="list">
                <RunProgress/>
                <Choices view/>
                <p class="count" role="status" data-testid="shown">
                    {move || format!("{} of {} films shown", films.with(Vec::len), room.films.with(Vec::len))}
                </p>
                <FilmTable films current view/>
            </div>
            <ol class="films">{card}</ol>
        </div>
    }
}

fn id(film: &Film) -> u32 {
    film.id
}

fn ids(films: &[Film]) -> Vec<u32> {
    films.iter().map(id).collect()
}

/// The selected film, or the first while that is not shown.
fn current(films: &[Film], selected: Option<u32>) -> Option<Film> {
    let found = films.iter().find(|film| Some(film.id) == selected);
    found.or(films.first()).cloned()
}

/// Which films are shown.
#[component]
fn Choices(
    /// What the reader asked for.
    view: RwSignal<View>,
) -> impl IntoView {
    let named = move |event| {
        let name = event_target_value(&event).to_lowercase();
        view.update(|view| view.name = name);
    };
    let shown = move |event| {
        let shown = event_target_value(&event);
        view.update(|view| view.shown = shown);
    };
    view! {
        <div class="choices">
            <label>
                "Name"
                <input type="search" autocomplete="off" spellcheck="false" data-testid="filter-name" on:input=named/>
            </label>
            <label>
                "Show"
                <select data-testid="filter-outcome" on:change=shown>
                    {SHOWN.map(|(value, words)| view! { <option value=value>{words}</option> }).collect_view()}
                </select>
            </label>
        </div>
    }
}
