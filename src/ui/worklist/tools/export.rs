//! All answers as a file, made in memory and saved by the browser.

use crate::page::export::{Answers, Row};
use crate::ui::announcer::{Announcer, use_announcer};
use crate::ui::films::{Film, FilmStore, use_films};
use crate::ui::preferences::{Preferences, use_preferences};
use js_sys::{Array, Date, JSON, JsString};
use leptos::prelude::*;
use serde::Serialize;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// What is saved, and the announcer that reports it.
#[derive(Clone, Copy)]
pub struct Exporter {
    films: FilmStore,
    preferences: Preferences,
    announcer: Announcer,
}

impl Exporter {
    /// For the page's films.
    pub fn new() -> Self {
        Self {
            films: use_films(),
            preferences: use_preferences(),
            announcer: use_announcer(),
        }
    }

    /// Saves all answers as a table.
    pub fn save_csv(self) {
        self.finish("readings.csv", "text/csv", self.answers().to_csv().into());
    }

    /// Saves all answers as one JSON object.
    pub fn save_json(self) {
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        let text = self
            .answers()
            .serialize(&serializer)
            .map_err(JsValue::from)
            .and_then(|answers| {
                JSON::stringify_with_replacer_and_space(&answers, &JsValue::NULL, &2.into())
            });
        match text {
            Ok(text) => self.finish("readings.json", "application/json", text),
            Err(error) => leptos::logging::error!("the answers can't be written: {error:?}"),
        }
    }

    fn answers(self) -> Answers {
        let criteria = untrack(|| self.preferences.criteria());
        let row = |film: &Film| {
            let label = film.label.get_untracked();
            let changed = film.changed.get_untracked();
            film.state
                .with_untracked(|state| Row::new(film.path(), label, state, &changed, criteria))
        };
        let model = self.preferences.model.get_untracked();
        Answers::new(
            model.as_deref(),
            self.preferences.choice.get_untracked().word(),
            criteria,
            Date::new_0().to_iso_string().into(),
            self.films
                .list
                .with_untracked(|films| films.iter().map(row).collect()),
        )
    }

    fn finish(self, name: &str, kind: &str, text: JsString) {
        self.announcer.say(match save(name, kind, &text) {
            Ok(()) => format!("{name} was saved."),
            Err(error) => {
                leptos::logging::error!("{name} can't be saved: {error:?}");
                format!("{name} could not be saved.")
            }
        });
    }
}

/// Makes the browser save a file, as a click on a download link would.
fn save(name: &str, kind: &str, text: &JsString) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let file = Blob::new_with_str_sequence_and_options(&Array::of1(text), &options)?;
    let address = Url::create_object_url_with_blob(&file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // When the click returns, the browser may still be copying the file.
    set_timeout(
        move || drop(Url::revoke_object_url(&address)),
        Duration::from_secs(60),
    );
    Ok(())
}
