//! Draws the film, for the stage and for the magnifier over it.

use super::layers;
use super::painter::Painter;
use super::state::Viewer;
use crate::page::viewport::Viewport;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::HtmlCanvasElement;

#[derive(Clone, Copy)]
pub struct Drawing {
    viewer: Viewer,
    painter: StoredValue<Option<Painter>, LocalStorage>,
    /// Lookup table from sample to canvas pixel.
    table: Memo<Arc<Vec<u32>>>,
}

impl Drawing {
    pub fn new(viewer: Viewer) -> Self {
        let table = move |_: Option<&Arc<Vec<u32>>>| {
            let grey = match &viewer.layers().presentation {
                Some(presentation) => presentation.table(&viewer.voi(presentation)),
                None => (0..=u8::MAX).collect(),
            };
            Arc::new(layers::table(grey, viewer.inverted.get()))
        };
        Self {
            viewer,
            painter: StoredValue::new_local(Painter::new().ok()),
            table: Memo::new(table),
        }
    }

    /// Draws the film in its current state; an effect that calls this runs again when that state changes.
    pub fn draw(self, canvas: &HtmlCanvasElement, view: Viewport) {
        let (layers, table) = (self.viewer.layers(), self.table.get());
        if view.stage().contains(&0.0) {
            return;
        }
        let drawn = self.painter.try_update_value(|painter| match painter {
            Some(painter) => painter.film(canvas, &view, &layers, &table),
            None => Err("the browser makes no canvas".into()),
        });
        if let Some(Err(error)) = drawn {
            leptos::logging::error!("the film cannot be drawn: {error:?}");
        }
    }
}
