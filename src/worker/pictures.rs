//! The images on a film's card.

use crate::input::Input;
use crate::radiograph::Radiograph;
use crate::worker::messages::{Grey8, Pictures};
use js_sys::Array;

impl Pictures {
    /// The film with a longer side of at most `side` pixels, and the network's input.
    pub fn new(film: &Radiograph, input: &Input, side: u32) -> Self {
        Self {
            film: Grey8::from(&film.preview(side as usize)),
            network_input: input.pixels().into(),
        }
    }

    /// The buffers to transfer.
    pub fn buffers(&self) -> Array {
        Array::of2(&self.film.grey.buffer(), &self.network_input.buffer())
    }
}
