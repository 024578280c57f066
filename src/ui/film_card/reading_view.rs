//! The network's answer for a film.

use super::answer::Answer;
use super::grey_canvas::GreyCanvas;
use crate::input::SIZE;
use crate::radiograph::to_grey8;
use crate::ui::about::ModelIdentity;
use crate::ui::deferred::{DeferredParts, FromDeferred};
use crate::ui::films::Film;
use crate::worker::answers::FilmReading;
use crate::worker::messages::Pictures;
use leptos::prelude::*;
use std::sync::Arc;

/// The film, the answer, and the network's input.
#[component]
pub fn ReadingView(
    /// The answer.
    reading: Arc<FilmReading>,
    /// The film.
    film: Film,
) -> impl IntoView {
    let FilmReading {
        width,
        height,
        inference_ms,
        ..
    } = *reading;
    let remarks = reading.remarks.clone().into_iter();
    let remarks = remarks
        .map(|remark| view! { <li>{remark}</li> })
        .collect_view();
    let changed = film.changed.clone();
    let seen = film.pictures.clone();
    let has_remarks = !reading.remarks.is_empty();
    view! {
        <div class="reading">
            <figure class="picture">
                <Picture film reading=reading.clone()/>
            </figure>
            <div class="answer">
                {has_remarks.then(|| view! { <ul class="remarks" data-testid="remarks">{remarks}</ul> })}
                <Answer reading=reading.clone() changed/>
                <dl class="facts">
                    <div>
                        <dt>"Inference time"</dt>
                        <dd data-testid="inference-ms" data-value=inference_ms.to_string()>
                            {format!("{inference_ms:.1}\u{a0}ms")}
                        </dd>
                    </div>
                    <div>
                        <dt>"Network"</dt>
                        <dd><ModelIdentity/></dd>
                    </div>
                    <div>
                        <dt>"Picture"</dt>
                        <dd>{format!("{width} × {height} pixels")}</dd>
                    </div>
                </dl>
                <figure class="network-input">
                    {move || seen.get().map(|pictures| view! { <NetworkInput pictures/> })}
                    <figcaption>
                        "What the network saw: the whole film, squashed to 128\u{a0}×\u{a0}128 grey pixels."
                    </figcaption>
                </figure>
            </div>
        </div>
    }
}

/// The film: its picture, then the viewer once it is loaded.
#[component]
fn Picture(film: Film, reading: Arc<FilmReading>) -> impl IntoView {
    let alt = format!("The film {}", film.name);
    let pictures = film.pictures.clone();
    let viewer = move |parts: DeferredParts| (parts.viewer)(film.clone(), reading.clone());
    let picture = move || {
        let alt = alt.clone();
        pictures.get().map(|pictures| {
            let size = [pictures.film.width, pictures.film.height];
            view! { <GreyCanvas size grey=move || pictures.film.grey.to_vec() alt testid="picture"/> }
        })
    };
    view! { <FromDeferred part=viewer fallback=picture/> }
}

#[component]
fn NetworkInput(pictures: Arc<Pictures>) -> impl IntoView {
    view! {
        <GreyCanvas
            size=[SIZE as u32; 2]
            grey=move || to_grey8(&pictures.network_input.to_vec())
            alt="The film as the network saw it, 128 by 128 pixels"
            testid="network-input"
        />
    }
}
