//! A film in several sizes, so that drawing reads no more of it than is visible: the 8-bit picture that every card has,
//! or the whole film at full bit depth for a viewer in use.

use crate::page::viewport::{Pair, Viewport};
use crate::radiograph::Presentation;
use crate::worker::messages::{FullDepth, Grey8};
use js_sys::{Uint8Array, Uint16Array};

/// Longer side of the largest layer kept for a film that is not in use, in pixels.
const SMALL: usize = 1024;

/// A film in one size.
#[derive(Clone)]
pub struct Layer {
    pub width: usize,
    pub height: usize,
    /// Film pixels per pixel of this layer.
    pub step: Pair,
    samples: Samples,
}

/// Row by row, in JavaScript memory: this program's own memory never shrinks.
#[derive(Clone)]
enum Samples {
    /// Grey values for display, as the file specifies.
    Picture(Uint8Array),
    Values(Uint16Array),
}

/// Scratch space for the part of a row that is being drawn.
#[derive(Default)]
pub struct RowBuffer {
    grey: Vec<u8>,
    values: Vec<u16>,
}

/// The film in successively halved sizes.
pub struct Layers {
    layers: Vec<Layer>,
    /// How to interpret the samples, if they are values.
    pub presentation: Option<Presentation>,
}

impl Layers {
    /// Nothing to draw.
    pub const NONE: Self = Self {
        layers: Vec::new(),
        presentation: None,
    };

    /// A picture of a film of this width and height.
    pub fn picture([width, height]: Pair, picture: Grey8) -> Self {
        let layer = Layer {
            width: picture.width as usize,
            height: picture.height as usize,
            step: [
                width / f64::from(picture.width),
                height / f64::from(picture.height),
            ],
            samples: Samples::Picture(picture.grey),
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

    /// A copy without the large layers.
    pub fn small(&self) -> Self {
        let small = |layer: &&Layer| layer.width.max(layer.height) <= SMALL;
        Self {
            layers: self.layers.iter().filter(small).cloned().collect(),
            presentation: self.presentation.clone(),
        }
    }

    /// The smallest layer with a pixel for each device pixel of the view, or else the largest layer.
    pub fn for_view(&self, view: &Viewport) -> Option<&Layer> {
        let sharp = |layer: &&Layer| layer.step[0] * view.scale() <= 1.0;
        self.layers.iter().rev().find(sharp).or(self.layers.first())
    }
}

/// Lookup table from sample to canvas pixel, made from the grey of each sample.
pub fn table(grey: Vec<u8>, inverted: bool) -> Vec<u32> {
    let shown = grey.into_iter();
    let shown = shown.map(|grey| if inverted { u8::MAX - grey } else { grey });
    shown
        .map(|grey| u32::from_le_bytes([grey, grey, grey, u8::MAX]))
        .collect()
}

impl Layer {
    /// Appends the canvas pixels of part of a row, from `left` up to but not including `right`; `buffer` is scratch
    /// space.
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
