//! The network's answer to a film.

use super::answer::Answer;
use super::grey_canvas::GreyCanvas;
use crate::ui::about::ModelIdentity;
use crate::ui::deferred::{DeferredParts, FromDeferred};
use crate::ui::films::Film;
use crate::worker::answers::FilmReading;
use leptos::prelude::*;
use std::sync::Arc;

/// The film, the answer, and what the network made it from.
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
    let (alt, seen) = (format!("The film {}", film.name), reading.clone());
    let picture = move || {
        let (reading, alt) = (seen.clone(), alt.clone());
        view! { <GreyCanvas reading picture=|reading| &reading.picture alt testid="picture"/> }
    };
    let viewed = reading.clone();
    let viewer = move |parts: DeferredParts| (parts.viewer)(film.clone(), viewed.clone());
    let has_remarks = !reading.remarks.is_empty();
    view! {
        <div class="reading">
            <figure class="picture">
                <FromDeferred part=viewer fallback=picture/>
            </figure>
            <div class="answer">
                {has_remarks.then(|| view! { <ul class="remarks" data-testid="remarks">{remarks}</ul> })}
                <Answer reading=reading.clone() changed/>
                <dl class="facts">
                    <div>
                        <dt>"Time the network took"</dt>
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
                    <GreyCanvas
                        reading=reading.clone()
                        picture=|reading| &reading.network_input
                        alt="The film as the network saw it, 128 by 128 pixels"
                        testid="network-input"
                    />
                    <figcaption>
                        "What the network saw: the whole film, squashed to 128\u{a0}×\u{a0}128 grey pixels."
                    </figcaption>
                </figure>
            </div>
        </div>
    }
}
