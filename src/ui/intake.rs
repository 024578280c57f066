//! Where a visitor chooses films from the computer.

use crate::ui::annex::AnnexDoor;
use crate::ui::folder;
use crate::ui::room::{Picked, Room, use_room};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{FileList, FileSystemEntry, HtmlInputElement};

/// The buttons that open the computer's file dialog.
#[component]
pub fn Intake() -> impl IntoView {
    let room = use_room();
    let input = NodeRef::<leptos::html::Input>::new();
    let folder_input = NodeRef::<leptos::html::Input>::new();
    let files_chosen = move |_: ev::Event| take_files(room, chosen(input));
    let folder_chosen = move |_: ev::Event| take_folder(room, chosen(folder_input), 0);
    let left_out = move || match room.left_out.get() {
        0 => String::new(),
        1 => "1 file was left out, which is no film.".into(),
        count => format!("{count} files were left out, which are no films."),
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
                on:change=files_chosen
            />
            <label class="choose" for="file-input">"Choose X-ray films"</label>
            <input
                node_ref=folder_input
                id="folder-input"
                class="only-spoken"
                type="file"
                multiple
                prop:webkitdirectory=true
                aria-describedby="intake-hint"
                data-testid="folder-input"
                on:change=folder_chosen
            />
            <label class="choose folder" for="folder-input">"Choose a whole folder"</label>
            <p id="intake-hint" class="hint">
                "One or more films: DICOM, PNG, JPEG, WebP, BMP, TIFF or GIF. You can also drop them or their folders \
                 anywhere on this page, or paste them."
            </p>
            <p class="hint" role="status" data-testid="left-out">{left_out}</p>
        </section>
    }
}

/// The files of an input, which is empty afterwards: otherwise choosing the same again would be no change.
fn chosen(input: NodeRef<leptos::html::Input>) -> Vec<Picked> {
    let Some(input) = input.get_untracked() else {
        return Vec::new();
    };
    let input: &HtmlInputElement = &input;
    let files = picked(input.files());
    input.set_value("");
    files
}

/// Takes files that were chosen, dropped or pasted by themselves: a table is one of labels, all others are films.
pub fn take_files(room: Room, files: Vec<Picked>) {
    let (tables, films) = files
        .into_iter()
        .partition(|picked| picked.name.to_ascii_lowercase().ends_with(".csv"));
    room.take(films);
    let tables: Vec<Picked> = tables;
    for table in tables {
        spawn_local(async move {
            match room.annex.enter().await {
                Some(annex) => (annex.take_labels)(room, table.file).await,
                None => room.announce(AnnexDoor::MISSING.into()),
            }
        });
    }
}

/// Takes a folder's films; `failed` files of it could not be opened.
pub fn take_folder(room: Room, files: Vec<Picked>, failed: usize) {
    let (films, left_out) = folder::films(files);
    room.left_out.set(left_out + failed);
    room.announce(format!("{} films were taken from the folder.", films.len()));
    room.take(films);
}

/// Takes what was dropped with folders in it.
pub async fn take_entries(room: Room, entries: Vec<FileSystemEntry>) {
    let (files, failed) = folder::opened(entries).await;
    take_folder(room, files, failed);
}

/// The files of a choice, a drop or a paste, in their order.
pub fn picked(files: Option<FileList>) -> Vec<Picked> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|index| files.get(index))
        .map(folder::picked)
        .collect()
}
