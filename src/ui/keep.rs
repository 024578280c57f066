//! The answers in the browser's own storage, if the reader asks for it: a reload then shows them again. Pictures are
//! never kept.

use crate::ui::room::{FilmState, Label, Room, use_room};
use crate::ui::worklist::no_picture;
use crate::worker::messages::FilmReading;
use js_sys::JSON;
use leptos::ev;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use web_sys::Storage;

/// Under which name the answers are kept.
const KEY: &str = "worklist";

/// A film with its answer.
#[derive(Serialize, Deserialize)]
struct KeptFilm {
    name: String,
    folder: String,
    label: Option<Label>,
    answer: Result<FilmReading, String>,
}

/// The check box, and what it does for as long as the page is open.
#[component]
pub fn KeepChoice() -> impl IntoView {
    let room = use_room();
    let earlier = restore(room);
    let keeping = RwSignal::new(earlier);
    let trouble = RwSignal::new(false);
    let settled = move || room.tally.with_untracked(|tally| tally.pending() == 0);
    let write = move || {
        if keeping.get_untracked() {
            trouble.set(keep(room).is_err());
        }
    };
    // Many answers are written once, when the last is there.
    Effect::new(move || {
        room.revision.track();
        if keeping.get() && settled() {
            write();
        }
    });
    let leaving = window_event_listener(ev::pagehide, move |_| write());
    on_cleanup(move || leaving.remove());
    let changed = move |event| {
        let kept = event_target_checked(&event);
        keeping.set(kept);
        if !kept {
            forget();
            trouble.set(false);
        }
        room.announce(match kept {
            true => "The answers are kept in this browser.".into(),
            false => "The answers that were kept in this browser are deleted.".into(),
        });
    };
    let shown = move || keeping.get() || room.films.with(|films| !films.is_empty());
    view! {
        <div class="keep" class:hidden=move || !shown()>
            <label class="check">
                <input
                    type="checkbox"
                    aria-describedby="keep-hint"
                    data-testid="keep-worklist"
                    prop:checked=keeping
                    on:change=changed
                />
                "Keep this worklist in this browser"
            </label>
            <p id="keep-hint" class="hint">
                "File names, labels and answers, without any picture, until you take the tick away. Otherwise a reload \
                 forgets everything."
            </p>
            <p class="error" role="alert" class:hidden=move || !trouble.get()>
                "The browser did not keep the answers: its storage is full or closed to this page."
            </p>
        </div>
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Deletes what was kept.
fn forget() {
    if let Some(storage) = storage() {
        // Fails only where nothing could be kept either.
        let _ = storage.remove_item(KEY);
    }
}

/// Writes every answer there is.
fn keep(room: Room) -> Result<(), JsValue> {
    let films: Vec<KeptFilm> = room.films.with_untracked(|films| {
        let kept = films.iter().filter_map(|film| {
            let answer = match film.state.get_untracked() {
                FilmState::Read(reading) => Ok(FilmReading {
                    picture: no_picture(),
                    network_input: no_picture(),
                    ..Arc::unwrap_or_clone(reading)
                }),
                FilmState::Failed(sentence) => Err(sentence),
                FilmState::Waiting | FilmState::Reading => return None,
            };
            Some(KeptFilm {
                name: film.name.clone(),
                folder: film.folder.clone(),
                label: film.label.get_untracked(),
                answer,
            })
        });
        kept.collect()
    });
    let films = films.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?;
    let text = String::from(JSON::stringify(&films)?);
    storage().ok_or("no storage")?.set_item(KEY, &text)
}

/// Shows what was kept by an earlier visit, and says whether there was anything. What cannot be read any more, such
/// as answers kept by another version of the page, is deleted.
fn restore(room: Room) -> bool {
    let Some(text) = storage().and_then(|storage| storage.get_item(KEY).ok().flatten()) else {
        return false;
    };
    let films = JSON::parse(&text)
        .ok()
        .and_then(|films| serde_wasm_bindgen::from_value::<Vec<KeptFilm>>(films).ok());
    let Some(films) = films else {
        forget();
        return false;
    };
    let restored = films.into_iter().map(|film| {
        let state = match film.answer {
            Ok(reading) => FilmState::Read(Arc::new(reading)),
            Err(sentence) => FilmState::Failed(sentence),
        };
        (film.folder, film.name, film.label, state)
    });
    room.restore(restored.collect());
    true
}
