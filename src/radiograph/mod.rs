//! File bytes → grey image. Every film is opened here, with the same decoders in the browser and natively, because
//! browsers' own decoders differ from each other.

#[cfg(feature = "rare-formats")]
mod dicom;
mod format;
mod grey;
mod header;
mod jpeg;
mod limits;
mod lookup;
mod orientation;
mod png;
#[cfg(feature = "rare-formats")]
mod raster;
mod resize;
#[cfg(feature = "rare-formats")]
mod tiff;
mod values;
#[cfg(feature = "rare-formats")]
mod webp;
mod window;

pub use format::Format;
pub use grey::to_grey8;
pub use header::Header;
pub use limits::Limits;
pub use lookup::LookupTable;
pub use resize::resize;
pub use values::{FilmValues, Modality, Presentation, Preset, VoiTransform};
pub use window::{Function, Window};

use grey::Grey;
use serde::{Deserialize, Serialize};
use std::panic::AssertUnwindSafe;

use crate::{Error, Result};

/// The reason given for truncated files.
const ENDS_EARLY: &str = "it is truncated";

/// A film as a grey image at its full size.
#[derive(Clone, Debug)]
pub struct Radiograph {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
    colourfulness: f32,
    header: Header,
}

/// A copy of a film for display, 8 bits per pixel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub width: usize,
    pub height: usize,
    /// Row by row, 0 black to 255 white.
    #[serde(with = "serde_bytes")]
    pub grey: Vec<u8>,
}

impl Radiograph {
    /// Reads a PNG, JPEG, WebP, BMP, TIFF, GIF or DICOM file of 8 or 16 bits, grey, colour, palette or with alpha. The
    /// EXIF orientation is applied, colours become Rec. 709 luma, and transparent parts become black; DICOM's stored
    /// values go through the file's modality and VOI LUTs. Of several frames, only the first is read. Without the
    /// feature `rare-formats` only PNG and JPEG are read.
    ///
    /// # Errors
    /// Says what is wrong with the file, or which of `limits` it exceeds; limits are checked before
    /// anything is decoded.
    ///
    /// ```
    /// use pneumonia_cnn::radiograph::{Limits, Radiograph};
    ///
    /// let error = Radiograph::from_bytes(b"a letter", &Limits::default()).unwrap_err();
    /// assert!(error.to_string().contains("not a picture"));
    /// ```
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Self> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        limits.check_bytes(bytes.len() as u64)?;
        let format = Format::of(bytes).ok_or(Error::NotAPicture)?;
        unless_panicked(format, || match format {
            Format::Jpeg => jpeg::decode(bytes, limits),
            Format::Png => png::decode(bytes, limits),
            #[cfg(feature = "rare-formats")]
            Format::Dicom => {
                let film = dicom::decode(bytes, limits)?;
                let grey = match film.picture {
                    dicom::Picture::Values(values) => Grey {
                        pixels: values.grey(),
                        colourfulness: 0.0,
                        bits_in_use: None,
                    },
                    dicom::Picture::Grey(grey) => grey,
                };
                Ok(Self::from_grey(film.width, film.height, grey).with_header(film.header))
            }
            #[cfg(feature = "rare-formats")]
            other => raster::decode(bytes, other, limits),
            #[cfg(not(feature = "rare-formats"))]
            other => Err(Error::NeedsRareFormats {
                format: other.name(),
            }),
        })
    }

    /// Makes a film of `width` × `height` grey values from 0 (black) to 1 (white), row by row.
    ///
    /// # Panics
    /// When there are not `width * height` pixels.
    pub fn new(width: usize, height: usize, pixels: Vec<f32>) -> Self {
        assert_eq!(pixels.len(), width * height, "one grey value a pixel");
        Self {
            width,
            height,
            pixels,
            colourfulness: 0.0,
            header: Header::default(),
        }
    }

    fn from_grey(width: usize, height: usize, grey: Grey) -> Self {
        let header = Header {
            bits_in_use: grey.bits_in_use,
            ..Header::default()
        };
        Self::new(width, height, grey.pixels)
            .with_colourfulness(grey.colourfulness)
            .with_header(header)
    }

    /// The film with the [`colourfulness`](Self::colourfulness) of the original image.
    pub fn with_colourfulness(self, colourfulness: f32) -> Self {
        Self {
            colourfulness,
            ..self
        }
    }

    /// How colourful the original image was: 0 for a grey one, about 0.02 for a faint tint, 0.1 and more for a
    /// photograph (Hasler and Süsstrunk 2003, with white at 1).
    pub fn colourfulness(&self) -> f32 {
        self.colourfulness
    }

    /// The film with its file's header.
    pub fn with_header(self, header: Header) -> Self {
        Self { header, ..self }
    }

    /// What the file's header says about the film.
    pub fn header(&self) -> &Header {
        &self.header
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    /// Grey values row by row, 0 black to 1 white.
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }

    /// A copy for display whose longer side has at most `max_side` pixels; small films keep their size.
    pub fn preview(&self, max_side: usize) -> Preview {
        let scale = (max_side as f64 / self.width.max(self.height) as f64).min(1.0);
        let scaled = |side: usize| ((side as f64 * scale).round() as usize).max(1);
        let (width, height) = (scaled(self.width), scaled(self.height));
        Preview {
            width,
            height,
            grey: to_grey8(&resize(self, width, height)),
        }
    }
}

/// What `read` returns, or an error if it panics: decoders are made by many people, and one file must not cost the
/// others of a folder. In a browser a panic ends the worker, which the page replaces.
fn unless_panicked<T>(format: Format, read: impl FnOnce() -> Result<T>) -> Result<T> {
    let panicked = Error::Panicked {
        format: format.name(),
    };
    // Nothing that `read` has left half done is used afterwards.
    std::panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(panicked))
}

impl FilmValues {
    /// Reads the same files as [`Radiograph::from_bytes`]. Colours become grey here, too.
    ///
    /// # Errors
    /// The same.
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Self> {
        #[cfg(feature = "rare-formats")]
        if Format::of(bytes) == Some(Format::Dicom) {
            limits.check_bytes(bytes.len() as u64)?;
            let film = unless_panicked(Format::Dicom, || dicom::decode(bytes, limits))?;
            return Ok(match film.picture {
                dicom::Picture::Values(values) => values,
                dicom::Picture::Grey(grey) => Self::of_grey(film.width, film.height, &grey.pixels),
            });
        }
        let film = Radiograph::from_bytes(bytes, limits)?;
        Ok(Self::of_grey(film.width, film.height, &film.pixels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_panics_costs_its_file_alone() {
        let error = unless_panicked::<()>(Format::WebP, || panic!("an index out of bounds"));
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("WebP") && message.contains("bug"),
            "{message}"
        );
        assert_eq!(unless_panicked(Format::WebP, || Ok(7)).unwrap(), 7);
    }
}
