//! Whole folders of films: every file in them and their subfolders, with its path, which may contain its label. Files
//! that are clearly not films are left out.

use crate::page::film_files::{label_of_folder, may_be_film};
use crate::ui::deferred::OpenedFiles;
use crate::ui::films::Picked;
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt, stream};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransferItemList, File, FileSystemDirectoryEntry, FileSystemDirectoryReader,
    FileSystemEntry, FileSystemFileEntry,
};

/// How many files are opened at once.
const CONCURRENT_FILES: usize = 16;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = File)]
    type FileOfFolder;
    /// `folder/folder/name`, or empty for a file that was chosen by itself.
    #[wasm_bindgen(method, getter, js_name = webkitRelativePath)]
    fn relative_path(this: &FileOfFolder) -> String;
}

/// A file, with its label if one of its parent folders is named after one; the innermost such folder counts.
pub fn picked(file: File) -> Picked {
    let path = file.unchecked_ref::<FileOfFolder>().relative_path();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    in_folder(file, folder)
}

fn in_folder(file: File, folder: &str) -> Picked {
    Picked {
        name: file.name(),
        folder: folder.into(),
        label: label_of_folder(folder),
        file: file.into(),
    }
}

/// The films of a folder, sorted by folder and name, and how many files were left out.
pub fn films(files: Vec<Picked>) -> (Vec<Picked>, usize) {
    let all = files.len();
    let mut films: Vec<Picked> = files
        .into_iter()
        .filter(|picked| may_be_film(&picked.name))
        .collect();
    films.sort_by(|a, b| (&a.folder, &a.name).cmp(&(&b.folder, &b.name)));
    let left_out = all - films.len();
    (films, left_out)
}

/// The dropped entries, if there are folders among them. Must be called during the drop event; afterwards they are
/// gone.
pub fn dropped(items: &DataTransferItemList) -> Option<Vec<FileSystemEntry>> {
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|index| items.get(index)?.webkit_get_as_entry().ok().flatten())
        .collect();
    let folders = entries.iter().any(FileSystemEntry::is_directory);
    folders.then_some(entries)
}

/// All files in the dropped entries. Those that cannot be opened are left out, and counted.
pub async fn opened(entries: Vec<FileSystemEntry>) -> OpenedFiles {
    let mut opened = OpenedFiles::default();
    for entry in entries {
        collect(entry, &mut opened).await;
    }
    opened
}

/// Boxed, since it is recursive.
fn collect(entry: FileSystemEntry, opened: &mut OpenedFiles) -> LocalBoxFuture<'_, ()> {
    async move {
        let listed = match entry.is_directory() {
            true => list(entry.unchecked_into()).await,
            false => Ok(vec![entry]),
        };
        let Ok(listed) = listed else {
            opened.failed += 1;
            return;
        };
        let (folders, single): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(FileSystemEntry::is_directory);
        let mut opening = stream::iter(single.into_iter().map(open)).buffered(CONCURRENT_FILES);
        while let Some(file) = opening.next().await {
            match file {
                Ok(picked) => opened.files.push(picked),
                Err(_) => opened.failed += 1,
            }
        }
        for folder in folders {
            collect(folder, opened).await;
        }
    }
    .boxed_local()
}

/// The entries of a folder. The browser returns them in batches, the last one empty.
async fn list(folder: FileSystemDirectoryEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader: FileSystemDirectoryReader = folder.create_reader();
    let mut entries = Vec::new();
    loop {
        let part =
            answer(|done, failed| reader.read_entries_with_callback_and_callback(done, failed));
        let part: Array = part.await?.unchecked_into();
        if part.length() == 0 {
            return Ok(entries);
        }
        entries.extend(part.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn open(entry: FileSystemEntry) -> Result<Picked, JsValue> {
    let path = entry.full_path();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let entry: FileSystemFileEntry = entry.unchecked_into();
    let file = answer(|done, failed| {
        entry.file_with_callback_and_callback(done, failed);
        Ok(())
    });
    let file: File = file.await?.unchecked_into();
    Ok(in_folder(file, folder.trim_start_matches('/')))
}

/// Waits for one of two callbacks.
async fn answer(
    ask: impl Fn(&Function, &Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let mut ask = |done: Function, failed: Function| {
        if let Err(error) = ask(&done, &failed) {
            // Fails only when the page closes.
            let _ = failed.call1(&JsValue::UNDEFINED, &error);
        }
    };
    JsFuture::from(Promise::new(&mut ask)).await
}
