//! The bytes of a file that the page handed over.

use crate::radiograph::{Format, Limits};
use js_sys::Uint8Array;
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

impl From<crate::Error> for NotOpened {
    fn from(error: crate::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

/// The file's bytes, if it is within `limits` and of a format that this build reads.
pub fn read(file: &Blob, limits: &Limits) -> Result<Vec<u8>, NotOpened> {
    // Before the file is read: it may not fit into memory.
    limits.check_bytes(file.size() as u64)?;
    let size = file.size() as usize;
    let mut bytes = vec![0; size];
    for start in (0..size).step_by(CHUNK) {
        let end = (start + CHUNK).min(size);
        let chunk = chunk(file, start, end).ok_or_else(unreadable)?;
        let room = &mut bytes[start..end];
        // Shorter if the file was truncated in the meantime.
        if chunk.length() as usize != room.len() {
            return Err(unreadable());
        }
        chunk.copy_to(room);
        if start == 0
            && cfg!(not(feature = "rare-formats"))
            && Format::of(&bytes).is_some_and(Format::is_rare)
        {
            return Err(NotOpened::NeedsAllFormats);
        }
    }
    Ok(bytes)
}

fn chunk(file: &Blob, start: usize, end: usize) -> Option<Uint8Array> {
    let part = file.slice_with_f64_and_f64(start as f64, end as f64).ok()?;
    let buffer = FileReaderSync::new().ok()?.read_as_array_buffer(&part);
    Some(Uint8Array::new(&buffer.ok()?.into()))
}

fn unreadable() -> NotOpened {
    NotOpened::Refused(
        "The browser could not open this file. If it is a folder, choose the films in it; otherwise choose the file \
         again."
            .into(),
    )
}
