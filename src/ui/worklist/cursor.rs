//! Where the list is scrolled to, which of its lines are drawn, and what the keys do.

use crate::ui::room::{Film, Room};
use leptos::html::{Div, Table};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Lines above and below those in sight that are there already, for a quick scroll.
const SPARE: usize = 8;

/// The list's measures, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scroll {
    top: f64,
    height: f64,
    /// Of a line, which depends on the size of type.
    pub line: f64,
    /// Of the heading, which stays in sight.
    heading: f64,
}

impl Scroll {
    /// A guess, for as long as nothing is drawn.
    pub const AT_FIRST: Self = Self {
        top: 0.0,
        height: 600.0,
        line: 48.0,
        heading: 48.0,
    };

    /// First line to draw, and the one after the last, of so many.
    pub fn lines(&self, of: usize) -> (usize, usize) {
        let first = (self.top / self.line) as usize;
        let count = (self.height / self.line) as usize + 1;
        (
            first.saturating_sub(SPARE).min(of),
            (first + count + SPARE).min(of),
        )
    }

    /// Where to scroll so that a line is in sight.
    fn showing(&self, line: usize) -> f64 {
        let (top, bottom) = (line as f64 * self.line, (line + 1) as f64 * self.line);
        let room = self.height - self.heading;
        self.top.clamp((bottom - room).min(top), top)
    }

    /// Lines that Page Up and Page Down go.
    fn page(&self) -> usize {
        ((self.height - self.heading) / self.line).max(1.0) as usize
    }
}

/// The line that is selected, and what moves it.
#[derive(Clone, Copy)]
pub struct Cursor {
    pub room: Room,
    /// The films of the lines, in order.
    pub films: Memo<Vec<Film>>,
    /// The one whose card is shown.
    pub current: Memo<Option<Film>>,
    pub frame: NodeRef<Div>,
    pub table: NodeRef<Table>,
    pub scroll: RwSignal<Scroll>,
}

impl Cursor {
    /// The selected line.
    pub fn place(&self) -> Option<usize> {
        let id = self
            .current
            .with(|film| film.as_ref().map(|film| film.id))?;
        self.films
            .with(|films| films.iter().position(|film| film.id == id))
    }

    /// Selects a line and brings it into sight.
    pub fn select(&self, place: usize) {
        let film = self
            .films
            .with_untracked(|films| films.get(place).map(|film| film.id));
        self.room.selected.set(film);
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
        let page = self.scroll.with_untracked(Scroll::page);
        match key {
            "ArrowDown" => self.select((at + 1).min(last)),
            "ArrowUp" => self.select(at.saturating_sub(1)),
            "PageDown" => self.select((at + page).min(last)),
            "PageUp" => self.select(at.saturating_sub(page)),
            "Home" => self.select(0),
            "End" => self.select(last),
            "Enter" => focus_card(),
            "Delete" => self.remove(at, last),
            _ => return false,
        }
        true
    }

    /// Removes the selected film and selects the next one.
    fn remove(&self, at: usize, last: usize) {
        let film = self.current.get_untracked();
        self.select(if at < last {
            at + 1
        } else {
            at.saturating_sub(1)
        });
        if let Some(film) = film {
            self.room.remove(&film);
            self.room.announce(format!("{} was removed.", film.name));
        }
    }

    /// Notes how the list is scrolled and how high its lines are.
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
        let now = Scroll {
            top: f64::from(frame.scroll_top()),
            height: f64::from(frame.client_height()),
            line: height("[data-testid=worklist-row]", last.line),
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
