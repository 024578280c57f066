//! Compressed frames → stored values.

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use jpeg_decoder::{ColorTransform, Decoder, PixelFormat, UnsupportedFeature};
use openreadout_codecs::CodecError;

use super::file::Pixels;
use super::layout::{Layout, Photometric};
use super::{damaged, unsupported};
use crate::Result;
use crate::radiograph::ENDS_EARLY;

/// The words of a frame, and their layout after decoding.
pub(super) fn decode(pixels: &Pixels, layout: Layout, frame: &[u8]) -> Result<(Layout, Vec<u16>)> {
    match pixels {
        Pixels::Rle => Ok((layout, rle(&layout, frame)?)),
        Pixels::Jpeg => jpeg(layout, frame),
        Pixels::Jpeg2000 => jpeg_2000(layout, frame),
        Pixels::Other(name) => Err(unsupported(format!("its pixels are stored as {name}"))),
        Pixels::Native => Err(damaged("its pixels are compressed, but not by its header")),
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

fn jpeg(mut layout: Layout, frame: &[u8]) -> Result<(Layout, Vec<u16>)> {
    let explain = |error: jpeg_decoder::Error| match error {
        jpeg_decoder::Error::Unsupported(feature) => unsupported(format!("JPEG with {feature:?}")),
        other => damaged(other.to_string()),
    };
    let mut decoder = Decoder::new(frame);
    if layout.photometric == Photometric::Rgb {
        decoder.set_color_transform(ColorTransform::None);
    }
    match decoder.read_info() {
        Err(jpeg_decoder::Error::Unsupported(UnsupportedFeature::SamplePrecision(12))) => {
            return jpeg_of_12_bits(layout, frame);
        }
        other => other.map_err(explain)?,
    }
    let info = decoder
        .info()
        .ok_or_else(|| damaged("it holds no picture"))?;
    check_size(&layout, info.width.into(), info.height.into())?;
    let samples = match info.pixel_format {
        PixelFormat::L8 | PixelFormat::L16 => 1,
        PixelFormat::RGB24 => 3,
        PixelFormat::CMYK32 => return Err(unsupported("JPEG with four colours")),
    };
    if samples != layout.samples {
        return Err(damaged(
            "its picture has more or fewer colours than its header says",
        ));
    }
    let bytes = decoder.decode().map_err(explain)?;
    let words = if info.pixel_format == PixelFormat::L16 {
        let (words, _) = bytes.as_chunks();
        words.iter().map(|&word| u16::from_ne_bytes(word)).collect()
    } else {
        bytes.iter().map(|&byte| byte.into()).collect()
    };
    if samples == 3 {
        layout.photometric = Photometric::Rgb;
    }
    Ok((layout, words))
}

/// 12-bit sequential JPEG (ITU-T T.81, extended process).
fn jpeg_of_12_bits(layout: Layout, frame: &[u8]) -> Result<(Layout, Vec<u16>)> {
    let picture = openreadout_codecs::jpeg_decode_limited(frame, 2 * layout.values());
    let picture = picture.map_err(|error| match error {
        CodecError::Unsupported { detail, .. } => unsupported(format!("JPEG with {detail}")),
        other => damaged(other.to_string()),
    })?;
    check_size(&layout, picture.width, picture.height)?;
    if picture.channels as usize != layout.samples || layout.samples != 1 {
        return Err(unsupported("JPEG of 12 bits in colour"));
    }
    let (words, _) = picture.data.as_chunks();
    let words = words.iter().map(|&word| u16::from_le_bytes(word));
    Ok((layout, words.collect()))
}

fn jpeg_2000(mut layout: Layout, frame: &[u8]) -> Result<(Layout, Vec<u16>)> {
    let explain = |error: hayro_jpeg2000::DecodeError| damaged(error.to_string());
    let settings = DecodeSettings {
        resolve_palette_indices: false,
        ..DecodeSettings::default()
    };
    let image = Image::new(frame, &settings).map_err(explain)?;
    check_size(&layout, image.width(), image.height())?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(explain)?;
    let components = decoded.components();
    let pixels = layout.rows * layout.columns;
    if components.len() != layout.samples
        || components
            .iter()
            .any(|component| component.samples().len() != pixels)
    {
        return Err(damaged(
            "its picture has more or fewer colours than its header says",
        ));
    }
    // The decoder treats all values as unsigned, and shifts them up by half their range.
    let lift = if is_signed(frame) {
        -((1u32 << (image.original_bit_depth() - 1)) as f32)
    } else {
        0.0
    };
    let mut words = vec![0; layout.values()];
    for (first, component) in components.iter().enumerate() {
        let values = words.iter_mut().skip(first).step_by(layout.samples);
        for (word, value) in values.zip(component.samples()) {
            *word = (value + lift).round() as i32 as u16;
        }
    }
    if layout.samples == 3 {
        layout.photometric = Photometric::Rgb;
    }
    Ok((layout, words))
}

/// Whether the first component of a codestream is signed (ISO/IEC 15444-1, A.5.1).
fn is_signed(codestream: &[u8]) -> bool {
    const SIZE_MARKER: [u8; 2] = [0xFF, 0x51];
    /// Offset from the marker to the first component's depth.
    const DEPTH: usize = 40;
    let marker = codestream.windows(2).position(|pair| pair == SIZE_MARKER);
    let depth = marker.and_then(|marker| codestream.get(marker + DEPTH));
    depth.is_some_and(|depth| depth & 0x80 != 0)
}

fn check_size(layout: &Layout, width: u32, height: u32) -> Result<()> {
    if (width as usize, height as usize) == (layout.columns, layout.rows) {
        return Ok(());
    }
    Err(damaged(format!(
        "its picture has {width} × {height} pixels, its header says {} × {}",
        layout.columns, layout.rows
    )))
}
