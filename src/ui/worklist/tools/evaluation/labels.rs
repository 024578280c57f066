//! Takes labels for films from a table.

use crate::page::label_table::LabelTable;
use crate::ui::films::{Film, FilmStore};
use crate::ui::intake::{picked, use_intake};
use js_sys::JsString;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlInputElement};

/// The button for choosing a table.
#[component]
pub fn LabelsInput() -> impl IntoView {
    let intake = use_intake();
    let chosen = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        for table in picked(input.files()) {
            intake.take_labels(table);
        }
        input.set_value("");
    };
    view! {
        <label class="table-of-labels">
            "A table of labels: "
            <input type="file" accept=".csv,.txt,text/csv" data-testid="labels-input" on:change=chosen/>
        </label>
        <p class="hint" role="status" data-testid="labels-told">{move || intake.label_report.get()}</p>
    }
}

/// Labels the films that a table names, and says how many there were.
pub async fn take_labels(films: FilmStore, table: Blob) -> String {
    match JsFuture::from(table.text()).await {
        Ok(text) => apply(films, &String::from(text.unchecked_into::<JsString>())),
        Err(_) => "The browser could not open the table. Choose it again.".into(),
    }
}

fn apply(films: FilmStore, table: &str) -> String {
    let list: Vec<Film> = films.list.get_untracked();
    let names = list
        .iter()
        .map(|film| (film.folder.as_str(), film.name.as_str()));
    let table = LabelTable::read(table, names);
    for &(place, label) in &table.labels {
        list[place].label.set(Some(label));
    }
    films.notify();
    table.to_string()
}
