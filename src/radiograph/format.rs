use image::ImageFormat;

/// A DICOM file carries this word after a preamble of 128 bytes (PS3.10, section 7.1).
const DICOM_PREFIX: (usize, &[u8]) = (128, b"DICM");

/// The kinds of file that a film may come in.
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
    /// How many bytes of a file's beginning tell its format.
    pub const HEAD: usize = DICOM_PREFIX.0 + DICOM_PREFIX.1.len();

    /// The format that a file's first bytes show, `None` for one that is not read here.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (at, word) = DICOM_PREFIX;
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(word)) {
            return Some(Self::Dicom);
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

    /// Whether only programs with the feature `rare-formats` read it.
    pub fn is_rare(self) -> bool {
        match self {
            Self::WebP | Self::Bmp | Self::Tiff | Self::Gif => true,
            // No program reads DICOM, so any of them says so.
            Self::Png | Self::Jpeg | Self::Dicom => false,
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
