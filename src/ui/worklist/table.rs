//! The list as a table that holds only the lines in sight, so that thousands of films cost no more than dozens.

use crate::ui::room::{Film, use_room};
use crate::ui::worklist::cursor::{Cursor, Scroll};
use crate::ui::worklist::order::{Column, View};
use crate::ui::worklist::row::{FilmRow, row_id};
use leptos::ev;
use leptos::prelude::*;

/// The table, which the arrow keys, Page Up and Down, Home, End, Enter and Delete work on.
#[component]
pub fn FilmTable(
    /// The films to show, in order.
    films: Memo<Vec<Film>>,
    /// The one whose card is shown.
    current: Memo<Option<Film>>,
    /// What the reader asked to see.
    view: RwSignal<View>,
) -> impl IntoView {
    let cursor = Cursor {
        room: use_room(),
        films,
        current,
        frame: NodeRef::new(),
        table: NodeRef::new(),
        scroll: RwSignal::new(Scroll::AT_FIRST),
    };
    let lines = Memo::new(move |_| cursor.scroll.get().lines(films.with(Vec::len)));
    // Only a line that is there can be named the active one.
    let active = move || {
        let (first, end) = lines.get();
        let drawn = cursor.place().filter(|place| (first..end).contains(place));
        drawn.and(current.get()).map(|film| row_id(film.id))
    };
    let key = move |event: ev::KeyboardEvent| {
        // The buttons in the heading have keys of their own.
        if event.target() == event.current_target() && cursor.press(&event.key()) {
            event.prevent_default();
        }
    };
    Effect::new(move || {
        lines.track();
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
                        <th scope="col"><span class="only-spoken">"Picture"</span></th>
                        <Heading view column=Column::Name words="Name" testid="sort-name"/>
                        <Heading view column=Column::Probability words="Probability" testid="sort-probability"/>
                        <Heading view column=Column::Verdict words="Verdict" testid="sort-verdict"/>
                        <Heading view column=Column::State words="State" testid="sort-state"/>
                    </tr>
                </thead>
                <Lines cursor lines/>
            </table>
        </div>
    }
}

/// The lines in sight, and empty room in place of the others.
#[component]
fn Lines(
    /// What is selected.
    cursor: Cursor,
    /// First line to draw, and the one after the last.
    lines: Memo<(usize, usize)>,
) -> impl IntoView {
    let Cursor { films, current, .. } = cursor;
    let drawn = move || {
        let (first, end) = lines.get();
        let films = films.with(|films| films.get(first..end).unwrap_or_default().to_vec());
        (first..).zip(films).collect::<Vec<_>>()
    };
    let space = move |count: usize| format!("{}px", count as f64 * cursor.scroll.get().line);
    let above = move || space(lines.get().0);
    let below = move || space(films.with(Vec::len).saturating_sub(lines.get().1));
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

/// A column's name, which sorts by it.
#[component]
fn Heading(
    /// What the reader asked to see.
    view: RwSignal<View>,
    /// What the button sorts by.
    column: Column,
    /// The column's name.
    words: &'static str,
    /// How tests find its button.
    testid: &'static str,
) -> impl IntoView {
    let down = Memo::new(move |_| {
        let sorted = view.with(|view| view.sorted);
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
            <button type="button" class="quiet" data-testid=testid on:click=move |_| view.update(|view| view.sort_by(column))>
                {words}
                <span aria-hidden="true">{sign}</span>
            </button>
        </th>
    }
}
