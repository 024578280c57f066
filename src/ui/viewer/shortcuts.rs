//! The list of shortcuts, which `?` opens anywhere on the page.

use crate::page::commands::COMMANDS;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Whether the list is open.
pub type ShortcutsShown = RwSignal<bool>;

/// Mouse and touch gestures.
const GESTURES: [(&str, &str); 6] = [
    (
        "Left button or one finger",
        "The chosen tool (initially window and level)",
    ),
    ("Middle button", "Move"),
    ("Right button", "Zoom"),
    ("Wheel", "Zoom to the pointer, after clicking the film"),
    ("Control + wheel", "Zoom to the pointer"),
    ("Two fingers", "Zoom and move"),
];

/// The dialog, initially closed.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let shown: ShortcutsShown = expect_context();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if shown.get() && !dialog.open() {
            // Fails only if it is already open.
            let _ = dialog.show_modal();
        } else if !shown.get() {
            dialog.close();
        }
    });
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let typing = document().active_element().is_some_and(|element| {
            let name = element.tag_name();
            (name == "INPUT" && element.get_attribute("type").as_deref() != Some("file"))
                || name == "TEXTAREA"
                || name == "SELECT"
        });
        if event.key() == "?" && !typing {
            shown.set(true);
        }
    });
    on_cleanup(move || listener.remove());
    let row = |keys: &'static str, name: &'static str| {
        view! { <tr><th scope="row"><kbd>{keys}</kbd></th><td>{name}</td></tr> }
    };
    let commands = COMMANDS.iter();
    let keys = commands.map(|command| row(command.key_names, command.name));
    let gestures = GESTURES.iter().map(|(gesture, name)| row(gesture, name));
    view! {
        <dialog
            node_ref=dialog
            class="shortcuts"
            aria-labelledby="shortcuts-title"
            data-testid="shortcuts-list"
            on:close=move |_| shown.set(false)
        >
            <h2 id="shortcuts-title">"Viewer shortcuts"</h2>
            <p class="hint">"The keys work once a film has the focus: click it, or move to it with the Tab key."</p>
            <table>
                <tbody>{keys.chain(gestures).collect_view()}</tbody>
            </table>
            <button type="button" data-testid="close-shortcuts" on:click=move |_| shown.set(false)>"Close"</button>
        </dialog>
    }
}
