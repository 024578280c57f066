//! A lens over the film, at the pointer, or in the middle of the stage for keyboard users.

use super::drawing::Drawing;
use super::gestures::in_device_pixels;
use super::state::Viewer;
use leptos::html::Canvas;
use leptos::prelude::*;

/// Magnification in the lens, relative to the stage.
const FACTOR: f64 = 2.5;
/// Its side in CSS pixels.
const SIDE: f64 = 200.0;

/// The lens, while it is switched on.
#[component]
pub fn Magnifier(
    /// The viewer.
    viewer: Viewer,
    /// Draws its film.
    drawing: Drawing,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let at = move || {
        viewer
            .pointer
            .get()
            .unwrap_or_else(|| viewer.view.get().middle())
    };
    Effect::new(move || {
        let Some(canvas) = canvas.get() else { return };
        let lens = in_device_pixels([SIDE; 2]).map(f64::round);
        drawing.draw(&canvas, viewer.view.get().lens(at(), FACTOR, lens));
    });
    let corner = move |axis: usize| {
        let css = at()[axis] / window().device_pixel_ratio();
        format!("{}px", (css - SIDE / 2.0).round())
    };
    view! {
        <Show when=move || viewer.magnifies.get()>
            <canvas
                node_ref=canvas
                class="lens"
                aria-hidden="true"
                data-testid="magnifier"
                style=("left", move || corner(0))
                style=("top", move || corner(1))
            ></canvas>
        </Show>
    }
}
