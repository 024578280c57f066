//! DICOM files (PS3.10): their first frame, as it is meant to be seen, and what their header says of it.
//!
//! ```text
//! bytes ─ file, attributes ─▶ attributes ─ frame, codec ─▶ stored values ─ presentation, lookup ─▶ grey picture
//!                                 └─ header ─▶ remarks                         └─▶ values for a viewer's windows
//! ```

mod attributes;
mod codec;
mod file;
mod frame;
mod header;
mod lookup;
mod presentation;
mod tags;

use super::{FilmValues, Format, Limits, Radiograph};
use crate::{Error, Result};
use file::File;
use frame::Frame;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Radiograph> {
    let file = File::open(bytes, limits)?;
    let attributes = file.attributes()?;
    let frame = Frame::first(&attributes, &file.pixels, limits)?;
    let grey = presentation::grey(&attributes, &frame)?;
    let film = Radiograph::from_grey(frame.layout.columns, frame.layout.rows, grey);
    Ok(film.with_remarks(header::remarks(&attributes)))
}

pub(super) fn values(bytes: &[u8], limits: &Limits) -> Result<FilmValues> {
    let file = File::open(bytes, limits)?;
    let attributes = file.attributes()?;
    let frame = Frame::first(&attributes, &file.pixels, limits)?;
    presentation::values(&attributes, &frame)
}

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged {
        format: Format::Dicom.name(),
        reason: reason.into(),
    }
}

fn unsupported(reason: impl Into<String>) -> Error {
    Error::Unsupported {
        format: Format::Dicom.name(),
        reason: reason.into(),
    }
}
