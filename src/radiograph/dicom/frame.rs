//! The first frame's stored values.

use super::attributes::Attributes;
use super::element::{Encoding, PIXEL_DATA, Tag, Value};
use super::file::Pixels;
use super::layout::Layout;
use super::{codec, damaged, tags, unsupported};
use crate::Result;
use crate::radiograph::ENDS_EARLY;
use crate::radiograph::Limits;

const FLOAT_PIXEL_DATA: Tag = (0x7FE0, 0x0008);
const DOUBLE_PIXEL_DATA: Tag = (0x7FE0, 0x0009);

/// The first frame.
pub(super) struct Frame {
    pub layout: Layout,
    /// Row by row, `samples` words per pixel, with their bits where the file has them.
    words: Vec<u16>,
}

impl Frame {
    pub fn first(attributes: &Attributes, pixels: &Pixels, limits: &Limits) -> Result<Self> {
        let layout = Layout::of(attributes)?;
        limits.check_pixels(layout.columns as u64, layout.rows as u64)?;
        let values = layout.values();
        limits.check_decoded_bytes(2 * values as u64)?;
        let (layout, words) = match (attributes.value(PIXEL_DATA), pixels) {
            (Some(Value::Fragments(fragments)), _) => {
                let frames = attributes.decimal(tags::NUMBER_OF_FRAMES).unwrap_or(1.0);
                let frame = first_of(fragments, frames as usize);
                match pixels {
                    // Encapsulated, but uncompressed.
                    Pixels::Native if !codec::is_compressed(&frame) => {
                        (layout, native(&layout, Encoding::EXPLICIT, &frame)?)
                    }
                    _ => codec::decode(pixels, layout, &frame, limits)?,
                }
            }
            // Not encapsulated, though the transfer syntax says so.
            (Some(Value::Bytes(bytes) | Value::Words(bytes)), Pixels::Compressed(_))
                if codec::is_compressed(bytes) =>
            {
                codec::decode(pixels, layout, bytes, limits)?
            }
            (Some(Value::Bytes(bytes) | Value::Words(bytes)), Pixels::BigEndian) => {
                (layout, native(&layout, Encoding::BIG_ENDIAN, bytes)?)
            }
            // Bytes in words whose order is the other one.
            (Some(Value::Words(bytes)), _)
                if attributes.encoding().big_endian && layout.bits_allocated == 8 =>
            {
                let (pairs, _) = bytes.as_chunks();
                let swapped: Vec<u8> = pairs.iter().flat_map(|&[a, b]| [b, a]).collect();
                (layout, native(&layout, attributes.encoding(), &swapped)?)
            }
            (Some(Value::Bytes(bytes) | Value::Words(bytes)), _) => {
                (layout, native(&layout, attributes.encoding(), bytes)?)
            }
            _ if attributes.value(FLOAT_PIXEL_DATA).is_some()
                || attributes.value(DOUBLE_PIXEL_DATA).is_some() =>
            {
                return Err(unsupported("its pixels are floating-point numbers"));
            }
            _ => return Err(damaged("it holds no picture")),
        };
        let layout = layout.aligned_as(&words);
        let values = layout.values();
        if words.len() != values {
            return Err(damaged("its picture has another size than its header says"));
        }
        Ok(Self { layout, words })
    }

    /// The stored values, row by row, `layout.samples` per pixel.
    pub fn values(&self) -> impl Iterator<Item = i32> {
        self.words.iter().map(|&word| self.layout.value(word))
    }
}

/// The bytes of the first of `frames` frames, which may span several fragments (PS3.5, A.4). The first of `fragments`
/// is the basic offset table, which may be empty.
fn first_of(fragments: &[&[u8]], frames: usize) -> Vec<u8> {
    let Some((offsets, fragments)) = fragments.split_first() else {
        return Vec::new();
    };
    if frames > 1 && fragments.len() == frames {
        return fragments[0].to_vec();
    }
    let second = offsets.get(4..).and_then(|rest| rest.first_chunk());
    let end = match second {
        Some(offset) if frames > 1 => u32::from_le_bytes(*offset) as usize,
        _ => usize::MAX,
    };
    // Each fragment is preceded by a tag and a length.
    let starts = fragments.iter().scan(0, |at: &mut usize, fragment| {
        let start = *at;
        *at += fragment.len() + 8;
        Some((start, *fragment))
    });
    let first = starts.take_while(|(start, _)| *start < end);
    first.flat_map(|(_, fragment)| fragment).copied().collect()
}

/// The first frame of native (uncompressed) pixel data.
fn native(layout: &Layout, encoding: Encoding, bytes: &[u8]) -> Result<Vec<u16>> {
    let values = layout.values();
    let in_file = if layout.subsampled {
        2 * layout.rows * layout.columns
    } else {
        values
    };
    let length = in_file * layout.bits_allocated as usize / 8;
    let bytes = bytes.get(..length).ok_or_else(|| damaged(ENDS_EARLY))?;
    let words: Vec<u16> = if layout.bits_allocated == 8 {
        bytes.iter().map(|&byte| byte.into()).collect()
    } else {
        let (words, _) = bytes.as_chunks();
        words.iter().map(|&word| encoding.u16(word)).collect()
    };
    if layout.subsampled {
        // Two luminances, then the colour differences that both pixels share (PS3.3, C.7.6.3.1.2).
        let (pairs, _) = words.as_chunks();
        let pixels = pairs
            .iter()
            .flat_map(|&[first, second, blue, red]| [[first, blue, red], [second, blue, red]]);
        return Ok(pixels.flatten().collect());
    }
    if layout.samples == 1 || !layout.planar {
        return Ok(words);
    }
    let plane = values / layout.samples;
    let places = (0..values).map(|at| (at % layout.samples) * plane + at / layout.samples);
    Ok(places.map(|place| words[place]).collect())
}
