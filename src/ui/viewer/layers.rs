//! A film in several sizes, to draw what is seen of it and no more: its 8-bit picture, which every card has, or all of it
//! at its full depth, for a viewer that is used.

use crate::page::viewport::{Pair, Viewport};
use crate::radiograph::Presentation;
use crate::worker::messages::{FullDepth, Grey8};
use js_sys::{Uint8Array, Uint16Array};

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

/// Row by row, outside of this program's memory, which never shrinks.
#[derive(Clone)]
enum Samples {
    /// Grey as the file means it to be seen.
    Picture(Uint8Array),
    Values(Uint16Array),
}

/// Takes the part of a row that is being drawn.
#[derive(Default)]
pub struct RowBuffer {
    grey: Vec<u8>,
    values: Vec<u16>,
}

/// The film in sizes that halve.
pub struct Layers {
    layers: Vec<Layer>,
    /// What the samples stand for, where they are values.
    pub presentation: Option<Presentation>,
}

impl Layers {
    /// Of a film of this width and height.
    pub fn picture([width, height]: Pair, picture: &Grey8) -> Self {
        let layer = Layer {
            width: picture.width as usize,
            height: picture.height as usize,
            step: [
                width / f64::from(picture.width),
                height / f64::from(picture.height),
            ],
            samples: Samples::Picture(picture.grey.clone()),
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
        buffer: &mut RowBuffer,
        pixels: &mut Vec<u32>,
    ) {
        let start = (row * self.width + left) as u32;
        let end = (row * self.width + right) as u32;
        let shown = |sample: usize| table.get(sample).copied().unwrap_or_default();
        match &self.samples {
            Samples::Picture(grey) => {
                let part = &mut buffer.grey;
                part.resize(right - left, 0);
                grey.subarray(start, end).copy_to(part);
                pixels.extend(part.iter().map(|&sample| shown(sample.into())));
            }
            Samples::Values(values) => {
                let part = &mut buffer.values;
                part.resize(right - left, 0);
                values.subarray(start, end).copy_to(part);
                pixels.extend(part.iter().map(|&sample| shown(sample.into())));
            }
        }
    }
}
