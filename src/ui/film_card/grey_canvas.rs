//! A greyscale picture on a canvas.

use js_sys::Array;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{
    CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData, IntersectionObserver,
    IntersectionObserverEntry, IntersectionObserverInit,
};

/// Draws the picture at its native size; the style sheets scale it.
#[component]
pub fn GreyCanvas(
    /// Width and height in pixels.
    size: [u32; 2],
    /// Returns the grey values row by row, 0 black to 255 white; called when the picture is drawn.
    grey: impl Fn() -> Vec<u8> + 'static,
    /// What it shows, for screen readers.
    #[prop(into)]
    alt: String,
    /// How tests find it.
    testid: &'static str,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let grey = Rc::new(grey);
    let [width, height] = size;
    Effect::new(move || {
        let Some(canvas) = canvas.get() else { return };
        let grey = grey.clone();
        let place = canvas.clone();
        let draw = move || {
            if let Err(error) = draw(&canvas, size, &grey()) {
                leptos::logging::error!("the picture cannot be drawn: {error:?}");
            }
        };
        if let Err(error) = when_near(&place, draw) {
            leptos::logging::error!("the picture's place is not watched: {error:?}");
        }
    });
    view! {
        <canvas node_ref=canvas width=width height=height role="img" aria-label=alt data-testid=testid></canvas>
    }
}

/// Calls `act` once, when the element comes within one screen of being visible. A canvas takes no memory before it is
/// drawn, so hundreds of films in the list cost little.
pub fn when_near(element: &Element, act: impl FnOnce() + 'static) -> Result<(), JsValue> {
    let mut act = Some(act);
    let on_move = Closure::new(move |entries: Array, observer: IntersectionObserver| {
        let near = entries.iter().any(|entry| {
            entry
                .unchecked_into::<IntersectionObserverEntry>()
                .is_intersecting()
        });
        if near && let Some(act) = act.take() {
            observer.disconnect();
            act();
        }
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin("100%");
    let observer = IntersectionObserver::new_with_options(function(&on_move), &options)?;
    observer.observe(element);
    let watch = StoredValue::new_local((observer, on_move));
    on_cleanup(move || watch.with_value(|(observer, _)| observer.disconnect()));
    Ok(())
}

fn function(closure: &Closure<dyn FnMut(Array, IntersectionObserver)>) -> &js_sys::Function {
    closure.as_ref().unchecked_ref()
}

fn draw(canvas: &HtmlCanvasElement, [width, height]: [u32; 2], grey: &[u8]) -> Result<(), JsValue> {
    let rgba: Vec<u8> = grey
        .iter()
        .flat_map(|&grey| [grey, grey, grey, u8::MAX])
        .collect();
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height)?;
    let Some(context) = canvas.get_context("2d")? else {
        return Err("the browser has no drawing context left".into());
    };
    context
        .unchecked_into::<CanvasRenderingContext2d>()
        .put_image_data(&image, 0.0, 0.0)
}
