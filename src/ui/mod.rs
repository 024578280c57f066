//! The page: films come in (`intake`, `drop_and_paste`, `sample_shelf`), stand in one list (`room`), are read
//! by as many workers as the machine has cores for (`reader` loads what they need, `pool` hands out the films),
//! and each becomes a card (`film_card`) with a `viewer`, whose `answer` is judged at the `operating_point` of the
//! reader's choice, or, of many, a line of the `worklist`. `tools` is what can be done with all answers: `export`,
//! `evaluation`, and to `keep` them; `report` prints one. `own_weights` puts other weights in the shipped ones' place,
//! and `model_card` tells of them. A film of a rare format goes through a `decoder` first. All that a first answer does
//! not need comes later, by the `annex`. Once all has come, the page is kept for use without a network (`offline`).
//!
//! ```text
//!                                         ┌─▶ worker_loop ─▶ worker_link ─▶ worker
//! intake ─┐                 ┌─▶ reader: pool ─▶ worker_loop ─▶ …
//! drop  ──┼─▶ room (queue) ─┘             └─▶ …    │ └─▶ decoder ─▶ worker_link ─▶ worker
//! shelf ──┘        ▲                               │
//!                  └────────── film.state ◀────────┘ ─▶ film_card
//! ```

mod annex;
mod annex_parts;
mod answer;
mod app;
mod decoder;
mod download;
mod drop_and_paste;
mod evaluation;
mod export;
mod film_card;
mod first_visit;
mod folder;
mod footer;
mod grey_canvas;
mod intake;
mod keep;
mod model_card;
mod model_identity;
mod notice;
mod numbers;
mod offline;
mod offline_status;
mod operating_point;
mod own_weights;
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
mod viewer;
mod weights_choice;
mod worker_link;
mod worker_loop;
mod worklist;

pub use annex::Annex;
pub use annex_parts::annex;

use annex::LoadAnnex;
use wasm_bindgen::JsCast;

/// Puts the page into the element `#page` of index.html; what a first answer does not need comes by `annex`.
pub fn open(annex: LoadAnnex) {
    console_error_panic_hook::set_once();
    let place = leptos::prelude::document()
        .get_element_by_id("page")
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    match place {
        Some(place) => {
            place.set_text_content(None);
            leptos::mount::mount_to(place, move || app::App(app::AppProps { annex })).forget();
        }
        None => leptos::logging::error!("index.html has no element with the id `page`"),
    }
}
