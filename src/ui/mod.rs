//! The page: films come in (`intake`, `drop_and_paste`, `sample_shelf`), stand in one list (`room`), are read
//! by as many workers as the machine has cores for (`reader` loads what they need, `pool` hands out the films),
//! and each becomes a card (`film_card`) or, of many, a line of the `worklist`. `tools` is what can be done with all
//! answers: `export`, `evaluation`, and to `keep` them; `report` prints one. A film of a rare format goes through a
//! `decoder` first.
//!
//! ```text
//!                                         ┌─▶ worker_loop ─▶ worker_link ─▶ worker
//! intake ─┐                 ┌─▶ reader: pool ─▶ worker_loop ─▶ …
//! drop  ──┼─▶ room (queue) ─┘             └─▶ …    │ └─▶ decoder ─▶ worker_link ─▶ worker
//! shelf ──┘        ▲                               │
//!                  └────────── film.state ◀────────┘ ─▶ film_card
//! ```

mod app;
mod decoder;
mod download;
mod drop_and_paste;
mod evaluation;
mod export;
mod film_card;
mod folder;
mod footer;
mod grey_canvas;
mod intake;
mod keep;
mod notice;
mod numbers;
mod pool;
mod probability_scale;
mod reader;
mod reader_status;
mod reading_view;
mod report;
mod room;
mod sample_shelf;
mod samples;
mod tools;
mod worker_link;
mod worker_loop;
mod worklist;

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
