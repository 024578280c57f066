//! Keeps the answers in the browser's local storage, if the visitor asks for it, so that a reload shows them again.
//! Pictures are never kept.

use crate::page::film::{FilmState, Label};
use crate::ui::announcer::use_announcer;
use crate::ui::films::{FilmStore, Kept, use_films};
use crate::ui::preferences::use_preferences;
use crate::worker::answers::{FilmReading, Model};
use js_sys::JSON;
use leptos::ev;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use web_sys::Storage;

/// The storage key of the answers.
const KEY: &str = "worklist";

/// What is kept.
#[derive(Serialize, Deserialize)]
struct KeptList {
    /// Hash of the weights that gave the answers.
    sha256: String,
    films: Vec<KeptFilm>,
}

/// A film with its answer.
#[derive(Serialize, Deserialize)]
struct KeptFilm {
    name: String,
    folder: String,
    label: Option<Label>,
    answer: Result<FilmReading, String>,
    /// See [`Film::changed`](crate::ui::films::Film).
    changed: Vec<f64>,
}

/// The checkbox, and the saving that it controls for as long as the page is open.
#[component]
pub fn KeepChoice() -> impl IntoView {
    let (films, preferences) = (use_films(), use_preferences());
    let announcer = use_announcer();
    let earlier = restore(films);
    let keeping = RwSignal::new(earlier.is_some());
    // The kept answers may be from other weights.
    Effect::new(move || {
        if let (Some(model), Some(sha256)) = (preferences.model.get(), &earlier)
            && model.sha256 != *sha256
        {
            films.forget_kept();
        }
    });
    let trouble = RwSignal::new(false);
    let settled = move || films.tally.with_untracked(|tally| tally.pending() == 0);
    let write = move || {
        if keeping.get_untracked() {
            // Before the network is loaded, there is nothing new.
            let kept = preferences.model.with_untracked(|model| match model {
                Some(model) => keep(films, model),
                None => Ok(()),
            });
            trouble.set(kept.is_err());
        }
    };
    // Many answers are written once, when the last has arrived.
    Effect::new(move || {
        films.revision.track();
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
        announcer.say(match kept {
            true => "The answers are kept in this browser.",
            false => "The answers that were kept in this browser are deleted.",
        });
    };
    let shown = move || keeping.get() || films.list.with(|films| !films.is_empty());
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
                "File names, labels and answers, without pictures, until you untick this. Otherwise a reload forgets \
                 everything."
            </p>
            <p class="error" role="alert" class:hidden=move || !trouble.get()>
                "The browser did not keep the answers: its storage is full or blocked for this page."
            </p>
        </div>
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Deletes the kept answers.
fn forget() {
    if let Some(storage) = storage() {
        // Fails only where nothing could have been kept either.
        let _ = storage.remove_item(KEY);
    }
}

/// Writes all answers.
fn keep(films: FilmStore, model: &Model) -> Result<(), JsValue> {
    let films: Vec<KeptFilm> = films.list.with_untracked(|films| {
        let kept = films.iter().filter_map(|film| {
            let answer = match film.state.get_untracked() {
                FilmState::Read(reading) => Ok(FilmReading {
                    thumbnail: None,
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
                changed: film.changed.get_untracked(),
            })
        });
        kept.collect()
    });
    let sha256 = model.sha256.clone();
    let list = KeptList { sha256, films };
    let list = list.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?;
    let text = String::from(JSON::stringify(&list)?);
    storage().ok_or("no storage")?.set_item(KEY, &text)
}

/// Restores the answers kept by an earlier visit, and returns the hash of their weights if there were any. Deletes what
/// cannot be parsed, such as answers kept by another version of the page.
fn restore(films: FilmStore) -> Option<String> {
    let text = storage()?.get_item(KEY).ok()??;
    let list = JSON::parse(&text)
        .ok()
        .and_then(|list| serde_wasm_bindgen::from_value::<KeptList>(list).ok());
    let Some(list) = list else {
        forget();
        return None;
    };
    let restored = list.films.into_iter().map(|film| {
        let state = match film.answer {
            Ok(reading) => FilmState::Read(Arc::new(reading)),
            Err(sentence) => FilmState::Failed(sentence),
        };
        Kept {
            name: film.name,
            folder: film.folder,
            label: film.label,
            state,
            changed: film.changed,
        }
    });
    films.restore(restored.collect());
    Some(list.sha256)
}
