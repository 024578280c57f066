//! The viewer of a film: what a visitor does to it (`gestures`, `toolbar`, both by the list of `commands`) changes
//! what it shows (`state`, `view`), and that is drawn (`layers`, `painter`). A viewer that is used gets its film at
//! its `full_depth`; over the film stand a `magnifier` and the `heat_map`.
//!
//! ```text
//! toolbar ──┐                              ┌─▶ stage: layers ─▶ painter ─▶ canvas
//!           ├─▶ commands ─▶ state, view ───┼─▶ magnifier ───────┘
//! gestures ─┘                  ▲           └─▶ heat_map
//!                         full_depth
//! ```

mod commands;
mod full_depth;
mod gestures;
mod heat_map;
mod layers;
mod magnifier;
mod painter;
mod shortcuts;
mod stage;
mod state;
mod toolbar;
mod view;

pub use full_depth::HeldFilms;
pub use shortcuts::{Shortcuts, ShortcutsShown};

use crate::ui::room::{Film, use_room};
use crate::worker::messages::FilmReading;
use heat_map::HeatMapPanel;
use leptos::prelude::*;
use stage::Stage;
use state::Viewer;
use std::sync::Arc;
use toolbar::{Readout, Toolbar};

/// A film with all that one does to look at it.
#[component]
pub fn FilmViewer(
    /// The film.
    film: Film,
    /// Its reading, with its picture.
    reading: Arc<FilmReading>,
) -> impl IntoView {
    let viewer = Viewer::new(use_room(), film, reading);
    view! {
        <Toolbar viewer/>
        <Stage viewer/>
        <Readout viewer/>
        <HeatMapPanel viewer/>
    }
}
