//! The list as a virtualised table: only the visible rows exist, so that thousands of films cost no more than dozens.

use super::cursor::Cursor;
use super::row::{FilmRow, row_id};
use crate::page::list_scroll::ListScroll;
use crate::page::worklist::{Arrangement, Column};
use crate::ui::announcer::use_announcer;
use crate::ui::films::{Film, use_films};
use leptos::ev;
use leptos::prelude::*;

/// The table, operated with the arrow keys, Page Up and Down, Home, End, Enter and Delete.
#[component]
pub fn FilmTable(
    /// The films to show, in order.
    films: Memo<Vec<Film>>,
    /// The one whose card is shown.
    current: Memo<Option<Film>>,
    /// The visitor's filters and sort order.
    arrangement: RwSignal<Arrangement>,
) -> impl IntoView {
    let cursor = Cursor {
        store: use_films(),
        announcer: use_announcer(),
        films,
        current,
        frame: NodeRef::new(),
        table: NodeRef::new(),
        scroll: RwSignal::new(ListScroll::AT_FIRST),
    };
    let rows = Memo::new(move |_| cursor.scroll.get().rows(films.with(Vec::len)));
    // Only a row that exists can be the active descendant.
    let active = move || {
        let (first, end) = rows.get();
        let drawn = cursor.place().filter(|place| (first..end).contains(place));
        drawn.and(current.get()).map(|film| row_id(film.id))
    };
    let key = move |event: ev::KeyboardEvent| {
        // The buttons in the header handle their own keys.
        if event.target() == event.current_target() && cursor.press(&event.key()) {
            event.prevent_default();
        }
    };
    Effect::new(move || {
        rows.track();
        request_animation_frame(move || cursor.measure());
    });
    let resized = window_event_listener(ev::resize, move |_| cursor.measure());
    on_cleanup(move || resized.remove());
    view! {
        <div class="table" node_ref=cursor.frame on:scroll=move |_| cursor.measure()>
            <table
                node_ref=cursor.table
                role="grid"
                tabindex="0"
                aria-label="Films. The arrow keys select, Enter goes to the film, Delete removes it."
                aria-rowcount=move || (films.with(Vec::len) + 1).to_string()
                aria-activedescendant=active
                data-testid="worklist"
                on:keydown=key
            >
                <thead>
                    <tr aria-rowindex="1">
                        <th scope="col"><span class="visually-hidden">"Picture"</span></th>
                        <Heading arrangement column=Column::Name words="Name" testid="sort-name"/>
                        <Heading arrangement column=Column::Probability words="Probability" testid="sort-probability"/>
                        <Heading arrangement column=Column::Verdict words="Verdict" testid="sort-verdict"/>
                        <Heading arrangement column=Column::State words="State" testid="sort-state"/>
                    </tr>
                </thead>
                <Rows cursor rows/>
            </table>
        </div>
    }
}

/// The visible rows, with empty space in place of the others.
#[component]
fn Rows(
    /// The selected row.
    cursor: Cursor,
    /// First row to draw, and the one after the last.
    rows: Memo<(usize, usize)>,
) -> impl IntoView {
    let Cursor { films, current, .. } = cursor;
    let drawn = move || {
        let (first, end) = rows.get();
        let films = films.with(|films| films.get(first..end).unwrap_or_default().to_vec());
        (first..).zip(films).collect::<Vec<_>>()
    };
    let space = move |count: usize| format!("{}px", count as f64 * cursor.scroll.get().row);
    let above = move || space(rows.get().0);
    let below = move || space(films.with(Vec::len).saturating_sub(rows.get().1));
    view! {
        <tbody>
            <tr aria-hidden="true"><td colspan="5" class="space" style:height=above></td></tr>
            <For each=drawn key=|(place, film)| (*place, film.id) let((place, film))>
                {
                    let id = film.id;
                    let selected = Signal::derive(move || current.get().is_some_and(|film| film.id == id));
                    view! { <FilmRow film place selected select=move || cursor.select(place)/> }
                }
            </For>
            <tr aria-hidden="true"><td colspan="5" class="space" style:height=below></td></tr>
        </tbody>
    }
}

/// A column heading, with a button that sorts by it.
#[component]
fn Heading(
    /// The visitor's filters and sort order.
    arrangement: RwSignal<Arrangement>,
    /// What the button sorts by.
    column: Column,
    /// The column's name.
    words: &'static str,
    /// How tests find its button.
    testid: &'static str,
) -> impl IntoView {
    let down = Memo::new(move |_| {
        let sorted = arrangement.with(|list| list.sorted);
        sorted.filter(|(by, _)| *by == column).map(|(_, down)| down)
    });
    let order = move || match down.get() {
        None => "none",
        Some(false) => "ascending",
        Some(true) => "descending",
    };
    let sign = move || match down.get() {
        None => "",
        Some(false) => " ↑",
        Some(true) => " ↓",
    };
    view! {
        <th scope="col" aria-sort=order>
            <button type="button" class="quiet" data-testid=testid on:click=move |_| arrangement.update(|list| list.sort_by(column))>
                {words}
                <span aria-hidden="true">{sign}</span>
            </button>
        </th>
    }
}
