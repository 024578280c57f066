//! Picture files, decoded by the `image` crate.

use std::io::{Cursor, ErrorKind};

use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::{Limits, Radiograph};
use crate::{Error, Result};

/// Rec. 709 luma of red, green and blue.
const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// A DICOM file carries this word after a preamble of 128 bytes (PS3.10, section 7.1).
const DICOM_PREFIX: (usize, &[u8]) = (128, b"DICM");

/// The reason given for files that were cut.
const ENDS_EARLY: &str = "it ends before the picture does";

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Radiograph> {
    let (at, word) = DICOM_PREFIX;
    if bytes.get(at..).is_some_and(|rest| rest.starts_with(word)) {
        return Err(Error::Dicom);
    }
    let format = image::guess_format(bytes).map_err(|_| Error::NotAPicture)?;
    let name = format_name(format).ok_or(Error::NotAPicture)?;
    let explain = |error| explain(name, error, limits);

    // First by the header alone: what follows a header that promises too much may not even be there.
    if let Ok(size) = imagesize::blob_size(bytes) {
        limits.check_pixels(size.width as u64, size.height as u64)?;
    }
    if format == ImageFormat::Jpeg && !jpeg_reaches_its_end(bytes) {
        return Err(Error::Damaged {
            format: name,
            reason: ENDS_EARLY.into(),
        });
    }
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().map_err(explain)?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(u64::from(width), u64::from(height))?;
    limits.check_decoded_bytes(decoder.total_bytes())?;
    decoder
        .set_limits(decoder_limits(limits))
        .map_err(explain)?;
    let orientation = decoder.orientation().map_err(explain)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(explain)?;
    picture.apply_orientation(orientation);

    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width == 0 || height == 0 {
        return Err(Error::Damaged {
            format: name,
            reason: "it has no pixels".into(),
        });
    }
    Ok(Radiograph::new(width, height, grey(picture)))
}

fn format_name(format: ImageFormat) -> Option<&'static str> {
    Some(match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Tiff => "TIFF",
        ImageFormat::Gif => "GIF",
        _ => return None,
    })
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut decoder_limits = image::Limits::default();
    // Decoders hold working memory beside the picture itself.
    decoder_limits.max_alloc = Some(2 * limits.max_decoded_bytes);
    decoder_limits
}

fn explain(format: &'static str, error: ImageError, limits: &Limits) -> Error {
    let reason = match &error {
        ImageError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => ENDS_EARLY.to_owned(),
        // Decoders prefix their messages with a sentence about the format, which ours names already.
        ImageError::Decoding(decoding) => std::error::Error::source(decoding)
            .map_or_else(|| decoding.to_string(), ToString::to_string),
        other => other.to_string(),
    };
    match error {
        ImageError::Unsupported(_) => Error::Unsupported { format, reason },
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            Error::Unsupported {
                format,
                reason: format!(
                    "decoding it takes more than {} MB of memory",
                    2 * limits.max_decoded_bytes / 1_000_000
                ),
            }
        }
        _ => Error::Damaged { format, reason },
    }
}

/// Whether an end-of-image marker follows the picture's data.
///
/// The decoder fills what a cut file lacks with grey, which would be read as if it were film.
fn jpeg_reaches_its_end(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    // Thumbnails inside the header segments have end markers of their own: step over the segments.
    let mut at = 2;
    while let [0xFF, marker, length @ ..] = bytes.get(at..).unwrap_or_default() {
        let [high, low, ..] = *length else {
            return false;
        };
        if *marker == 0xFF {
            at += 1; // a fill byte
            continue;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if *marker == START_OF_SCAN {
            break;
        }
    }
    // Inside the data, 0xFF is always followed by 0x00 or a restart marker (ISO/IEC 10918-1, B.1.1.5).
    let data = bytes.get(at..).unwrap_or_default();
    data.windows(2).any(|pair| pair == [0xFF, 0xD9])
}

fn grey(picture: DynamicImage) -> Vec<f32> {
    use DynamicImage::*;
    match picture {
        ImageLuma8(p) => from_channels::<1, _>(&p, u8::MAX),
        ImageLumaA8(p) => from_channels::<2, _>(&p, u8::MAX),
        ImageRgb8(p) => from_channels::<3, _>(&p, u8::MAX),
        ImageRgba8(p) => from_channels::<4, _>(&p, u8::MAX),
        ImageLuma16(p) => from_channels::<1, _>(&p, u16::MAX),
        ImageLumaA16(p) => from_channels::<2, _>(&p, u16::MAX),
        ImageRgb16(p) => from_channels::<3, _>(&p, u16::MAX),
        ImageRgba16(p) => from_channels::<4, _>(&p, u16::MAX),
        // What remains are floating-point pictures, and depths that later versions may add.
        other => from_channels::<4, _>(&other.to_rgba32f(), 1.0)
            .into_iter()
            .map(|grey| {
                if grey.is_finite() {
                    grey.clamp(0.0, 1.0)
                } else {
                    0.0
                }
            })
            .collect(),
    }
}

/// Grey of interleaved pixels with `N` channels: grey, grey and alpha, RGB, or RGB and alpha.
fn from_channels<const N: usize, S: Copy + Into<f32>>(samples: &[S], white: S) -> Vec<f32> {
    let scale = 1.0 / white.into();
    let (pixels, _) = samples.as_chunks::<N>();
    pixels
        .iter()
        .map(|pixel| {
            let channel = pixel.map(|sample| sample.into() * scale);
            let luma = match N {
                1 | 2 => channel[0],
                _ => LUMA
                    .iter()
                    .zip(channel)
                    .map(|(weight, value)| weight * value)
                    .sum(),
            };
            // Transparent parts are laid on black, the colour of a film's surroundings.
            if N.is_multiple_of(2) {
                luma * channel[N - 1]
            } else {
                luma
            }
        })
        .collect()
}
