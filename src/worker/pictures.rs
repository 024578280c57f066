//! What a card shows of a film.

use crate::input::Input;
use crate::radiograph::Radiograph;
use crate::worker::messages::{Grey8, Pictures};
use js_sys::Array;

impl Pictures {
    /// The film with a longer side of `side` pixels, if it is not smaller, and what the network sees of it.
    pub fn new(film: &Radiograph, input: &Input, side: u32) -> Self {
        let preview = film.preview(side as usize);
        Self {
            film: Grey8 {
                width: preview.width as u32,
                height: preview.height as u32,
                grey: preview.grey.as_slice().into(),
            },
            network_input: input.pixels().into(),
        }
    }

    /// The buffers to transfer.
    pub fn buffers(&self) -> Array {
        Array::of2(&self.film.grey.buffer(), &self.network_input.buffer())
    }
}
