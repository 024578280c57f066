//! TIFF files with each colour in a plane of its own, which the `image` crate does not read.

use std::io::Cursor;

use tiff::TiffError;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::{PlanarConfiguration, Tag};

use super::{ENDS_EARLY, Format, Limits, Radiograph, grey};
use crate::{Error, Result};

/// The film, if its file has planes; `None` for any other file.
///
/// # Errors
/// If the file is damaged, exceeds `limits`, or has other planes than red, green and blue.
pub(super) fn decode_planes(bytes: &[u8], limits: &Limits) -> Result<Option<Radiograph>> {
    let Ok(mut decoder) = Decoder::new(Cursor::new(bytes)) else {
        return Ok(None);
    };
    let mut number = |tag| decoder.find_tag_unsigned::<u16>(tag).ok().flatten();
    let samples = number(Tag::SamplesPerPixel).unwrap_or(1);
    if number(Tag::PlanarConfiguration) != Some(PlanarConfiguration::Planar.to_u16())
        || samples == 1
    {
        return Ok(None);
    }
    const RGB: u16 = 2;
    if number(Tag::PhotometricInterpretation) != Some(RGB) || samples < 3 {
        return Err(unsupported(
            "planes of other colours than red, green and blue",
        ));
    }
    let (width, height) = decoder.dimensions().map_err(explain)?;
    limits.check_pixels(width.into(), height.into())?;
    let values = 3 * width as usize * height as usize;
    limits.check_decoded_bytes(2 * values as u64)?;
    let mut decoder = decoder.with_limits(decoder_limits(limits));

    let (chunk_width, chunk_height) = decoder.chunk_dimensions();
    if chunk_width == 0 || chunk_height == 0 {
        return Err(damaged("it has no pixels"));
    }
    let across = width.div_ceil(chunk_width);
    let chunks_of_plane = across * height.div_ceil(chunk_height);
    let mut pixels = vec![0u16; values];
    let mut white = u16::MAX;
    for plane in 0..3 {
        for chunk in 0..chunks_of_plane {
            let index = plane * chunks_of_plane + chunk;
            let (columns, _) = decoder.chunk_data_dimensions(index);
            let words: Vec<u16> = match decoder.read_chunk(index).map_err(explain)? {
                DecodingResult::U8(bytes) => {
                    white = u8::MAX.into();
                    bytes.into_iter().map(u16::from).collect()
                }
                DecodingResult::U16(words) => words,
                _ => return Err(unsupported("planes of other than 8 or 16 bits")),
            };
            let (left, top) = (chunk % across * chunk_width, chunk / across * chunk_height);
            for (row, words) in (top..height).zip(words.chunks(columns.max(1) as usize)) {
                let start = (row * width + left) as usize;
                for (column, &word) in words.iter().enumerate() {
                    if let Some(value) = pixels.get_mut(3 * (start + column) + plane as usize) {
                        *value = word;
                    }
                }
            }
        }
    }
    let grey = if white == u16::MAX {
        grey::from_words(3, &pixels)
    } else {
        grey::from_channels::<3, _>(&pixels, white)
    };
    Ok(Some(Radiograph::from_grey(
        width as usize,
        height as usize,
        grey,
    )))
}

fn decoder_limits(limits: &Limits) -> tiff::decoder::Limits {
    let mut most = tiff::decoder::Limits::default();
    most.decoding_buffer_size = limits.decoder_bytes() as usize;
    most.intermediate_buffer_size = limits.decoder_bytes() as usize;
    most
}

fn damaged(reason: impl Into<String>) -> Error {
    Format::Tiff.damaged(reason)
}

fn unsupported(reason: impl Into<String>) -> Error {
    Format::Tiff.unsupported(reason)
}

fn explain(error: TiffError) -> Error {
    match error {
        TiffError::IoError(_) => damaged(ENDS_EARLY),
        TiffError::UnsupportedError(kind) => unsupported(kind.to_string()),
        other => damaged(other.to_string()),
    }
}
