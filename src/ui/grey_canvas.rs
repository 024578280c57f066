//! A grey picture on the screen.

use crate::worker::messages::GreyPicture;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Draws the picture at its own size; style sheets scale it.
#[component]
pub fn GreyCanvas(
    /// What to draw.
    picture: GreyPicture,
    /// What it shows, for those who cannot see it.
    #[prop(into)]
    alt: String,
    /// How tests find it.
    testid: &'static str,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let (width, height) = (picture.width, picture.height);
    Effect::new(move || {
        if let Some(canvas) = canvas.get()
            && let Err(error) = draw(&canvas, &picture)
        {
            leptos::logging::error!("the picture cannot be drawn: {error:?}");
        }
    });
    view! {
        <canvas node_ref=canvas width=width height=height role="img" aria-label=alt data-testid=testid></canvas>
    }
}

fn draw(canvas: &HtmlCanvasElement, picture: &GreyPicture) -> Result<(), JsValue> {
    let rgba: Vec<u8> = picture
        .grey
        .iter()
        .flat_map(|&grey| [grey, grey, grey, u8::MAX])
        .collect();
    let image =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), picture.width, picture.height)?;
    let Some(context) = canvas.get_context("2d")? else {
        return Err("the browser has no drawing context left".into());
    };
    context
        .unchecked_into::<CanvasRenderingContext2d>()
        .put_image_data(&image, 0.0, 0.0)
}
