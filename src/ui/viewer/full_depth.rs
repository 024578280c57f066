//! Films at their full depth. One of ten megapixels takes 27 MB, so only those last used are kept.

use leptos::prelude::*;
use std::collections::VecDeque;

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
