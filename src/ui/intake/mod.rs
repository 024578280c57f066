//! How films get into the page: chosen, dropped, pasted, or samples.
//!
//! ```text
//! drop_and_paste          films dropped anywhere on the page, or pasted
//! folder                  whole folders
//! samples, sample_shelf   films to try the page with
//! ```

mod drop_and_paste;
mod folder;
mod sample_shelf;
mod samples;

pub use drop_and_paste::DropAndPaste;
pub use folder::opened;
pub use sample_shelf::SampleShelf;
pub use samples::{Sample, all as all_samples};

use crate::page::film_files::{is_table, is_weights_file};
use crate::ui::announcer::{Announcer, use_announcer};
use crate::ui::deferred::{Deferred, OpenedFiles, use_deferred};
use crate::ui::films::{FilmStore, Picked, use_films};
use crate::ui::preferences::{WeightsChoice, use_weights};
use crate::ui::reader::{ReaderService, use_reader};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{FileList, FileSystemEntry, HtmlInputElement};

/// Passes films to the list and to the reader.
#[derive(Clone, Copy)]
pub struct Intake {
    films: FilmStore,
    reader: ReaderService,
    weights: WeightsChoice,
    announcer: Announcer,
    deferred: Deferred,
    /// How many files of chosen folders were left out because they are not films.
    pub left_out: RwSignal<usize>,
    /// Report on the last table of labels.
    pub label_report: RwSignal<String>,
}

impl Intake {
    /// For the page's list.
    pub fn new() -> Self {
        Self {
            films: use_films(),
            reader: use_reader(),
            weights: use_weights(),
            announcer: use_announcer(),
            deferred: use_deferred(),
            left_out: RwSignal::new(0),
            label_report: RwSignal::new(String::new()),
        }
    }

    /// Adds the films at the top of the list and has them read. A weights file among them is tried out instead.
    pub fn take(self, picked: Vec<Picked>) {
        let (weights, picked): (Vec<_>, Vec<_>) = picked
            .into_iter()
            .partition(|picked| is_weights_file(&picked.name));
        if let Some(file) = weights.into_iter().next_back() {
            self.weights.try_out(file);
        }
        self.reader.read(self.films.add(picked));
    }

    /// Takes files that were chosen, dropped or pasted without a folder: tables contain labels, all others are films.
    pub fn take_files(self, files: Vec<Picked>) {
        let (tables, films): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|picked| is_table(&picked.name));
        self.take(films);
        for table in tables {
            self.take_labels(table);
        }
    }

    /// Takes a table of labels.
    pub fn take_labels(self, table: Picked) {
        spawn_local(async move {
            match self.deferred.load().await {
                Some(parts) => {
                    let report = (parts.take_labels)(self.films, table.file).await;
                    self.announcer.say(report.clone());
                    self.label_report.set(report);
                }
                None => self.announcer.say(Deferred::MISSING),
            }
        });
    }

    /// Takes a folder's films; `failed` of its files could not be opened.
    fn take_folder(self, files: Vec<Picked>, failed: usize) {
        let (films, left_out) = folder::films(files);
        self.left_out.set(left_out + failed);
        self.announcer
            .say(format!("{} films were taken from the folder.", films.len()));
        self.take(films);
    }

    /// Takes dropped entries with folders among them.
    fn take_entries(self, entries: Vec<FileSystemEntry>) {
        spawn_local(async move {
            match self.deferred.load().await {
                Some(parts) => {
                    let OpenedFiles { files, failed } = (parts.open_entries)(entries).await;
                    self.take_folder(files, failed);
                }
                None => self.announcer.say(Deferred::MISSING),
            }
        });
    }
}

/// The page's intake.
pub fn use_intake() -> Intake {
    expect_context()
}

/// The buttons that open the file dialog.
#[component]
pub fn IntakePanel() -> impl IntoView {
    let intake = use_intake();
    let input = NodeRef::<leptos::html::Input>::new();
    let folder_input = NodeRef::<leptos::html::Input>::new();
    let files_chosen = move |_: ev::Event| intake.take_files(chosen(input));
    let folder_chosen = move |_: ev::Event| intake.take_folder(chosen(folder_input), 0);
    let left_out = move || match intake.left_out.get() {
        0 => String::new(),
        1 => "1 file was skipped because it is not a film.".into(),
        count => format!("{count} files were skipped because they are not films."),
    };
    view! {
        <section class="intake" aria-label="Your films">
            <input
                node_ref=input
                id="file-input"
                class="visually-hidden"
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
                class="visually-hidden"
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

/// The files of an input, which is then cleared: otherwise choosing the same files again would fire no change event.
fn chosen(input: NodeRef<leptos::html::Input>) -> Vec<Picked> {
    let Some(input) = input.get_untracked() else {
        return Vec::new();
    };
    let input: &HtmlInputElement = &input;
    let files = picked(input.files());
    input.set_value("");
    files
}

/// The files of a file input, a drop or a paste, in order.
pub fn picked(files: Option<FileList>) -> Vec<Picked> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|index| files.get(index))
        .map(folder::picked)
        .collect()
}
