//! The page: films come in (`intake`, `drop_and_paste`, `sample_shelf`), stand in one list (`room`), are read
//! one after the other by a worker (`reader`), and each becomes a card (`film_card`).
//!
//! ```text
//! intake ─┐                 ┌─▶ reader ─▶ worker_link ─▶ worker
//! drop  ──┼─▶ room (queue) ─┘      │
//! shelf ──┘        ▲               │
//!                  └── film.state ◀┘ ─▶ film_card
//! ```

mod app;
mod download;
mod drop_and_paste;
mod film_card;
mod footer;
mod grey_canvas;
mod intake;
mod notice;
mod numbers;
mod probability_scale;
mod reader;
mod reader_status;
mod reading_view;
mod room;
mod sample_shelf;
mod samples;
mod worker_link;

use wasm_bindgen::JsCast;

/// Puts the page into the element `#page` of index.html.
pub fn open() {
    console_error_panic_hook::set_once();
    let place = leptos::prelude::document()
        .get_element_by_id("page")
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    match place {
        Some(place) => {
            place.set_text_content(None);
            leptos::mount::mount_to(place, app::App).forget();
        }
        None => leptos::logging::error!("index.html has no element with the id `page`"),
    }
}
