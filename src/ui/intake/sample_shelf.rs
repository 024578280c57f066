//! Films to try the page with.

use super::samples::{Sample, SampleCopy};
use super::use_intake;
use crate::page::film::Label;
use leptos::prelude::*;

/// The sample films, grouped by the label that physicians gave them.
#[component]
pub fn SampleShelf(
    /// Loaded or still loading.
    samples: Vec<Sample>,
) -> impl IntoView {
    let (normal, pneumonia): (Vec<_>, Vec<_>) = samples
        .into_iter()
        .partition(|sample| sample.label == Label::Normal);
    view! {
        <section class="shelf" aria-labelledby="shelf-title">
            <h2 id="shelf-title">"Sample films"</h2>
            <p class="hint">"Labelled by physicians; the network never saw them."</p>
            <Row title="Labelled normal" samples=normal/>
            <Row title="Labelled pneumonia" samples=pneumonia/>
        </section>
    }
}

/// The samples of one label.
#[component]
fn Row(
    title: &'static str,
    /// The row's films.
    samples: Vec<Sample>,
) -> impl IntoView {
    view! {
        <h3>{title}</h3>
        <ul class="thumbnails">
            {samples.into_iter().map(|sample| view! { <li><SampleButton sample/></li> }).collect_view()}
        </ul>
    }
}

/// One sample film, which is read when it is clicked.
#[component]
fn SampleButton(
    /// The film.
    sample: Sample,
) -> impl IntoView {
    let intake = use_intake();
    let thumbnail = move || match sample.copy.get() {
        SampleCopy::Here { url, .. } => view! { <img src=url alt="" decoding="async"/> }.into_any(),
        SampleCopy::Loading => view! { <span class="blank"></span> }.into_any(),
        SampleCopy::Missing => view! { <span class="blank">"not loaded"</span> }.into_any(),
    };
    view! {
        <button
            type="button"
            class="sample"
            data-testid="sample-film"
            data-file=sample.name
            aria-label=format!("Sample {}, labelled {}", sample.number, sample.label.word())
            disabled=move || !matches!(sample.copy.get(), SampleCopy::Here { .. })
            on:click=move |_| intake.take(sample.pick().into_iter().collect())
        >
            {thumbnail}
            <span class="number" aria-hidden="true">{sample.number}</span>
        </button>
    }
}
