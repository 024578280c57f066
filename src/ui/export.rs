//! All answers as a file, made in memory and saved by the browser. Of the films there are only the names of their
//! files and folders: nothing of what DICOM headers say of a patient.

use crate::csv;
use crate::ui::operating_point::Terms;
use crate::ui::room::{Film, FilmState, Room};
use crate::ui::worklist::Outcome;
use crate::worker::messages::{FilmReading, Model};
use js_sys::{Array, Date, JSON, JsString};
use leptos::prelude::*;
use serde::Serialize;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// One film as both formats have it.
#[derive(Serialize)]
struct Line {
    /// With the folder that it came in.
    file: String,
    /// `NORMAL`, `PNEUMONIA` or none.
    label: Option<&'static str>,
    /// Of pneumonia, 0 to 1. None for a film that was not read or can't be assessed.
    probability: Option<f64>,
    /// Or what became of the film instead.
    verdict: &'static str,
    /// Whether the verdict might as well be the other.
    uncertain: Option<bool>,
    /// Whether small changes of the film turn the verdict over; none while that is not known.
    unstable: Option<bool>,
    cannot_assess: Option<String>,
    /// Why there is no answer.
    error: Option<String>,
    inference_ms: Option<f64>,
}

/// All films, and what they were read by.
#[derive(Serialize)]
struct Answers {
    model: String,
    version: String,
    /// SHA-256 of the weights file.
    sha256: String,
    operating_point: &'static str,
    /// Probability from which the verdict is pneumonia.
    threshold: Option<f64>,
    /// ISO 8601, in UTC.
    saved_at: String,
    films: Vec<Line>,
}

impl Line {
    fn of(film: &Film, terms: Terms) -> Self {
        let decision = untrack(|| terms.decision());
        let label = film.label.get_untracked().map(|label| label.class());
        film.state.with_untracked(|state| {
            let outcome = Outcome::of(state, decision.as_ref());
            let reading = match state {
                FilmState::Read(reading) => Some(reading),
                _ => None,
            };
            let assessed = reading.filter(|_| outcome != Outcome::CannotAssess);
            let judged =
                |reading: &FilmReading| untrack(|| terms.judge(reading.probability, &film.changed));
            let judgement = assessed.and_then(|reading| judged(reading));
            Self {
                file: film.path(),
                label,
                probability: assessed.map(|reading| reading.probability),
                verdict: outcome.words().1,
                uncertain: judgement.as_ref().map(|judgement| judgement.uncertain),
                unstable: judgement
                    .filter(|judgement| judgement.changes > 0)
                    .map(|judgement| !judgement.unstable.is_empty()),
                cannot_assess: reading.and_then(|reading| Some(reading.unassessable?.to_string())),
                error: match state {
                    FilmState::Failed(sentence) => Some(sentence.clone()),
                    _ => None,
                },
                inference_ms: reading.map(|reading| reading.inference_ms),
            }
        })
    }
}

fn answers(room: Room) -> Answers {
    let terms = room.terms;
    let model = terms.model.get_untracked();
    let of_model =
        |text: fn(&Model) -> &String| model.as_deref().map(text).cloned().unwrap_or_default();
    Answers {
        model: of_model(|model| &model.name),
        version: of_model(|model| &model.version),
        sha256: of_model(|model| &model.sha256),
        operating_point: terms.choice.get_untracked().word(),
        threshold: untrack(|| terms.decision()).map(|decision| decision.point.threshold),
        saved_at: Date::new_0().to_iso_string().into(),
        films: room
            .films
            .with_untracked(|films| films.iter().map(|film| Line::of(film, terms)).collect()),
    }
}

/// Saves all answers as a table.
pub fn save_csv(room: Room) {
    let Answers {
        model,
        version,
        sha256,
        operating_point,
        threshold,
        saved_at,
        films,
    } = answers(room);
    let mut table = csv::line([
        "file",
        "label",
        "probability",
        "verdict",
        "uncertain",
        "unstable",
        "cannot_assess",
        "error",
        "inference_ms",
        "operating_point",
        "threshold",
        "model",
        "version",
        "sha256",
        "saved_at",
    ]);
    let flag = |value: Option<bool>| value.map(|value| value.to_string()).unwrap_or_default();
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for film in films {
        table += &csv::line([
            film.file.as_str(),
            film.label.unwrap_or_default(),
            &number(film.probability),
            film.verdict,
            &flag(film.uncertain),
            &flag(film.unstable),
            &film.cannot_assess.unwrap_or_default(),
            &film.error.unwrap_or_default(),
            &number(film.inference_ms),
            operating_point,
            &number(threshold),
            &model,
            &version,
            &sha256,
            &saved_at,
        ]);
    }
    // Spreadsheets take a file for UTF-8 only with this mark.
    finish(
        room,
        "readings.csv",
        "text/csv",
        format!("\u{feff}{table}").into(),
    );
}

/// Saves all answers as one JSON object.
pub fn save_json(room: Room) {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let text = answers(room)
        .serialize(&serializer)
        .map_err(JsValue::from)
        .and_then(|answers| {
            JSON::stringify_with_replacer_and_space(&answers, &JsValue::NULL, &2.into())
        });
    match text {
        Ok(text) => finish(room, "readings.json", "application/json", text),
        Err(error) => leptos::logging::error!("the answers can't be written: {error:?}"),
    }
}

fn finish(room: Room, name: &str, kind: &str, text: JsString) {
    room.announce(match save(name, kind, &text) {
        Ok(()) => format!("{name} was saved."),
        Err(error) => {
            leptos::logging::error!("{name} can't be saved: {error:?}");
            format!("{name} could not be saved.")
        }
    });
}

/// Lets the browser save a file, as a click on a link to it would.
fn save(name: &str, kind: &str, text: &JsString) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let file = Blob::new_with_str_sequence_and_options(&Array::of1(text), &options)?;
    let address = Url::create_object_url_with_blob(&file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has begun to copy the file when the click returns, but has not ended.
    set_timeout(
        move || drop(Url::revoke_object_url(&address)),
        Duration::from_secs(60),
    );
    Ok(())
}
