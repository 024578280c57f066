//! Image files of the rarer formats, decoded by the `image` crate.

use std::io::{Cursor, ErrorKind};

use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use super::{ENDS_EARLY, Format, Limits, Radiograph, grey, orientation, tiff, webp};
use crate::{Error, Result};

/// Decodes a file that [`Format::of`] identified as `format`.
pub(super) fn decode(bytes: &[u8], format: Format, limits: &Limits) -> Result<Radiograph> {
    let name = format.name();
    let explain = |error| explain(name, error, limits);
    if format == Format::WebP && !webp::is_consistent(bytes) {
        return Err(format.damaged("its frames have other sizes than its header says"));
    }
    if format == Format::Tiff
        && let Some(film) = tiff::decode_planes(bytes, limits)?
    {
        return Ok(film);
    }
    let known_as = format.of_image_crate().ok_or(Error::NotAPicture)?;
    let reader = ImageReader::with_format(Cursor::new(bytes), known_as);
    let mut decoder = reader.into_decoder().map_err(explain)?;
    let (width, height) = decoder.dimensions();
    limits.check_pixels(u64::from(width), u64::from(height))?;
    limits.check_decoded_bytes(decoder.total_bytes())?;
    decoder
        .set_limits(decoder_limits(limits))
        .map_err(explain)?;
    let orientation = decoder.orientation().map_err(explain)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(explain)?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width == 0 || height == 0 {
        return Err(format.damaged("it has no pixels"));
    }
    if format == Format::Bmp {
        picture = without_unused_alpha(picture);
    }
    let film = Radiograph::from_grey(width, height, grey::from_picture(picture));
    Ok(orientation::apply(orientation, film))
}

/// A BMP file in which all is transparent was written by a program that left the alpha unused.
fn without_unused_alpha(picture: DynamicImage) -> DynamicImage {
    match &picture {
        DynamicImage::ImageRgba8(pixels) if pixels.pixels().all(|pixel| pixel.0[3] == 0) => {
            picture.to_rgb8().into()
        }
        _ => picture,
    }
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(limits.decoder_bytes());
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
            limits.too_much_to_decode(format)
        }
        _ => Error::Damaged { format, reason },
    }
}
