//! Brings a film at its full depth to the viewer that is used. A film of ten megapixels takes 27 MB, so only those
//! last used are kept.

use crate::ui::decoder::Decoder;
use crate::ui::room::Room;
use crate::ui::viewer::state::Viewer;
use crate::worker::messages::FullDepth;
use leptos::prelude::*;
use std::collections::VecDeque;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Enough to compare a film with another.
const MOST: usize = 2;

/// The viewers that have their film at its full depth, the one that got it last at the end.
#[derive(Clone, Copy)]
pub struct HeldFilms(StoredValue<VecDeque<Viewer>>);

impl HeldFilms {
    pub fn new() -> Self {
        Self(StoredValue::new(VecDeque::new()))
    }

    /// Counts a viewer in, and lets the one that has been longest give its film up.
    pub fn keep(self, viewer: Viewer) {
        let oldest = self.0.try_update_value(|held| {
            held.push_back(viewer);
            (held.len() > MOST).then(|| held.pop_front())?
        });
        if let Some(oldest) = oldest.flatten() {
            oldest.release();
        }
    }
}

/// The film in a file that was read before, so its size is known to be within limits.
///
/// # Errors
/// A sentence for the visitor.
pub async fn load(room: Room, file: &Blob) -> Result<FullDepth, String> {
    let equipment = room.equipment().ok_or("The reader is not ready.")?;
    let bytes = JsFuture::from(file.array_buffer()).await;
    let bytes = bytes.map_err(|_| "The browser could not open this file again.")?;
    // Ended with this function: what it took for the film is given back.
    let mut decoder = Decoder::new(equipment.decoder.clone());
    decoder.full_depth(bytes.unchecked_into()).await
}
