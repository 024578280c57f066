//! Mouse, pen, touch, wheel and keyboard input on the stage.

use super::state::Viewer;
use crate::page::commands::{Tool, action_of};
use crate::page::viewport::Pair;
use leptos::ev::{KeyboardEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use std::collections::BTreeMap;
use web_sys::Element;

/// Dragging this many CSS pixels makes the film e times as large; one notch of most wheels is a hundred.
const ZOOM_PIXELS: f64 = 300.0;
/// Dragging this many CSS pixels changes window or level by the automatic window's width.
const WINDOW_PIXELS: f64 = 400.0;
/// What a line and a page of wheel scrolling amount to, in pixels.
const LINE: f64 = 16.0;
const PAGE: f64 = 400.0;

/// The pointers pressed on the stage, by id, each with its last position in CSS pixels.
#[derive(Clone, Copy)]
pub struct Gestures {
    viewer: Viewer,
    pressed: StoredValue<BTreeMap<i32, Pair>>,
    /// What dragging does, chosen by the mouse button that started it.
    tool: StoredValue<Tool>,
}

impl Gestures {
    pub fn new(viewer: Viewer) -> Self {
        Self {
            viewer,
            pressed: StoredValue::new(BTreeMap::new()),
            tool: StoredValue::new(Tool::Window),
        }
    }

    pub fn down(self, event: &PointerEvent, stage: &Element) {
        let at = place(event, stage);
        self.tool.set_value(match event.button() {
            1 => {
                // Otherwise some browsers start autoscrolling.
                event.prevent_default();
                Tool::Move
            }
            2 => Tool::Zoom,
            _ => self.viewer.tool.get_untracked(),
        });
        self.pressed.update_value(|pressed| {
            pressed.insert(event.pointer_id(), at);
        });
        // So that a drag continues outside the stage. Fails only for a pointer that is gone.
        let _ = stage.set_pointer_capture(event.pointer_id());
        self.viewer.load_full_depth();
    }

    pub fn up(self, event: &PointerEvent) {
        self.pressed.update_value(|pressed| {
            pressed.remove(&event.pointer_id());
        });
    }

    pub fn leave(self) {
        self.viewer.pointer.set(None);
    }

    pub fn moved(self, event: &PointerEvent, stage: &Element) {
        let to = place(event, stage);
        self.viewer.pointer.set(Some(in_device_pixels(to)));
        let Some((from, other)) = self
            .pressed
            .try_update_value(|pressed| {
                let from = pressed.insert(event.pointer_id(), to);
                let Some(from) = from else {
                    // It is only hovering.
                    pressed.remove(&event.pointer_id());
                    return None;
                };
                let mut others = pressed.iter().filter(|(id, _)| **id != event.pointer_id());
                Some((from, others.next().map(|(_, at)| *at)))
            })
            .flatten()
        else {
            return;
        };
        match other {
            Some(other) => self.pinch(from, to, other),
            None => self.drag([to[0] - from[0], to[1] - from[1]], to),
        }
    }

    fn drag(self, by: Pair, to: Pair) {
        let view = self.viewer.view;
        match self.tool.get_value() {
            // As in OHIF: dragging right widens the window, dragging down darkens the film.
            Tool::Window => {
                let [x, y] = by.map(|pixels| pixels / WINDOW_PIXELS);
                self.viewer.change_window(y, x);
            }
            Tool::Move => view.update(|view| *view = view.moved(in_device_pixels(by))),
            Tool::Zoom => {
                let start = in_device_pixels([to[0] - by[0], to[1] - by[1]]);
                view.update(|view| *view = view.zoom((-by[1] / ZOOM_PIXELS).exp(), start));
            }
        }
    }

    /// One of two fingers moved: the part of the film between them stays between them.
    fn pinch(self, from: Pair, to: Pair, other: Pair) {
        let apart = |one: Pair| (one[0] - other[0]).hypot(one[1] - other[1]).max(1.0);
        let between = |one: Pair| [0, 1].map(|axis| (one[axis] + other[axis]) / 2.0);
        let (start, end) = (between(from), between(to));
        self.viewer.view.update(|view| {
            let by = in_device_pixels([end[0] - start[0], end[1] - start[1]]);
            let factor = apart(to) / apart(from);
            *view = view.moved(by).zoom(factor, in_device_pixels(end));
        });
    }

    /// Zooms to the pointer; a pinch on a touchpad arrives as a wheel event with the Control key. Over a viewer without
    /// the focus, the wheel scrolls the page.
    pub fn wheel(self, event: &WheelEvent, stage: &Element) {
        let in_use = document().active_element().as_ref() == Some(stage);
        if !in_use && !event.ctrl_key() && !event.meta_key() {
            return;
        }
        event.prevent_default();
        let pixels = event.delta_y()
            * match event.delta_mode() {
                WheelEvent::DOM_DELTA_LINE => LINE,
                WheelEvent::DOM_DELTA_PAGE => PAGE,
                _ => 1.0,
            };
        // Pinch events have small deltas.
        let pixels = if event.ctrl_key() {
            4.0 * pixels
        } else {
            pixels
        };
        let at = in_device_pixels(place(event, stage));
        let factor = (-pixels / ZOOM_PIXELS).clamp(-1.0, 1.0).exp();
        self.viewer
            .view
            .update(|view| *view = view.zoom(factor, at));
        self.viewer.load_full_depth();
    }

    pub fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some((action, place)) = action_of(&event.key(), event.shift_key()) {
            event.prevent_default();
            // The page listens for `?`, too.
            event.stop_propagation();
            self.viewer.perform(action, place);
            self.viewer.announce(action);
        }
    }
}

/// Position on the stage, in CSS pixels.
fn place(event: &web_sys::MouseEvent, stage: &Element) -> Pair {
    let corner = stage.get_bounding_client_rect();
    [
        f64::from(event.client_x()) - corner.left(),
        f64::from(event.client_y()) - corner.top(),
    ]
}

pub fn in_device_pixels(css: Pair) -> Pair {
    css.map(|side| side * window().device_pixel_ratio())
}
