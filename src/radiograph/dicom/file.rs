//! The bytes of a file → the bytes of its data set, and how they are encoded (PS3.10, section 7; PS3.5, annex A).

use std::borrow::Cow;

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::attributes::Attributes;
use super::damaged;
use super::element::Encoding;
use crate::Result;
use crate::radiograph::Limits;
use crate::radiograph::format::{DicomStart, dicom_start};

const TRANSFER_SYNTAX: (u16, u16) = (0x0002, 0x0010);
/// Of this file, if it does not say which.
const IMPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2";
/// A private transfer syntax: implicit VR, little endian, but for the pixels.
const GE_DLX: &str = "1.2.840.113619.5.2";
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
    /// Uncompressed, in the byte order of the data set.
    Native,
    /// Uncompressed, the most significant byte first.
    BigEndian,
    Rle,
    /// With the method of that name. Which one it is shows in the stream itself.
    Compressed(String),
}

impl<'a> File<'a> {
    /// Opens a file with or without preamble and file meta information.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        let start =
            dicom_start(bytes).ok_or_else(|| damaged("it does not start like a DICOM file"))?;
        match start {
            DicomStart::Preamble => Self::after_preamble(&bytes[PREAMBLE..], limits),
            DicomStart::Meta | DicomStart::DataSet => Self::after_preamble(bytes, limits),
        }
    }

    fn after_preamble(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        let (meta, data_set) = Attributes::meta(bytes)?;
        let uid = meta.text(TRANSFER_SYNTAX);
        let uid = uid.as_deref().unwrap_or(IMPLICIT_LITTLE_ENDIAN);
        let last_parts = uid.strip_prefix(IMPLICIT_LITTLE_ENDIAN);
        let (encoding, pixels) = match last_parts {
            Some("") => (Encoding::IMPLICIT, Pixels::Native),
            Some(".1" | ".1.99" | ".1.98") => (Encoding::EXPLICIT, Pixels::Native),
            Some(".2") => (Encoding::BIG_ENDIAN, Pixels::Native),
            Some(".5") => (Encoding::EXPLICIT, Pixels::Rle),
            _ if uid == GE_DLX => (Encoding::IMPLICIT, Pixels::BigEndian),
            _ => (Encoding::EXPLICIT, Pixels::Compressed(name(uid))),
        };
        let data_set: Cow<[u8]> = if last_parts == Some(".1.99") {
            let most = usize::try_from(limits.max_bytes).unwrap_or(usize::MAX);
            let inflated = decompress_to_vec_with_limit(data_set, most);
            inflated.map_err(|error| damaged(error.to_string()))?.into()
        } else {
            data_set.into()
        };
        Ok(Self {
            // Some files are encoded otherwise than they say.
            encoding: encoding.shown_by(&data_set),
            pixels,
            data_set,
        })
    }

    pub fn attributes(&self) -> Result<Attributes<'_>> {
        Attributes::read(&self.data_set, self.encoding)
    }
}

/// The human-readable name of a transfer syntax (PS3.6, annex A).
fn name(uid: &str) -> String {
    let family = match uid.strip_prefix("1.2.840.10008.1.2.4.") {
        Some("50" | "51") => "JPEG",
        Some("57" | "70") => "lossless JPEG",
        Some("80") => "JPEG-LS Lossless",
        Some("81") => "JPEG-LS Near-lossless",
        Some("90" | "91") => "JPEG 2000",
        Some("92" | "93") => "JPEG 2000 Multi-component",
        Some("53" | "55") => "Progressive JPEG",
        Some("110" | "111" | "112") => "JPEG XL",
        Some("201" | "202" | "203") => "High-Throughput JPEG 2000",
        Some(number) if number.starts_with("10") => "MPEG video",
        _ => return format!("transfer syntax {uid}"),
    };
    family.to_owned()
}
