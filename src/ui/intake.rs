//! Where a visitor chooses films from the computer.

use crate::ui::room::{Picked, use_room};
use leptos::ev;
use leptos::prelude::*;
use web_sys::{FileList, HtmlInputElement};

/// The button that opens the computer's file dialog.
#[component]
pub fn Intake() -> impl IntoView {
    let room = use_room();
    let input = NodeRef::<leptos::html::Input>::new();
    let chosen = move |_: ev::Event| {
        if let Some(input) = input.get_untracked() {
            let input: &HtmlInputElement = &input;
            room.take(picked(input.files()));
            // Otherwise choosing the same file again would be no change.
            input.set_value("");
        }
    };
    view! {
        <section class="intake" aria-label="Your films">
            <input
                node_ref=input
                id="file-input"
                class="only-spoken"
                type="file"
                multiple
                aria-describedby="intake-hint"
                data-testid="file-input"
                on:change=chosen
            />
            <label class="choose" for="file-input">"Choose X-ray films"</label>
            <p id="intake-hint" class="hint">
                "One or more films: DICOM, PNG, JPEG, WebP, BMP, TIFF or GIF. You can also drop them anywhere on this \
                 page, or paste them."
            </p>
        </section>
    }
}

/// The files of a choice, a drop or a paste, in their order.
pub fn picked(files: Option<FileList>) -> Vec<Picked> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|index| files.get(index))
        .map(|file| Picked {
            name: file.name(),
            label: None,
            file: file.into(),
        })
        .collect()
}
