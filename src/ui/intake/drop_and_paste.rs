//! Takes films, and folders of them, that are dropped anywhere on the page or pasted into it.

use super::folder::dropped;
use super::{Intake, picked, use_intake};
use leptos::ev;
use leptos::prelude::*;
use web_sys::{DataTransfer, DragEvent};

/// Listens on the whole window, and shows a drop target while files are dragged over it.
#[component]
pub fn DropAndPaste() -> impl IntoView {
    let intake = use_intake();
    let hovering = RwSignal::new(false);
    let over = move |event: DragEvent| {
        if carries_files(event.data_transfer().as_ref()) {
            // Otherwise the browser would open a dropped file in place of the page.
            event.prevent_default();
            hovering.set(true);
        }
    };
    window_event_listener(ev::dragenter, over);
    window_event_listener(ev::dragover, over);
    window_event_listener(ev::dragleave, move |event| {
        // No related target: the pointer left the window, not just an element.
        if event.related_target().is_none() {
            hovering.set(false);
        }
    });
    window_event_listener(ev::drop, move |event| {
        hovering.set(false);
        if take(intake, event.data_transfer().as_ref()) {
            event.prevent_default();
        }
    });
    window_event_listener(ev::paste, move |event| {
        if take(intake, event.clipboard_data().as_ref()) {
            event.prevent_default();
        }
    });
    view! {
        <div class="drop-overlay" class:visible=hovering aria-hidden="true">
            <p>"Drop the films to read them"</p>
        </div>
    }
}

/// Takes the files of a drop or a paste; false if there are none.
fn take(intake: Intake, data: Option<&DataTransfer>) -> bool {
    if let Some(entries) = data.and_then(|data| dropped(&data.items())) {
        intake.take_entries(entries);
        return true;
    }
    let files = picked(data.and_then(DataTransfer::files));
    let some = !files.is_empty();
    if some {
        intake.take_files(files);
    }
    some
}

/// During a drag, the browser reveals that there are files, but not yet the files themselves.
fn carries_files(data: Option<&DataTransfer>) -> bool {
    data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
}
