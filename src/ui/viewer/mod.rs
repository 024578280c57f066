//! The viewer of a film: user input (`gestures`, `toolbar`, both based on the list of
//! [`commands`](crate::page::commands)) changes the `state`, which is then drawn (`drawing`, `layers`, `painter`). A
//! viewer in use gets its film at `full_depth`; a `magnifier` and the `heat_map` lie over the film.
//!
//! ```text
//! toolbar ──┐                        ┌─▶ stage ───┬─▶ drawing: layers ─▶ painter ─▶ canvas
//!           ├─▶ commands ─▶ state ───┼─▶ magnifier ┘
//! gestures ─┘                ▲       └─▶ heat_map
//!                       full_depth
//! ```

mod drawing;
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

pub use full_depth::HeldFilms;
pub use shortcuts::{Shortcuts, ShortcutsShown};

use crate::ui::announcer::use_announcer;
use crate::ui::films::Film;
use crate::ui::reader::use_reader;
use crate::worker::answers::FilmReading;
use heat_map::HeatMapPanel;
use leptos::prelude::*;
use stage::Stage;
use state::Viewer;
use std::sync::Arc;
use toolbar::{Readout, Toolbar};

/// A film with the tools for viewing it.
#[component]
pub fn FilmViewer(
    /// The film.
    film: Film,
    /// Its reading.
    reading: Arc<FilmReading>,
) -> impl IntoView {
    let viewer = Viewer::new(use_reader(), use_announcer(), film, &reading);
    view! {
        <Toolbar viewer/>
        <Stage viewer/>
        <Readout viewer/>
        <HeatMapPanel viewer/>
    }
}
