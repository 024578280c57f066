//! Answers as sentences for screen readers.

use crate::page::film::{FilmState, Label};
use crate::page::numbers;
use crate::ui::films::Film;
use crate::ui::preferences::Preferences;
use crate::worker::answers::FilmReading;
use leptos::prelude::*;

/// The result of reading a film.
pub fn of_film(
    preferences: Preferences,
    film: &Film,
    result: &Result<FilmReading, String>,
) -> String {
    match result {
        Ok(reading) => format!("{}: {}", film.name, of_reading(preferences, film, reading)),
        Err(sentence) => format!("{}: no answer. {sentence}", film.name),
    }
}

fn of_reading(preferences: Preferences, film: &Film, reading: &FilmReading) -> String {
    if let Some(reason) = reading.unassessable {
        return format!("cannot assess: {reason}.");
    }
    let judgement = untrack(|| preferences.judge(reading.probability, &film.changed));
    let verdict = judgement.map(|judgement| judgement.to_string());
    let label = film.label.get_untracked().map(Label::word);
    format!(
        "{}, probability of pneumonia {}{}.",
        verdict.unwrap_or_default(),
        numbers::percent(reading.probability),
        label
            .map(|label| format!(", labelled {label}"))
            .unwrap_or_default(),
    )
}

/// Says that small changes to the film flip its verdict, if they do.
pub fn of_changes(preferences: Preferences, film: &Film) -> Option<String> {
    let FilmState::Read(reading) = film.state.get_untracked() else {
        return None;
    };
    let judgement = untrack(|| preferences.judge(reading.probability, &film.changed))?;
    let sentence = judgement.unstable_sentence()?;
    Some(format!("{} is unstable. {sentence}", film.name))
}
