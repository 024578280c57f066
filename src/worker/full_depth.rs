//! A film at full bit depth, for a viewer. Only the build for all formats includes it, to keep the others small.

use crate::radiograph::FilmValues;
use crate::worker::messages::{FullDepth, Samples};
use js_sys::Array;

/// Copies of a film are halved until the longer side has at most this many pixels: a stage is hardly smaller.
const SMALLEST: usize = 256;

impl FullDepth {
    /// The film at full size, and smaller copies of it for zoomed-out views.
    pub fn new(film: FilmValues) -> Self {
        let mut sizes = Vec::new();
        let mut next = Some((film.width, film.height, film.samples));
        while let Some((width, height, samples)) = next {
            sizes.push(Samples {
                width: width as u32,
                height: height as u32,
                samples: samples.as_slice().into(),
            });
            next = (width.max(height) > SMALLEST)
                .then(|| FilmValues::halved(width, height, &samples))
                .flatten();
        }
        Self {
            sizes,
            presentation: film.presentation,
        }
    }

    /// The buffers to transfer.
    pub fn buffers(&self) -> Array {
        self.sizes
            .iter()
            .map(|size| size.samples.buffer())
            .collect()
    }
}
