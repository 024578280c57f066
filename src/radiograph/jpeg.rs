//! JPEG files, using the decoder directly: through the `image` crate it would be compiled twice, once for the header
//! and once for the pixels.

use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{ENDS_EARLY, Format, Limits, Radiograph, grey, orientation};
use crate::{Error, Result};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Radiograph> {
    if !reaches_its_end(bytes) {
        return Err(damaged(ENDS_EARLY));
    }
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        // `limits` checks the size.
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(explain)?;
    let (Some((width, height)), Some(colours)) = (decoder.dimensions(), decoder.input_colorspace())
    else {
        return Err(damaged("it has no picture"));
    };
    limits.check_pixels(width as u64, height as u64)?;
    // Everything that is not grey is decoded to RGB.
    let (colours, channels) = match colours {
        ColorSpace::Luma => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    limits.check_decoded_bytes((width * height * channels) as u64)?;
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(colours));
    let samples = decoder.decode().map_err(explain)?;

    let grey = match channels {
        1 => grey::from_channels::<1, _>(&samples, u8::MAX),
        _ => grey::from_channels::<3, _>(&samples, u8::MAX),
    };
    if grey.pixels.len() != width * height {
        return Err(damaged(ENDS_EARLY));
    }
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    Ok(orientation::apply(
        orientation.unwrap_or(Orientation::NoTransforms),
        Radiograph::from_grey(width, height, grey),
    ))
}

fn damaged(reason: impl Into<String>) -> Error {
    Error::Damaged {
        format: Format::Jpeg.name(),
        reason: reason.into(),
    }
}

fn explain(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::Unsupported(scheme) => Error::Unsupported {
            format: Format::Jpeg.name(),
            reason: format!("{scheme:?}"),
        },
        DecodeErrors::ExhaustedData => damaged(ENDS_EARLY),
        DecodeErrors::ZeroError => damaged("it has no pixels"),
        other => damaged(other.to_string()),
    }
}

/// Whether an end-of-image marker follows the image data.
///
/// The decoder fills the missing part of a truncated file with grey, which would be read as if it were film.
fn reaches_its_end(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    // Thumbnails inside the header segments have end markers of their own, so the segments are skipped.
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
