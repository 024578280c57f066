//! More films than there is room for as cards, in a table: the visible rows (`table`, `row`, `cursor`), the progress of
//! reading (`progress`), the card of the selected film, which alone has full-size pictures, and actions on all answers
//! (`tools`). [`page::worklist`](crate::page::worklist) decides what is shown, and in which order.

mod cursor;
mod progress;
mod row;
mod table;
mod tools;

pub use tools::{Tools, take_labels};

use crate::page::film::Outcome;
use crate::page::worklist::{Arrangement, Entry, SHOWN};
use crate::reading::Decision;
use crate::ui::film_card::FilmCard;
use crate::ui::films::{Film, use_films};
use crate::ui::preferences::use_preferences;
use leptos::prelude::*;
use progress::RunProgress;
use table::FilmTable;

/// The list, and the card of the film that is selected in it.
#[component]
pub fn Worklist(
    /// Called after a film was removed with its card's button, which had the focus.
    removed: fn(),
) -> impl IntoView {
    let (store, preferences) = (use_films(), use_preferences());
    let arrangement = RwSignal::new(Arrangement {
        name: String::new(),
        shown: SHOWN[0].0.into(),
        sorted: None,
    });
    let films = Memo::new_with_compare(
        move |_| {
            store.revision.track();
            let decision = preferences.decision();
            arrangement.with(|arrangement| {
                store
                    .list
                    .with_untracked(|films| arranged(arrangement, films, decision.as_ref()))
            })
        },
        |before, after| before.map(|films| ids(films)) != after.map(|films| ids(films)),
    );
    let current = Memo::new_with_compare(
        move |_| films.with(|films| current(films, store.selected.get())),
        |before, after| {
            before.and_then(Option::as_ref).map(id) != after.and_then(Option::as_ref).map(id)
        },
    );
    let card = move || current.get().map(|film| view! { <FilmCard film removed/> });
    view! {
        <div class="worklist">
            <div class="list">
                <RunProgress/>
                <Choices arrangement/>
                <p class="count" role="status" data-testid="shown">
                    {move || format!("{} of {} films shown", films.with(Vec::len), store.list.with(Vec::len))}
                </p>
                <FilmTable films current arrangement/>
            </div>
            <ol class="films">{card}</ol>
        </div>
    }
}

/// The films to show, in order.
fn arranged(arrangement: &Arrangement, films: &[Film], decision: Option<&Decision>) -> Vec<Film> {
    let entry = |film| {
        let Film { name, state, .. }: &Film = film;
        state.with_untracked(|state| Entry {
            name,
            path: film.path(),
            label: film.label.get_untracked(),
            outcome: Outcome::of(state, decision),
            probability: state.assessed().map(|reading| reading.probability),
        })
    };
    let entries: Vec<Entry> = films.iter().map(entry).collect();
    let places = arrangement.arrange(&entries).into_iter();
    places.map(|place| films[place].clone()).collect()
}

fn id(film: &Film) -> u32 {
    film.id
}

fn ids(films: &[Film]) -> Vec<u32> {
    films.iter().map(id).collect()
}

/// The selected film, or the first one if that is filtered out.
fn current(films: &[Film], selected: Option<u32>) -> Option<Film> {
    let found = films.iter().find(|film| Some(film.id) == selected);
    found.or(films.first()).cloned()
}

/// The filters.
#[component]
fn Choices(
    /// The visitor's filters and sort order.
    arrangement: RwSignal<Arrangement>,
) -> impl IntoView {
    let named = move |event| {
        let name = event_target_value(&event).to_lowercase();
        arrangement.update(|list| list.name = name);
    };
    let shown = move |event| {
        let shown = event_target_value(&event);
        arrangement.update(|list| list.shown = shown);
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
