//! Draws the visible part of a film: its samples go through a lookup table to an off-screen canvas, and from there,
//! rotated and scaled, to the stage. The work depends on the size of the stage, not of the film.

use super::layers::{Layers, RowBuffer};
use crate::page::viewport::Viewport;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Keeps its canvas and buffers from one drawing to the next.
pub struct Painter {
    samples: HtmlCanvasElement,
    pixels: Vec<u32>,
    buffer: RowBuffer,
}

impl Painter {
    /// # Errors
    /// When the browser cannot create a canvas.
    pub fn new() -> Result<Self, JsValue> {
        let samples = leptos::prelude::document().create_element("canvas")?;
        Ok(Self {
            samples: samples.unchecked_into(),
            pixels: Vec::new(),
            buffer: RowBuffer::default(),
        })
    }

    /// Draws the film through `table`, which maps samples to canvas pixels.
    ///
    /// # Errors
    /// When the browser runs out of memory.
    pub fn film(
        &mut self,
        canvas: &HtmlCanvasElement,
        view: &Viewport,
        layers: &Layers,
        table: &[u32],
    ) -> Result<(), JsValue> {
        let stage = cleared(canvas, view)?;
        let Some(layer) = layers.for_view(view) else {
            return Ok(());
        };
        let [from, to] = view.visible();
        let first = |axis: usize| (from[axis] / layer.step[axis]).floor() as usize;
        // One more, since smoothing blends it in at the edge.
        let last = |axis: usize, side: usize| {
            ((to[axis] / layer.step[axis]).ceil() as usize + 1).min(side)
        };
        let (left, top) = (first(0), first(1));
        let (right, bottom) = (last(0, layer.width), last(1, layer.height));
        if right <= left || bottom <= top {
            return Ok(());
        }
        self.pixels.clear();
        for row in top..bottom {
            layer.draw(
                row,
                [left, right],
                table,
                &mut self.buffer,
                &mut self.pixels,
            );
        }
        let (width, height) = ((right - left) as u32, (bottom - top) as u32);
        self.put(width, height)?;
        let [x, y] = [left as f64 * layer.step[0], top as f64 * layer.step[1]];
        let size = [
            f64::from(width) * layer.step[0],
            f64::from(height) * layer.step[1],
        ];
        self.place(&stage, view, [width, height], [x, y], size)
    }

    /// Draws a picture of `side` × `side` colours over the whole film.
    ///
    /// # Errors
    /// When the browser runs out of memory.
    pub fn over_film(
        &mut self,
        canvas: &HtmlCanvasElement,
        view: &Viewport,
        side: usize,
        colours: impl Iterator<Item = [u8; 4]>,
    ) -> Result<(), JsValue> {
        let stage = cleared(canvas, view)?;
        self.pixels.clear();
        self.pixels.extend(colours.map(u32::from_le_bytes));
        let side = side as u32;
        self.put(side, side)?;
        self.place(&stage, view, [side, side], [0.0; 2], view.film())
    }

    /// Writes the pixels to the off-screen canvas, which only grows: resizing a canvas reallocates it.
    fn put(&self, width: u32, height: u32) -> Result<(), JsValue> {
        if self.samples.width() < width {
            self.samples.set_width(width);
        }
        if self.samples.height() < height {
            self.samples.set_height(height);
        }
        let pixels = Clamped(bytemuck::cast_slice(&self.pixels));
        let image = ImageData::new_with_u8_clamped_array_and_sh(pixels, width, height)?;
        context(&self.samples)?.put_image_data(&image, 0.0, 0.0)
    }

    fn place(
        &self,
        stage: &CanvasRenderingContext2d,
        view: &Viewport,
        [width, height]: [u32; 2],
        [x, y]: [f64; 2],
        [film_width, film_height]: [f64; 2],
    ) -> Result<(), JsValue> {
        let [a, b, c, d, e, f] = view.transform();
        stage.set_transform(a, b, c, d, e, f)?;
        stage.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            &self.samples,
            0.0,
            0.0,
            width.into(),
            height.into(),
            x,
            y,
            film_width,
            film_height,
        )
    }
}

/// The context of the canvas, resized to the view's stage and cleared.
fn cleared(
    canvas: &HtmlCanvasElement,
    view: &Viewport,
) -> Result<CanvasRenderingContext2d, JsValue> {
    let [width, height] = view.stage().map(|side| side as u32);
    if [canvas.width(), canvas.height()] != [width, height] {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context = context(canvas)?;
    context.reset_transform()?;
    context.clear_rect(0.0, 0.0, width.into(), height.into());
    Ok(context)
}

fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    match canvas.get_context("2d")? {
        Some(context) => Ok(context.unchecked_into()),
        None => Err("the browser has no drawing context left".into()),
    }
}
