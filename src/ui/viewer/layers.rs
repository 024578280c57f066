//! A film in several sizes, to draw what is seen of it and no more: its 8-bit picture, which every reading has, or
//! all of it at its full depth, which the decoder makes for a viewer that is used.

use crate::page::viewport::{Pair, Viewport};
use crate::radiograph::Presentation;
use crate::worker::answers::FilmReading;
use crate::worker::messages::FullDepth;
use js_sys::Uint16Array;
use std::sync::Arc;

/// Longer side of the largest layer of a film that is not in use, in pixels.
const SMALL: usize = 1024;

/// A film in one size.
#[derive(Clone)]
pub struct Layer {
    pub width: usize,
    pub height: usize,
    /// Film pixels a pixel of this layer.
    pub step: Pair,
    samples: Samples,
}

/// Row by row.
#[derive(Clone)]
enum Samples {
    /// Grey as the file means it to be seen.
    Picture(Arc<FilmReading>),
    /// Outside of this program's memory, which never shrinks.
    Values(Uint16Array),
}

/// The film in sizes that halve.
pub struct Layers {
    layers: Vec<Layer>,
    /// What the samples stand for, where they are values.
    pub presentation: Option<Presentation>,
}

impl Layers {
    pub fn picture(reading: Arc<FilmReading>) -> Self {
        let picture = &reading.picture;
        let step = |film: u32, picture: u32| f64::from(film) / f64::from(picture);
        let layer = Layer {
            width: picture.width as usize,
            height: picture.height as usize,
            step: [
                step(reading.width, picture.width),
                step(reading.height, picture.height),
            ],
            samples: Samples::Picture(reading.clone()),
        };
        Self {
            layers: vec![layer],
            presentation: None,
        }
    }

    pub fn full_depth(film: FullDepth) -> Self {
        let layers = film
            .sizes
            .into_iter()
            .enumerate()
            .map(|(halvings, size)| Layer {
                width: size.width as usize,
                height: size.height as usize,
                step: [f64::from(1 << halvings as u32); 2],
                samples: Samples::Values(size.samples),
            });
        Self {
            layers: layers.collect(),
            presentation: Some(film.presentation),
        }
    }

    /// Without the large layers.
    pub fn small(&self) -> Self {
        let small = |layer: &&Layer| layer.width.max(layer.height) <= SMALL;
        Self {
            layers: self.layers.iter().filter(small).cloned().collect(),
            presentation: self.presentation.clone(),
        }
    }

    /// The smallest layer with a pixel for each device pixel of the view, else the largest there is.
    pub fn for_view(&self, view: &Viewport) -> Option<&Layer> {
        let sharp = |layer: &&Layer| layer.step[0] * view.scale() <= 1.0;
        self.layers.iter().rev().find(sharp).or(self.layers.first())
    }
}

/// The canvas pixel of each sample: of a picture its grey, of values what they are shown as.
pub fn table(grey: Vec<u8>, inverted: bool) -> Vec<u32> {
    let shown = grey.into_iter();
    let shown = shown.map(|grey| if inverted { u8::MAX - grey } else { grey });
    shown
        .map(|grey| u32::from_le_bytes([grey, grey, grey, u8::MAX]))
        .collect()
}

impl Layer {
    /// Appends the canvas pixels of a part of a row, from `left` to before `right`; `buffer` is for passing use.
    pub fn draw(
        &self,
        row: usize,
        [left, right]: [usize; 2],
        table: &[u32],
        buffer: &mut Vec<u16>,
        pixels: &mut Vec<u32>,
    ) {
        let (start, end) = (row * self.width + left, row * self.width + right);
        let shown = |sample: usize| table.get(sample).copied().unwrap_or_default();
        match &self.samples {
            Samples::Picture(reading) => {
                let grey = reading.picture.grey.get(start..end).unwrap_or_default();
                pixels.extend(grey.iter().map(|&sample| shown(sample.into())));
            }
            Samples::Values(values) => {
                buffer.resize(right - left, 0);
                values.subarray(start as u32, end as u32).copy_to(buffer);
                pixels.extend(buffer.iter().map(|&sample| shown(sample.into())));
            }
        }
    }
}
