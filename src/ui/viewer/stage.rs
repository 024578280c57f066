//! The area that shows the film: its canvas, the canvases over it, and the event listeners.

use super::drawing::Drawing;
use super::gestures::{Gestures, in_device_pixels};
use super::heat_map::HeatMapCanvas;
use super::magnifier::Magnifier;
use super::state::Viewer;
use crate::page::viewport::Pair;
use crate::ui::film_card::when_near;
use js_sys::Array;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver};

/// The narrowest and the widest stage, as width over height: a film beyond these gets black bars.
const RATIOS: [f64; 2] = [0.6, 1.8];

/// The film on a black background.
#[component]
pub fn Stage(
    /// The viewer.
    viewer: Viewer,
) -> impl IntoView {
    let stage = NodeRef::<Div>::new();
    let canvas = NodeRef::<Canvas>::new();
    let drawing = Drawing::new(viewer);
    let [width, height] = viewer.view.with_untracked(|view| view.film());
    let ratio = (width / height).clamp(RATIOS[0], RATIOS[1]);
    Effect::new(move || {
        if let Some(stage) = stage.get()
            && let Err(error) = follow_size(&stage, viewer)
        {
            leptos::logging::error!("the film's place is not watched: {error:?}");
        }
    });
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            drawing.draw(&canvas, viewer.view.get());
        }
    });
    let gestures = Gestures::new(viewer);
    let here = move || stage.get_untracked();
    view! {
        <div
            node_ref=stage
            class="stage"
            tabindex="0"
            role="application"
            aria-label=format!("Viewer of {}. Press the question mark for shortcuts.", viewer.name())
            data-testid="stage"
            style=("--ratio", ratio.to_string())
            on:pointerdown=move |event| { here().inspect(|stage| gestures.down(&event, stage)); }
            on:pointermove=move |event| { here().inspect(|stage| gestures.moved(&event, stage)); }
            on:pointerup=move |event| gestures.up(&event)
            on:pointercancel=move |event| gestures.up(&event)
            on:pointerleave=move |_| gestures.leave()
            on:wheel=move |event| { here().inspect(|stage| gestures.wheel(&event, stage)); }
            on:keydown=move |event| gestures.key(&event)
            on:contextmenu=move |event| event.prevent_default()
        >
            <canvas
                node_ref=canvas
                role="img"
                aria-label=format!("The film {}", viewer.name())
                data-testid="picture"
            ></canvas>
            <HeatMapCanvas viewer/>
            <Magnifier viewer drawing/>
        </div>
    }
}

/// Tells the viewer the size of its stage, once the stage is nearly visible and whenever it changes. Nothing is drawn
/// before that.
fn follow_size(stage: &HtmlElement, viewer: Viewer) -> Result<(), JsValue> {
    let measured = stage.clone();
    let on_size = Closure::<dyn FnMut(Array)>::new(move |_: Array| {
        let css = [measured.client_width(), measured.client_height()];
        let size: Pair = in_device_pixels(css.map(f64::from)).map(f64::round);
        viewer.view.try_update(|view| *view = view.on(size));
    });
    let observer = ResizeObserver::new(on_size.as_ref().unchecked_ref())?;
    let (sizes, observed) = (observer.clone(), stage.clone());
    let watch = StoredValue::new_local((observer, on_size));
    on_cleanup(move || watch.with_value(|(observer, _)| observer.disconnect()));
    when_near(stage, move || sizes.observe(&observed))
}
