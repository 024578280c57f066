//! Prints a film's card as a one-page report. style/report.css decides what is printed.

use crate::ui::preferences::use_preferences;
use js_sys::Date;
use leptos::ev;
use leptos::html::Li;
use leptos::prelude::*;

/// Class of the card that is printed.
const PRINTED: &str = "printed";

/// The button that prints this card alone.
#[component]
pub fn PrintReport(
    /// The card.
    card: NodeRef<Li>,
) -> impl IntoView {
    let after = window_event_listener(ev::afterprint, move |_| mark(card, false));
    on_cleanup(move || after.remove());
    let print = move |_| {
        mark(card, true);
        if let Err(error) = window().print() {
            leptos::logging::warn!("the browser does not print: {error:?}");
            mark(card, false);
        }
    };
    view! {
        <button type="button" class="quiet" data-testid="print-report" on:click=print>"Print report"</button>
    }
}

fn mark(card: NodeRef<Li>, printed: bool) {
    if let Some(card) = card.get_untracked() {
        // Fails only for a class with a space in its name.
        let _ = card.class_list().toggle_with_force(PRINTED, printed);
    }
}

/// Heading above the film, in print only.
#[component]
pub fn ReportHead() -> impl IntoView {
    view! { <p class="print-only report-title">"Chest X-ray reading by a neural network"</p> }
}

/// Text below the answer, in print only: the network, the date of printing, and the limitations.
#[component]
pub fn ReportFoot() -> impl IntoView {
    let preferences = use_preferences();
    let model = move || match preferences.model.get() {
        Some(model) => format!(
            "{} {}, SHA-256 of its weights {}",
            model.name, model.version, model.sha256
        ),
        None => "not loaded".into(),
    };
    let today = String::from(Date::new_0().to_locale_date_string("en-GB", &js_sys::Object::new()));
    view! {
        <footer class="print-only" data-testid="report-foot">
            <p>"Network: " {model} ". Printed on " {today} "."</p>
            <p>
                <strong>"For research and teaching. This is not a medical device, and not a physician’s finding."</strong>
                " The network was trained on frontal chest films of children aged one to five from one hospital; on \
                 films of other people and other machines its number may mean nothing. A verdict of no pneumonia \
                 does not rule it out, and the network does not look for other diseases."
            </p>
        </footer>
    }
}
