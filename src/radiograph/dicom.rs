//! DICOM files (PS3.10): the first frame, as it is meant to be displayed, and what the header says about it.
//!
//! ```text
//! bytes ─ file, reader ─▶ attributes ─ layout, frame, codec ─▶ stored values ─ presentation, lookup ─▶ values or grey
//!                                 └─ header ─▶ what the header says
//! ```

mod attributes;
mod character_set;
mod codec;
mod element;
mod file;
mod frame;
mod header;
mod jpeg_2000;
mod layout;
mod lookup;
mod presentation;
mod reader;
mod tags;

pub(super) use presentation::Picture;

use super::format::Format;
use super::header::Header;
use super::limits::Limits;
use crate::{Error, Result};
use file::File;
use frame::Frame;

/// A file's first frame, as it is meant to be displayed.
pub(super) struct FirstFrame {
    pub width: usize,
    pub height: usize,
    pub picture: Picture,
    pub header: Header,
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<FirstFrame> {
    let file = File::open(bytes, limits)?;
    let attributes = file.attributes()?;
    let frame = Frame::first(&attributes, &file.pixels, limits)?;
    Ok(FirstFrame {
        width: frame.layout.columns,
        height: frame.layout.rows,
        picture: presentation::picture(&attributes, &frame)?,
        header: header::header(&attributes, &frame.layout)?,
    })
}

fn damaged(reason: impl Into<String>) -> Error {
    Format::Dicom.damaged(reason)
}

fn unsupported(reason: impl Into<String>) -> Error {
    Format::Dicom.unsupported(reason)
}
