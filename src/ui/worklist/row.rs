//! One film's row in the list.

use crate::page::film::{FilmState, Outcome};
use crate::page::numbers;
use crate::radiograph::Preview;
use crate::ui::film_card::GreyCanvas;
use crate::ui::films::Film;
use crate::ui::preferences::use_preferences;
use leptos::prelude::*;

/// Thumbnail, name with folder and label, probability, verdict and state.
#[component]
pub fn FilmRow(
    /// The film.
    film: Film,
    /// Its position in the list, from 0.
    place: usize,
    /// Whether its card is shown.
    selected: Signal<bool>,
    /// Called when the row is clicked.
    select: impl Fn() + 'static,
) -> impl IntoView {
    let Film {
        id,
        name,
        folder,
        label,
        state,
        ..
    } = film;
    let preferences = use_preferences();
    let shown_name = name.clone();
    let outcome = {
        let state = state.clone();
        Memo::new(move |_| state.with(|state| Outcome::of(state, preferences.decision().as_ref())))
    };
    let uncertain = {
        let state = state.clone();
        Memo::new(move |_| {
            let decision = preferences.decision();
            state.with(|state| match (state.assessed(), decision) {
                (Some(reading), Some(decision)) => decision.is_uncertain(reading.probability),
                _ => false,
            })
        })
    };
    let probability = {
        let state = state.clone();
        move || match (state.get(), outcome.get()) {
            (_, Outcome::CannotAssess) => "–".into(),
            (FilmState::Read(reading), _) => numbers::percent(reading.probability),
            _ => String::new(),
        }
    };
    let origin = move || {
        let label = label
            .get()
            .map(|label| format!("labelled {}", label.word()));
        let parts = [
            Some(folder.clone()).filter(|folder| !folder.is_empty()),
            label,
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    view! {
        <tr
            id=row_id(id)
            aria-rowindex=(place + 2).to_string()
            aria-selected=move || selected.get().to_string()
            class:pneumonia=move || outcome.get() == Outcome::Pneumonia
            data-testid="worklist-row"
            data-file=name
            on:click=move |_| select()
        >
            <td class="thumbnail" aria-hidden="true">{move || thumbnail(&state.get())}</td>
            <td class="name">
                <span>{shown_name}</span>
                <small>{origin}</small>
            </td>
            <td class="number">{probability}</td>
            <td>
                <span class="sign" aria-hidden="true">
                    {move || if uncertain.get() { "≈" } else { outcome.get().words().0 }}
                </span>
                " "
                {move || uncertain.get().then_some("uncertain, likely ")}
                {move || outcome.get().words().1}
            </td>
            <td>{move || outcome.get().progress()}</td>
        </tr>
    }
}

/// Id of the element of a film's row.
pub fn row_id(film: u32) -> String {
    format!("row-{film}")
}

/// The film in its own aspect ratio, if there is a thumbnail of it.
fn thumbnail(state: &FilmState) -> impl IntoView + use<> {
    let FilmState::Read(reading) = state else {
        return None;
    };
    reading.thumbnail.clone().map(
        |Preview {
             width,
             height,
             grey,
         }| {
            let size = [width as u32, height as u32];
            view! { <GreyCanvas size grey=move || grey.clone() alt="" testid="thumbnail"/> }
        },
    )
}
