//! One film in the list, whatever became of it.

use crate::ui::reading_view::ReadingView;
use crate::ui::room::{Film, FilmState, use_room};
use leptos::html::Li;
use leptos::prelude::*;

/// A film with its name, its state or answer, and a way to remove it.
#[component]
pub fn FilmCard(
    /// The film.
    film: Film,
    /// Called when the film was removed, and with it the button that had the focus.
    removed: fn(),
) -> impl IntoView {
    let room = use_room();
    let card = NodeRef::<Li>::new();
    bring_into_view(card);
    let title = format!("film-{}", film.id);
    let Film {
        name, label, state, ..
    } = film.clone();
    let shown_name = name;
    let viewed = film.clone();
    let body = move || match state.get() {
        FilmState::Waiting => view! { <p class="pending">"Waiting for its turn…"</p> }.into_any(),
        FilmState::Reading => view! { <p class="pending">"Being read…"</p> }.into_any(),
        FilmState::Read(reading) => view! { <ReadingView reading film=viewed.clone()/> }.into_any(),
        FilmState::Failed(sentence) => view! { <Failed sentence/> }.into_any(),
    };
    view! {
        <li node_ref=card>
            <article class="film" aria-labelledby=title.clone() data-testid="result" data-file=shown_name.clone()>
                <header>
                    <div>
                        <h3 id=title.clone()>{shown_name.clone()}</h3>
                        {label.map(|label| view! { <p class="label">{format!("Labelled {}", label.word())}</p> })}
                    </div>
                    <button
                        type="button"
                        class="quiet"
                        data-testid="remove"
                        aria-label=format!("Remove {shown_name}")
                        on:click=move |_| {
                            room.remove(&film);
                            removed();
                        }
                    >
                        "Remove"
                    </button>
                </header>
                {body}
            </article>
        </li>
    }
}

/// Why there is no answer.
#[component]
fn Failed(
    /// What is wrong and what to do.
    sentence: String,
) -> impl IntoView {
    view! {
        <p class="error">
            <strong>"No answer. "</strong>
            <span data-testid="error">{sentence}</span>
        </p>
    }
}

/// On a narrow screen the list may stand out of sight when a film is chosen: scrolls to its first card.
fn bring_into_view(card: NodeRef<Li>) {
    Effect::new(move || {
        let Some(card) = card.get() else { return };
        let first = card.previous_element_sibling().is_none();
        let place = card.get_bounding_client_rect();
        let height = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(f64::MAX);
        if first && (place.top() < 0.0 || place.top() > height * 0.8) {
            card.scroll_into_view();
        }
    });
}
