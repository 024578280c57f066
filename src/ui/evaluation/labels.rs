//! Labels of films from a table: a film's file name or path on each line, and what its own readers said of it.

use crate::csv;
use crate::ui::intake::picked;
use crate::ui::room::{Film, Label, Room, use_room};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlInputElement};

/// The button that chooses a table.
#[component]
pub fn LabelsInput() -> impl IntoView {
    let room = use_room();
    let chosen = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        for table in picked(input.files()) {
            spawn_local(take(room, table.file));
        }
        input.set_value("");
    };
    view! {
        <label class="table-of-labels">
            "A table of labels: "
            <input type="file" accept=".csv,.txt,text/csv" data-testid="labels-input" on:change=chosen/>
        </label>
        <p class="hint" role="status" data-testid="labels-told">{move || room.labels_told.get()}</p>
    }
}

/// Gives the films that a table names their labels, and says how many that were.
pub async fn take(room: Room, table: Blob) {
    let told = match JsFuture::from(table.text()).await {
        Ok(text) => apply(
            room,
            &String::from(text.unchecked_into::<js_sys::JsString>()),
        ),
        Err(_) => "The browser could not open the table. Choose it again.".into(),
    };
    room.announce(told.clone());
    room.labels_told.set(told);
}

fn apply(room: Room, table: &str) -> String {
    let mut named: BTreeMap<String, Vec<Film>> = BTreeMap::new();
    for film in room.films.get_untracked() {
        let names = [film.path(), film.name.clone()];
        let distinct = if film.folder.is_empty() { 1 } else { 2 };
        for name in names.into_iter().take(distinct) {
            named.entry(name).or_default().push(film.clone());
        }
    }
    let (mut labelled, mut unknown, mut unclear) = (0, 0, 0);
    for record in csv::parse(table) {
        let [name, label, ..] = record.as_slice() else {
            unclear += 1;
            continue;
        };
        match (named.get(name.trim()), meant_by(label.trim())) {
            (Some(films), Some(label)) => {
                films.iter().for_each(|film| film.label.set(Some(label)));
                labelled += films.len();
            }
            (None, Some(_)) => unknown += 1,
            (_, None) => unclear += 1,
        }
    }
    room.revise();
    format!(
        "{labelled} films got a label; {unknown} lines name no film in the list, and on {unclear} lines, headings \
         included, the label is neither NORMAL nor PNEUMONIA."
    )
}

/// A class by its name or its number, or as this page writes it.
fn meant_by(word: &str) -> Option<Label> {
    match word {
        "0" => Some(Label::Normal),
        "1" => Some(Label::Pneumonia),
        name => Label::of_class(name),
    }
}
