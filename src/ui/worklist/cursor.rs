//! The selected row, and how to move it.

use crate::page::list_scroll::{ListKey, ListScroll};
use crate::ui::announcer::Announcer;
use crate::ui::films::{Film, FilmStore};
use leptos::html::{Div, Table};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The selected row, with what is needed to move it.
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

    /// Selects a row and scrolls it into view.
    pub fn select(&self, place: usize) {
        let film = self
            .films
            .with_untracked(|films| films.get(place).map(|film| film.id));
        self.store.selected.set(film);
        if let Some(frame) = self.frame.get_untracked() {
            frame.set_scroll_top(self.scroll.get_untracked().showing(place) as i32);
        }
    }

    /// Handles a key; false for a key without a function here.
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

    /// Records how far the list is scrolled and how high its rows are.
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
        // Fails only for elements that cannot be focused.
        let _ = heading.focus();
    }
}
