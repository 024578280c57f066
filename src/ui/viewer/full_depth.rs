//! Films at full bit depth. One of ten megapixels takes 27 MB, so only the most recently used are kept.

use leptos::prelude::*;
use std::collections::VecDeque;

/// Enough to compare two films.
const MAX_HELD: usize = 2;

/// Callbacks that release the films held at full depth, most recent last.
#[derive(Clone, Copy)]
pub struct HeldFilms(StoredValue<VecDeque<Release>, LocalStorage>);

type Release = Box<dyn Fn()>;

impl HeldFilms {
    pub fn new() -> Self {
        Self(StoredValue::new_local(VecDeque::new()))
    }

    /// Registers a film that `release` releases, and releases the oldest one if there are too many.
    pub fn keep(self, release: impl Fn() + 'static) {
        let oldest = self.0.try_update_value(|held| {
            held.push_back(Box::new(release));
            (held.len() > MAX_HELD).then(|| held.pop_front())?
        });
        if let Some(give_up) = oldest.flatten() {
            give_up();
        }
    }
}
