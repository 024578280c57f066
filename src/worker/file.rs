//! The bytes of a file that the page handed over.

use crate::Error;
use crate::radiograph::{Format, Limits};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// How many bytes are read at a time: the browser's copy of them is garbage afterwards.
const CHUNK: usize = 4_000_000;

/// Why a file is not opened.
pub enum NotOpened {
    /// Only the build for all formats opens it.
    NeedsAllFormats,
    /// Why, and what to do.
    Refused(String),
}

impl From<Error> for NotOpened {
    fn from(error: Error) -> Self {
        match error {
            Error::NeedsRareFormats { .. } => Self::NeedsAllFormats,
            other => Self::Refused(other.to_string()),
        }
    }
}

/// The file's bytes, if it is within `limits` and of a format that this build reads.
pub fn read(file: &Blob, limits: &Limits) -> Result<Vec<u8>, NotOpened> {
    // Before the file is read: it may not fit into memory.
    limits.check_bytes(file.size() as u64)?;
    let size = file.size() as usize;
    let mut head = vec![0; Format::HEAD.min(size)];
    copy(file, 0, &mut head)?;
    if cfg!(not(feature = "rare-formats")) && Format::of(&head).is_some_and(Format::is_rare) {
        return Err(NotOpened::NeedsAllFormats);
    }
    let mut bytes = vec![0; size];
    for (at, chunk) in bytes.chunks_mut(CHUNK).enumerate() {
        copy(file, at * CHUNK, chunk)?;
    }
    Ok(bytes)
}

/// Fills `part` with the file's bytes from `start` on.
fn copy(file: &Blob, start: usize, part: &mut [u8]) -> Result<(), NotOpened> {
    let end = (start + part.len()) as f64;
    let read = || -> Result<ArrayBuffer, JsValue> {
        let slice = file.slice_with_f64_and_f64(start as f64, end)?;
        FileReaderSync::new()?.read_as_array_buffer(&slice)
    };
    match read() {
        // Shorter if the file was cut meanwhile.
        Ok(bytes) if bytes.byte_length() as usize == part.len() => {
            Uint8Array::new(&bytes).copy_to(part);
            Ok(())
        }
        Ok(_) | Err(_) => Err(unreadable()),
    }
}

fn unreadable() -> NotOpened {
    NotOpened::Refused(
        "The browser could not open this file. If it is a folder, choose the films in it; otherwise choose the file \
         again."
            .into(),
    )
}
