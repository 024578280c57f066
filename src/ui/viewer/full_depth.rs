//! Brings a film at its full depth to the viewer that is used. A film of ten megapixels takes 27 MB, so only those
//! last used are kept.

use crate::ui::reader::ReaderService;
use crate::ui::workers::Decoder;
use crate::worker::messages::FullDepth;
use leptos::prelude::*;
use std::collections::VecDeque;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Enough to compare a film with another.
const MOST: usize = 2;

/// What gives up each film that a viewer has at its full depth, that of the last one at the end.
#[derive(Clone, Copy)]
pub struct HeldFilms(StoredValue<VecDeque<Release>, LocalStorage>);

type Release = Box<dyn Fn()>;

impl HeldFilms {
    pub fn new() -> Self {
        Self(StoredValue::new_local(VecDeque::new()))
    }

    /// Counts a film in, which `release` gives up, and gives up the one that has been longest.
    pub fn keep(self, release: impl Fn() + 'static) {
        let oldest = self.0.try_update_value(|held| {
            held.push_back(Box::new(release));
            (held.len() > MOST).then(|| held.pop_front())?
        });
        if let Some(give_up) = oldest.flatten() {
            give_up();
        }
    }
}

/// The film in a file that was read before, so its size is known to be within limits.
///
/// # Errors
/// A sentence for the visitor.
pub async fn load(reader: ReaderService, file: &Blob) -> Result<FullDepth, String> {
    let resources = reader.resources().ok_or("The reader is not ready.")?;
    let bytes = JsFuture::from(file.array_buffer()).await;
    let bytes = bytes.map_err(|_| "The browser could not open this file again.")?;
    // Ended with this function: what it took for the film is given back.
    let mut decoder = Decoder::new(resources.decoder.clone());
    decoder.full_depth(bytes.unchecked_into()).await
}
