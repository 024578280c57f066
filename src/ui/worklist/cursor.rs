//! The selected row, and what moves it.

use crate::page::list_scroll::{ListKey, ListScroll};
use crate::ui::announcer::Announcer;
use crate::ui::films::{Film, FilmStore};
use leptos::html::{Div, Table};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The row that is selected, and what moves it.
#[derive(Clone, Copy)]
pub struct Cursor {
    pub store: FilmStore,
    pub announcer: Announcer,
    /// The films of the rows, in order.
    pub films: Memo<Vec<Film>>,
    /// The one whose card is shown.
    pub current: Memo<Option<Film>>,
    pub frame: NodeRef<Div>,
    pub table: NodeRef<Table>,
    pub scroll: RwSignal<ListScroll>,
}

impl Cursor {
    /// The selected row.
    pub fn place(&self) -> Option<usize> {
        let id = self
            .current
            .with(|film| film.as_ref().map(|film| film.id))?;
        self.films
            .with(|films| films.iter().position(|film| film.id == id))
    }

    /// Selects a row and brings it into sight.
    pub fn select(&self, place: usize) {
        let film = self
            .films
            .with_untracked(|films| films.get(place).map(|film| film.id));
        self.store.selected.set(film);
        if let Some(frame) = self.frame.get_untracked() {
            frame.set_scroll_top(self.scroll.get_untracked().showing(place) as i32);
        }
    }

    /// Does what a key asks for; false for a key that means nothing here.
    pub fn press(&self, key: &str) -> bool {
        let Some(at) = untrack(|| self.place()) else {
            return false;
        };
        let last = self.films.with_untracked(Vec::len) - 1;
        let pressed = self
            .scroll
            .with_untracked(|scroll| scroll.key(key, at, last));
        match pressed {
            Some(ListKey::Select(row)) => self.select(row),
            Some(ListKey::Open) => focus_card(),
            Some(ListKey::Remove(next)) => self.remove(next),
            None => return false,
        }
        true
    }

    /// Removes the selected film and selects row `next`.
    fn remove(&self, next: usize) {
        let film = self.current.get_untracked();
        self.select(next);
        if let Some(film) = film {
            self.store.remove(&film);
            self.announcer.say(format!("{} was removed.", film.name));
        }
    }

    /// Notes how the list is scrolled and how high its rows are.
    pub fn measure(&self) {
        let (Some(frame), Some(table)) = (self.frame.get_untracked(), self.table.get_untracked())
        else {
            return;
        };
        let last = self.scroll.get_untracked();
        let height = |selector: &str, otherwise: f64| {
            let element = table.query_selector(selector).ok().flatten();
            let height = element.map(|element| element.get_bounding_client_rect().height());
            height.filter(|&height| height > 0.0).unwrap_or(otherwise)
        };
        let now = ListScroll {
            top: f64::from(frame.scroll_top()),
            height: f64::from(frame.client_height()),
            row: height("[data-testid=worklist-row]", last.row),
            heading: height("thead", last.heading),
        };
        if now != last {
            self.scroll.set(now);
        }
    }
}

/// Moves the focus from the list to the selected film's card.
fn focus_card() {
    let heading = document()
        .query_selector(".worklist .film h3")
        .ok()
        .flatten();
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
        heading.scroll_into_view();
        // Fails only for what cannot have the focus.
        let _ = heading.focus();
    }
}
