//! The bytes of a file → the bytes of its data set, and how they are encoded (PS3.10, section 7; PS3.5, annex A).

use std::borrow::Cow;

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::attributes::{Attributes, Encoding};
use super::damaged;
use crate::Result;
use crate::radiograph::Limits;
use crate::radiograph::format::{DicomStart, dicom_start};

const TRANSFER_SYNTAX: (u16, u16) = (0x0002, 0x0010);
/// Length of the preamble and the prefix `DICM`.
const PREAMBLE: usize = 132;

/// An opened file.
pub(super) struct File<'a> {
    pub encoding: Encoding,
    pub pixels: Pixels,
    /// Everything after the file meta information.
    pub data_set: Cow<'a, [u8]>,
}

/// How pixel data are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pixels {
    Native,
    Rle,
    Jpeg,
    Jpeg2000,
    /// With a method of that name, which can't be decoded.
    Other(String),
}

impl<'a> File<'a> {
    /// Opens a file with or without preamble and file meta information.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        let start =
            dicom_start(bytes).ok_or_else(|| damaged("it does not start like a DICOM file"))?;
        let bare = |encoding| Self {
            encoding,
            pixels: Pixels::Native,
            data_set: bytes.into(),
        };
        match start {
            DicomStart::Preamble => Self::after_meta(&bytes[PREAMBLE..], limits),
            DicomStart::Meta => Self::after_meta(bytes, limits),
            DicomStart::ImplicitLittleEndian => Ok(bare(Encoding::IMPLICIT)),
            DicomStart::ExplicitLittleEndian => Ok(bare(Encoding::EXPLICIT)),
            DicomStart::ExplicitBigEndian => Ok(bare(Encoding::BIG_ENDIAN)),
        }
    }

    fn after_meta(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        let (meta, data_set) = Attributes::meta(bytes)?;
        let uid = meta.text(TRANSFER_SYNTAX);
        let uid = uid.ok_or_else(|| damaged("its header has no transfer syntax"))?;
        let last_parts = uid.strip_prefix("1.2.840.10008.1.2");
        let (encoding, pixels) = match last_parts {
            Some("") => (Encoding::IMPLICIT, Pixels::Native),
            Some(".1" | ".1.99" | ".1.98") => (Encoding::EXPLICIT, Pixels::Native),
            Some(".2") => (Encoding::BIG_ENDIAN, Pixels::Native),
            Some(".5") => (Encoding::EXPLICIT, Pixels::Rle),
            Some(".4.50" | ".4.51" | ".4.57" | ".4.70") => (Encoding::EXPLICIT, Pixels::Jpeg),
            Some(".4.90" | ".4.91") => (Encoding::EXPLICIT, Pixels::Jpeg2000),
            _ => (Encoding::EXPLICIT, Pixels::Other(name(&uid))),
        };
        let data_set = if last_parts == Some(".1.99") {
            let most = usize::try_from(limits.max_bytes).unwrap_or(usize::MAX);
            let inflated = decompress_to_vec_with_limit(data_set, most);
            inflated.map_err(|error| damaged(error.to_string()))?.into()
        } else {
            data_set.into()
        };
        Ok(Self {
            encoding,
            pixels,
            data_set,
        })
    }

    pub fn attributes(&self) -> Result<Attributes<'_>> {
        Attributes::read(&self.data_set, self.encoding)
    }
}

/// The human-readable name of a transfer syntax that can't be decoded (PS3.6, annex A).
fn name(uid: &str) -> String {
    let family = match uid.strip_prefix("1.2.840.10008.1.2.4.") {
        Some("80") => "JPEG-LS Lossless",
        Some("81") => "JPEG-LS Near-lossless",
        Some("92" | "93") => "JPEG 2000 Multi-component",
        Some("53" | "55") => "Progressive JPEG",
        Some("110" | "111" | "112") => "JPEG XL",
        Some("201" | "202" | "203") => "High-Throughput JPEG 2000",
        Some(number) if number.starts_with("10") => "MPEG video",
        _ => return format!("transfer syntax {uid}"),
    };
    family.to_owned()
}
