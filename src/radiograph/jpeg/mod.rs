//! JPEG files, using the decoder directly: through the `image` crate it would be compiled twice, once for the header
//! and once for the pixels.
//!
//! ```text
//! stream      the segments of a file or of a DICOM file's frame, taken apart
//! huffman     codes and bits
//! sequential  whether a stream is complete; the samples of streams that zune-jpeg does not read, or not right
//! dct         the cosine transform for these
//! lossless    samples of lossless streams
//! ```

#[cfg(feature = "rare-formats")]
mod dct;
mod huffman;
#[cfg(feature = "rare-formats")]
pub(super) mod lossless;
pub(super) mod sequential;
pub(super) mod stream;

use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{ENDS_EARLY, Format, Limits, Radiograph, grey, orientation};
use crate::{Error, Result};
use stream::{Process, Stream};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Radiograph> {
    let stream = Stream::of(bytes);
    let kind = match stream.process {
        Some(Process::Lossless) => Some("lossless JPEG"),
        Some(Process::JpegLs) => Some("JPEG-LS"),
        Some(Process::Arithmetic) => Some("arithmetic coding"),
        Some(Process::Hierarchical) => Some("hierarchical JPEG"),
        _ => None,
    };
    if let Some(kind) = kind {
        return Err(unsupported(kind));
    }
    let Picture {
        width,
        height,
        channels,
        samples,
        orientation,
    } = decode_samples(bytes, &stream, limits, ColorSpace::RGB)?;
    let grey = match channels {
        1 => grey::from_channels::<1, _>(&samples, u8::MAX),
        _ => grey::from_channels::<3, _>(&samples, u8::MAX),
    };
    Ok(orientation::apply(
        orientation,
        Radiograph::from_grey(width, height, grey),
    ))
}

/// Decoded samples.
pub(super) struct Picture {
    pub width: usize,
    pub height: usize,
    /// Samples per pixel: 1 or 3.
    pub channels: usize,
    pub samples: Vec<u8>,
    pub orientation: Orientation,
}

/// The samples of a sequential or progressive stream of 8 bits; `colours` says what three become.
///
/// # Errors
/// If it is damaged or incomplete, has four colours, or exceeds `limits`.
pub(super) fn decode_samples(
    bytes: &[u8],
    stream: &Stream,
    limits: &Limits,
    colours: ColorSpace,
) -> Result<Picture> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        // `limits` checks the size.
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let explain = |error| match explain(error) {
        Error::Damaged { .. } if !stream.ends => damaged(ENDS_EARLY),
        other => other,
    };
    decoder.decode_headers().map_err(explain)?;
    let (Some((width, height)), Some(input)) = (decoder.dimensions(), decoder.input_colorspace())
    else {
        return Err(damaged("it has no picture"));
    };
    limits.check_pixels(width as u64, height as u64)?;
    // Four colours become three.
    let (output, channels) = match (input, stream.components.len()) {
        (ColorSpace::Luma, _) => (ColorSpace::Luma, 1),
        (_, 3) => (colours, 3),
        _ => (ColorSpace::RGB, 3),
    };
    limits.check_decoded_bytes((width * height * channels) as u64)?;
    let samples = if is_unusual(stream) {
        // Its planes take two bytes a sample.
        limits.check_decoded_bytes((2 * width * height * channels) as u64)?;
        let converts = output == ColorSpace::RGB && input != ColorSpace::RGB;
        decode_unusual(stream, converts)?
    } else {
        decoder.set_options(decoder.options().jpeg_set_out_colorspace(output));
        let samples = decoder.decode().map_err(explain)?;
        let in_doubt = !stream.ends
            || stream.process == Some(Process::Progressive)
            || ends_in_repetition(&samples, width * channels, channels);
        if in_doubt && !sequential::is_complete(stream) {
            return Err(damaged(ENDS_EARLY));
        }
        samples
    };
    if samples.len() != width * height * channels {
        return Err(damaged(ENDS_EARLY));
    }
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    Ok(Picture {
        width,
        height,
        channels,
        samples,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}

/// Whether zune-jpeg would read a sequential stream of three colours wrongly: each in a scan of its own, or with more
/// samples than the first.
fn is_unusual(stream: &Stream) -> bool {
    let sampled_less = || {
        let most = stream.largest_sampling();
        stream
            .components
            .first()
            .is_some_and(|first| first.sampling != most)
    };
    stream.process == Some(Process::Sequential)
        && stream.components.len() == 3
        && (stream.scans.len() > 1 || sampled_less())
}

#[cfg(not(feature = "rare-formats"))]
fn decode_unusual(_: &Stream, _: bool) -> Result<Vec<u8>> {
    Err(Error::NeedsRareFormats {
        format: Format::Jpeg.name(),
    })
}

/// The samples of an unusual stream, pixel by pixel; `converts` says whether they become RGB from YCbCr
/// (ITU-T T.871).
#[cfg(feature = "rare-formats")]
fn decode_unusual(stream: &Stream, converts: bool) -> Result<Vec<u8>> {
    let ends_early = || damaged(ENDS_EARLY);
    let planes = sequential::decode(stream).ok_or_else(ends_early)?;
    let [first, blue, red] = &planes[..] else {
        return Err(ends_early());
    };
    let pixels = first.iter().zip(blue).zip(red);
    let colours = pixels.map(|((&first, &blue), &red)| {
        let [first, blue, red] = [first, blue, red].map(f32::from);
        if !converts {
            return [first, blue, red];
        }
        let [blue, red] = [blue, red].map(|difference| difference - 128.0);
        [
            first + 1.402 * red,
            first - 0.344_136 * blue - 0.714_136 * red,
            first + 1.772 * blue,
        ]
    });
    // The cast saturates.
    let samples = colours.flatten().map(|sample| (sample + 0.5) as u8);
    Ok(samples.collect())
}

/// Whether the last row ends in the same pixels twice, as the decoder fills the missing part of a cut file: it takes
/// zeros for what is missing, so all blocks become alike. Other films need not be checked any further, which takes as
/// long as decoding them.
fn ends_in_repetition(samples: &[u8], row: usize, channels: usize) -> bool {
    /// The largest unit of 8×8 blocks has two side by side in common files.
    const UNIT: usize = 16;
    let last_row = &samples[samples.len().saturating_sub(row)..];
    // Units begin at multiples of their width.
    let pixels = last_row.len() / channels;
    let end = pixels / UNIT * UNIT;
    let unit = |from_end: usize| {
        let start = end.checked_sub(from_end * UNIT)?;
        last_row.get(start * channels..(start + UNIT) * channels)
    };
    // Films of less than two units are quickly checked.
    match (unit(1), unit(2)) {
        (Some(last), Some(previous)) => last == previous,
        _ => true,
    }
}

fn damaged(reason: impl Into<String>) -> Error {
    Format::Jpeg.damaged(reason)
}

fn unsupported(reason: impl Into<String>) -> Error {
    Format::Jpeg.unsupported(reason)
}

fn explain(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::Unsupported(scheme) => unsupported(format!("{scheme:?}")),
        DecodeErrors::ExhaustedData => damaged(ENDS_EARLY),
        DecodeErrors::ZeroError => damaged("it has no pixels"),
        other => damaged(other.to_string()),
    }
}
