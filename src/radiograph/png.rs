//! PNG files, using the decoder directly, as for JPEG: the `image` crate's shared code would enlarge the first
//! download.

use std::io::{Cursor, ErrorKind};

use image::metadata::Orientation;
use png::{BitDepth, Decoder, DecodingError, Transformations};

use super::{ENDS_EARLY, Format, Limits, Radiograph, grey, orientation};
use crate::{Error, Result};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Radiograph> {
    let explain = |error| explain(error, limits);
    let memory = png::Limits {
        bytes: limits.decoder_bytes() as usize,
    };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), memory);
    decoder.set_ignore_text_chunk(true);
    // Palettes become colours, and 1, 2 and 4 bits become 8.
    decoder.set_transformations(Transformations::EXPAND);
    let header = decoder.read_header_info().map_err(explain)?;
    let (width, height) = header.size();
    limits.check_pixels(width.into(), height.into())?;
    limits.check_decoded_bytes(header.raw_bytes() as u64)?;
    let mut reader = decoder.read_info().map_err(explain)?;
    // Larger if the samples are expanded.
    let size = reader.output_buffer_size().unwrap_or(usize::MAX);
    limits.check_decoded_bytes(size as u64)?;
    let mut samples = vec![0; size];
    reader.next_frame(&mut samples).map_err(explain)?;

    let (colours, depth) = reader.output_color_type();
    let grey = if depth == BitDepth::Sixteen {
        let (words, _) = samples.as_chunks();
        let words: Vec<u16> = words.iter().copied().map(u16::from_be_bytes).collect();
        grey::from_words(colours.samples(), &words)
    } else {
        match colours.samples() {
            1 => grey::from_channels::<1, _>(&samples, u8::MAX),
            2 => grey::from_channels::<2, _>(&samples, u8::MAX),
            3 => grey::from_channels::<3, _>(&samples, u8::MAX),
            _ => grey::from_channels::<4, _>(&samples, u8::MAX),
        }
    };
    let exif = reader.info().exif_metadata.as_deref();
    let orientation = exif.and_then(Orientation::from_exif_chunk);
    Ok(orientation::apply(
        orientation.unwrap_or(Orientation::NoTransforms),
        Radiograph::from_grey(width as usize, height as usize, grey),
    ))
}

fn explain(error: DecodingError, limits: &Limits) -> Error {
    let format = Format::Png.name();
    match error {
        DecodingError::LimitsExceeded => limits.too_much_to_decode(format),
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Error::Damaged {
                format,
                reason: ENDS_EARLY.into(),
            }
        }
        error => Error::Damaged {
            format,
            reason: error.to_string(),
        },
    }
}
