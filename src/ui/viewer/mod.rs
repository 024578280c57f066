//! The viewer of a film: what a visitor does to it (`gestures`, `toolbar`, both by the list of
//! [`commands`](crate::page::commands)) changes what it shows (`state`), and that is drawn (`drawing`, `layers`,
//! `painter`). A viewer that is used gets its film at its `full_depth`; over the film stand a `magnifier` and the
//! `heat_map`.
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
use crate::worker::messages::Pictures;
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
    /// Its reading.
    reading: Arc<FilmReading>,
    /// What is shown of it until it is used.
    pictures: Arc<Pictures>,
) -> impl IntoView {
    let viewer = Viewer::new(use_reader(), use_announcer(), film, &reading, pictures);
    view! {
        <Toolbar viewer/>
        <Stage viewer/>
        <Readout viewer/>
        <HeatMapPanel viewer/>
    }
}
