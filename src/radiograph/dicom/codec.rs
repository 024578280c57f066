//! Compressed frames → stored values.

use zune_jpeg::zune_core::colorspace::ColorSpace;

use super::file::Pixels;
use super::layout::{Layout, Photometric};
use super::{damaged, jpeg_2000, unsupported};
use crate::radiograph::jpeg::stream::{Process, Stream};
use crate::radiograph::jpeg::{self, lossless, sequential};
use crate::radiograph::{ENDS_EARLY, Limits};
use crate::{Error, Result};

/// What a JPEG or JPEG-LS stream starts with.
const JPEG: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// Whether `frame` starts like a stream of one of the JPEG family.
pub(super) fn is_compressed(frame: &[u8]) -> bool {
    frame.starts_with(&JPEG) || jpeg_2000::is_it(frame)
}

/// The words of a frame, and their layout after decoding. How a stream is compressed shows in itself: some headers
/// name another method of the family.
pub(super) fn decode(
    pixels: &Pixels,
    layout: Layout,
    frame: &[u8],
    limits: &Limits,
) -> Result<(Layout, Vec<u16>)> {
    if jpeg_2000::is_it(frame) {
        return jpeg_2000::decode(layout, frame);
    }
    if frame.starts_with(&JPEG) {
        return jpeg(layout, frame, limits);
    }
    match pixels {
        Pixels::Rle => Ok((layout, rle(&layout, frame)?)),
        Pixels::Compressed(name) => Err(unsupported(format!("its pixels are stored as {name}"))),
        Pixels::Native | Pixels::BigEndian => {
            Err(damaged("its pixels are compressed, but not by its header"))
        }
    }
}

/// Byte planes, the most significant byte of each sample first, each run-length encoded (PS3.5, annex G).
fn rle(layout: &Layout, frame: &[u8]) -> Result<Vec<u16>> {
    let number = |at: usize| {
        let bytes = frame.get(4 * at..)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes) as usize)
    };
    let bytes_a_value = layout.bits_allocated as usize / 8;
    let planes = layout.samples * bytes_a_value;
    if number(0) != Some(planes) {
        return Err(damaged(
            "its picture has another number of planes than its header says",
        ));
    }
    let pixels = layout.rows * layout.columns;
    let mut words = vec![0u16; layout.values()];
    for plane in 0..planes {
        let (start, end) = (number(plane + 1), number(plane + 2));
        let end = end.filter(|_| plane + 1 < planes).unwrap_or(frame.len());
        let packed = start.and_then(|start| frame.get(start..end));
        let bytes = packed.and_then(|packed| unpacked(packed, pixels));
        let bytes = bytes.ok_or_else(|| damaged(ENDS_EARLY))?;
        let sample = plane / bytes_a_value;
        for (value, byte) in words
            .iter_mut()
            .skip(sample)
            .step_by(layout.samples)
            .zip(bytes)
        {
            *value = *value << 8 | u16::from(byte);
        }
    }
    Ok(words)
}

/// The first `length` bytes of a run-length encoded segment (PS3.5, G.3.2), `None` when there are fewer.
fn unpacked(mut packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let (&count, rest) = packed.split_first()?;
        packed = match count as i8 {
            literal @ 0.. => {
                let (run, rest) = rest.split_at_checked(literal as usize + 1)?;
                bytes.extend_from_slice(run);
                rest
            }
            // A filler without output.
            -128 => rest,
            repeat => {
                let (&value, rest) = rest.split_first()?;
                bytes.resize(bytes.len() + 1 + usize::from(repeat.unsigned_abs()), value);
                rest
            }
        };
    }
    bytes.truncate(length);
    Some(bytes)
}

/// Any of JPEG's processes (ITU-T T.81), and JPEG-LS.
fn jpeg(mut layout: Layout, frame: &[u8], limits: &Limits) -> Result<(Layout, Vec<u16>)> {
    let stream = Stream::of(frame);
    layout.check_size(stream.width, stream.height)?;
    let components = stream.components.len();
    layout.samples = match components {
        1 | 3 => components,
        other => return Err(unsupported(format!("JPEG with {other} colours"))),
    };
    limits.check_decoded_bytes(2 * layout.values() as u64)?;
    let ends_early = || damaged(ENDS_EARLY);
    let words = match (stream.process, stream.precision) {
        (Some(Process::Sequential | Process::Progressive), 8) => {
            // As they are coded: the colours are interpreted below.
            let colours = match coded_as_rgb(&stream) {
                true => ColorSpace::RGB,
                false => ColorSpace::YCbCr,
            };
            match jpeg::decode_samples(frame, &stream, limits, colours) {
                Ok(picture) => picture.samples.into_iter().map(u16::from).collect(),
                // It minds segments that say nothing about the picture.
                Err(Error::Damaged { reason, .. }) => {
                    let planes = sequential::decode(&stream);
                    interleaved(planes.ok_or_else(|| damaged(reason))?)
                }
                Err(error) => return Err(in_dicom(error)),
            }
        }
        (Some(Process::Sequential), 12) => {
            interleaved(sequential::decode(&stream).ok_or_else(ends_early)?)
        }
        (Some(Process::Lossless), 2..=16) => {
            interleaved(lossless::decode(&stream).ok_or_else(ends_early)?)
        }
        (Some(Process::JpegLs), _) => jpeg_ls(frame, &layout)?,
        (Some(Process::Arithmetic), _) => return Err(unsupported("JPEG with arithmetic coding")),
        (Some(Process::Hierarchical), _) => return Err(unsupported("hierarchical JPEG")),
        (Some(_), bits) => return Err(unsupported(format!("JPEG of {bits} bits"))),
        (None, _) => return Err(damaged("it holds no picture")),
    };
    layout.photometric = match (components, layout.photometric) {
        (1, Photometric::Monochrome1) => Photometric::Monochrome1,
        (1, Photometric::Palette) => Photometric::Palette,
        (1, _) => Photometric::Monochrome2,
        (_, by_header) => colours(&stream, by_header),
    };
    Ok((layout.holding(stream.precision, &words), words))
}

/// Three components as the decoder calls them before it turns them into other colours.
fn coded_as_rgb(stream: &Stream) -> bool {
    match stream.adobe_transform {
        Some(transform) => transform == 0,
        None => !stream.is_jfif && ids(stream) == *b"RGB",
    }
}

fn ids(stream: &Stream) -> Vec<u8> {
    stream
        .components
        .iter()
        .map(|component| component.id)
        .collect()
}

/// What three components are: the stream's own markers decide, then the header (PS3.5, 8.2.1).
fn colours(stream: &Stream, by_header: Photometric) -> Photometric {
    let lossless = matches!(stream.process, Some(Process::Lossless | Process::JpegLs));
    let subsampled = stream
        .components
        .iter()
        .any(|one| one.sampling != stream.largest_sampling());
    match (stream.adobe_transform, by_header) {
        // Lossless streams are not transformed, whatever their markers say.
        (_, by_header @ (Photometric::Rgb | Photometric::Ybr | Photometric::YbrPartial))
            if lossless =>
        {
            by_header
        }
        (Some(0), _) => Photometric::Rgb,
        (Some(_), _) => Photometric::Ybr,
        _ if stream.is_jfif || subsampled => Photometric::Ybr,
        (None, Photometric::Ybr | Photometric::YbrPartial) if ids(stream) != *b"RGB" => by_header,
        _ => Photometric::Rgb,
    }
}

/// The samples of planes, pixel by pixel.
fn interleaved(mut planes: Vec<Vec<u16>>) -> Vec<u16> {
    if planes.len() == 1 {
        return planes.remove(0);
    }
    let pixels = planes.first().map_or(0, Vec::len);
    let pixel = |at: usize| planes.iter().map(move |plane| plane[at]);
    (0..pixels).flat_map(pixel).collect()
}

/// Lossless or near-lossless JPEG-LS (ITU-T T.87).
fn jpeg_ls(frame: &[u8], layout: &Layout) -> Result<Vec<u16>> {
    let picture = openreadout_codecs::jpegls_decode_limited(frame, 2 * layout.values());
    let picture = picture.map_err(|error| match error {
        openreadout_codecs::CodecError::Unsupported { detail, .. } => {
            unsupported(format!("JPEG-LS with {detail}"))
        }
        other => damaged(other.to_string()),
    })?;
    Ok(match picture.bits_per_sample {
        8 => picture.data.into_iter().map(u16::from).collect(),
        _ => {
            let (words, _) = picture.data.as_chunks();
            words.iter().map(|&word| u16::from_le_bytes(word)).collect()
        }
    })
}

/// The same error, of a DICOM file.
fn in_dicom(error: Error) -> Error {
    match error {
        Error::Unsupported { reason, .. } => unsupported(format!("JPEG with {reason}")),
        other => other,
    }
}
