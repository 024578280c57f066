use image::ImageFormat;

use crate::Error;

/// A DICOM file carries this word after a preamble of 128 bytes (PS3.10, section 7.1).
const DICOM_PREFIX: (usize, &[u8]) = (128, b"DICM");

/// How a TIFF file with 8-byte offsets begins, in either byte order.
const BIG_TIFF: [&[u8]; 2] = [b"II\x2B\0\x08\0\0\0", b"MM\0\x2B\0\x08\0\0"];

/// How a DICOM file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DicomStart {
    /// With the preamble, as the standard requires.
    Preamble,
    /// With the file meta information.
    Meta,
    /// With the first attribute of a data set.
    DataSet,
}

/// How `bytes` begin, if they are a DICOM file.
pub(super) fn dicom_start(bytes: &[u8]) -> Option<DicomStart> {
    let (at, word) = DICOM_PREFIX;
    if bytes.get(at..).is_some_and(|rest| rest.starts_with(word)) {
        return Some(DicomStart::Preamble);
    }
    // Data sets of images begin with group 8, the file meta information with group 2, both with a low element.
    let &[a, b, c, d, e, f, g, h] = bytes.first_chunk()?;
    let names_its_type = e.is_ascii_uppercase() && f.is_ascii_uppercase();
    let short = u32::from_le_bytes([e, f, g, h]) <= 64;
    match (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])) {
        (0x0002, ..=0x0002) if names_its_type || short => Some(DicomStart::Meta),
        (0x0008, ..=0x0020) if names_its_type || short => Some(DicomStart::DataSet),
        (0x0800, element) if names_its_type && element.swap_bytes() <= 0x0020 => {
            Some(DicomStart::DataSet)
        }
        _ => None,
    }
}

/// The supported file formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    WebP,
    Bmp,
    Tiff,
    Gif,
    Dicom,
}

impl Format {
    /// How many leading bytes identify a file's format.
    pub const HEAD: usize = DICOM_PREFIX.0 + DICOM_PREFIX.1.len();

    /// The format that a file's first bytes identify, `None` for one that is not supported.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if dicom_start(bytes).is_some() {
            return Some(Self::Dicom);
        }
        if BIG_TIFF.iter().any(|start| bytes.starts_with(start)) {
            return Some(Self::Tiff);
        }
        match image::guess_format(bytes).ok()? {
            ImageFormat::Png => Some(Self::Png),
            ImageFormat::Jpeg => Some(Self::Jpeg),
            ImageFormat::WebP => Some(Self::WebP),
            ImageFormat::Bmp => Some(Self::Bmp),
            ImageFormat::Tiff => Some(Self::Tiff),
            ImageFormat::Gif => Some(Self::Gif),
            _ => None,
        }
    }

    /// Whether only builds with the feature `rare-formats` read it.
    pub fn is_rare(self) -> bool {
        match self {
            Self::WebP | Self::Bmp | Self::Tiff | Self::Gif | Self::Dicom => true,
            Self::Png | Self::Jpeg => false,
        }
    }

    /// The format as the `image` crate calls it.
    #[cfg(feature = "rare-formats")]
    pub(super) fn of_image_crate(self) -> Option<ImageFormat> {
        match self {
            Self::Png => Some(ImageFormat::Png),
            Self::Jpeg => Some(ImageFormat::Jpeg),
            Self::WebP => Some(ImageFormat::WebP),
            Self::Bmp => Some(ImageFormat::Bmp),
            Self::Tiff => Some(ImageFormat::Tiff),
            Self::Gif => Some(ImageFormat::Gif),
            Self::Dicom => None,
        }
    }

    /// The error for a file of this format that is damaged or incomplete.
    pub(super) fn damaged(self, reason: impl Into<String>) -> Error {
        Error::Damaged {
            format: self.name(),
            reason: reason.into(),
        }
    }

    /// The error for a file of this format that may be intact, but is not read.
    pub(super) fn unsupported(self, reason: impl Into<String>) -> Error {
        Error::Unsupported {
            format: self.name(),
            reason: reason.into(),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Gif => "GIF",
            Self::Dicom => "DICOM",
        }
    }
}
