//! The network's answer to a film.

use crate::network::Unassessable;
use crate::reading::Verdict;
use crate::ui::grey_canvas::GreyCanvas;
use crate::ui::numbers;
use crate::ui::probability_scale::ProbabilityScale;
use crate::ui::room::Film;
use crate::ui::viewer::FilmViewer;
use crate::worker::messages::FilmReading;
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
    let has_remarks = !reading.remarks.is_empty();
    view! {
        <div class="reading">
            <figure class="picture">
                <FilmViewer film reading=reading.clone()/>
            </figure>
            <div class="answer">
                {has_remarks.then(|| view! { <ul class="remarks" data-testid="remarks">{remarks}</ul> })}
                {match reading.unassessable {
                    None => view! { <Answer reading=reading.clone()/> }.into_any(),
                    Some(reason) => view! { <CannotAssess reason reading=reading.clone()/> }.into_any(),
                }}
                <dl class="facts">
                    <div>
                        <dt>"Time the network took"</dt>
                        <dd data-testid="inference-ms" data-value=inference_ms.to_string()>
                            {format!("{inference_ms:.1}\u{a0}ms")}
                        </dd>
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

/// That there is no answer, and why; what the network would say can be unfolded.
#[component]
fn CannotAssess(
    /// Why the picture can't be judged.
    reason: Unassessable,
    /// What the network would say.
    reading: Arc<FilmReading>,
) -> impl IntoView {
    view! {
        <p class="verdict unassessable">
            <span class="sign" aria-hidden="true">"?"</span>
            <span data-testid="cannot-assess">"cannot assess"</span>
        </p>
        <p data-testid="cannot-assess-reason">
            {format!("This picture can't be judged: {reason}. A number for it would mean nothing.")}
        </p>
        <details>
            <summary data-testid="show-anyway">"What the network would say all the same"</summary>
            <Answer reading/>
        </details>
    }
}

/// Verdict and probability, with the threshold between the verdicts.
#[component]
fn Answer(
    /// The answer.
    reading: Arc<FilmReading>,
) -> impl IntoView {
    let FilmReading {
        probability,
        threshold,
        prevalence,
        verdict,
        ..
    } = *reading;
    let (sign, side) = match verdict {
        Verdict::Pneumonia => ("▲", "at or above"),
        Verdict::NoPneumonia => ("▽", "below"),
    };
    let pneumonia = verdict == Verdict::Pneumonia;
    view! {
        <p class="verdict" class:pneumonia=pneumonia>
            <span class="sign" aria-hidden="true">{sign}</span>
            <span data-testid="verdict">{verdict.to_string()}</span>
        </p>
        <p class="probability">
            <span class="number" data-testid="probability" data-value=probability.to_string()>
                {numbers::percent(probability)}
            </span>
            " probability of pneumonia"
        </p>
        <ProbabilityScale probability threshold pneumonia/>
        <p class="hint">
            {format!(
                "This is {side} the threshold of {}, the mark on the scale. {:.0}\u{a0}% of the films that such \
                 probabilities were checked on show pneumonia; where it is rarer, the same film makes it less likely.",
                numbers::threshold(threshold),
                prevalence * 100.0
            )}
        </p>
    }
}
