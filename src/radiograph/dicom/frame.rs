//! The first frame's stored values.

use super::attributes::{Attributes, PIXEL_DATA, Value};
use super::file::Pixels;
use super::{codec, damaged, tags, unsupported};
use crate::Result;
use crate::radiograph::Limits;
use crate::radiograph::raster::ENDS_EARLY;

/// How stored values are to be understood (PS3.3, C.7.6.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub rows: usize,
    pub columns: usize,
    /// Values a pixel: 1 or 3.
    pub samples: usize,
    pub bits_allocated: u32,
    pub bits_stored: u32,
    pub high_bit: u32,
    pub signed: bool,
    /// Of three samples: all of the first come first.
    pub planar: bool,
    pub photometric: Photometric,
}

/// How values become grey or colours (PS3.3, C.7.6.3.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Photometric {
    /// The least value is white.
    Monochrome1,
    /// The least value is black.
    Monochrome2,
    Palette,
    Rgb,
    Ybr,
}

/// The first frame.
pub(super) struct Frame {
    pub layout: Layout,
    /// Pixel after pixel, row by row, `samples` each, in the low bits as the file holds them.
    words: Vec<u16>,
}

impl Frame {
    pub fn first(attributes: &Attributes, pixels: &Pixels, limits: &Limits) -> Result<Self> {
        let layout = Layout::of(attributes)?;
        limits.check_pixels(layout.columns as u64, layout.rows as u64)?;
        let values = layout.values();
        limits.check_decoded_bytes(2 * values as u64)?;
        let (layout, words) = match attributes.value(PIXEL_DATA) {
            Some(Value::Fragments(fragments)) => {
                let frames = attributes.decimal(tags::NUMBER_OF_FRAMES).unwrap_or(1.0);
                codec::decode(pixels, layout, &first_of(fragments, frames as usize))?
            }
            Some(Value::Bytes(bytes)) => (layout, native(&layout, attributes, bytes)?),
            _ => return Err(damaged("it holds no picture")),
        };
        if words.len() != values {
            return Err(damaged("its picture has another size than its header says"));
        }
        Ok(Self { layout, words })
    }

    /// The stored values, pixel after pixel, `layout.samples` each.
    pub fn values(&self) -> impl Iterator<Item = i32> {
        self.words.iter().map(|&word| self.layout.value(word))
    }
}

impl Layout {
    fn of(attributes: &Attributes) -> Result<Self> {
        let number = |tag, name: &str| {
            let number = attributes.number(tag).map(u32::from);
            number.ok_or_else(|| damaged(format!("its header does not say its {name}")))
        };
        let samples = attributes.number(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        let photometric = attributes.text(tags::PHOTOMETRIC_INTERPRETATION);
        let photometric = match (photometric.as_deref().unwrap_or("MONOCHROME2"), samples) {
            ("MONOCHROME1", 1) => Photometric::Monochrome1,
            ("MONOCHROME2", 1) => Photometric::Monochrome2,
            ("PALETTE COLOR", 1) => Photometric::Palette,
            ("RGB", 3) => Photometric::Rgb,
            (name, 3) if name.starts_with("YBR") => Photometric::Ybr,
            (name, samples) => {
                return Err(unsupported(format!("{name} with {samples} values a pixel")));
            }
        };
        let bits_allocated = number(tags::BITS_ALLOCATED, "bits a value")?;
        if bits_allocated != 8 && bits_allocated != 16 {
            return Err(unsupported(format!("{bits_allocated} bits a value")));
        }
        let bits_stored = attributes.number(tags::BITS_STORED).map(u32::from);
        let bits_stored = bits_stored.unwrap_or(bits_allocated);
        let high_bit = attributes.number(tags::HIGH_BIT).map(u32::from);
        let high_bit = high_bit.unwrap_or(bits_stored.saturating_sub(1));
        if bits_stored == 0 || high_bit + 1 < bits_stored || high_bit >= bits_allocated {
            return Err(damaged(format!(
                "{bits_stored} of {bits_allocated} bits, up to bit {high_bit}"
            )));
        }
        let layout = Self {
            rows: number(tags::ROWS, "height")? as usize,
            columns: number(tags::COLUMNS, "width")? as usize,
            samples: samples.into(),
            bits_allocated,
            bits_stored,
            high_bit,
            signed: attributes.number(tags::PIXEL_REPRESENTATION) == Some(1),
            planar: attributes.number(tags::PLANAR_CONFIGURATION) == Some(1),
            photometric,
        };
        if layout.rows == 0 || layout.columns == 0 {
            return Err(damaged("it has no pixels"));
        }
        Ok(layout)
    }

    /// How many values a frame has.
    pub fn values(&self) -> usize {
        self.rows * self.columns * self.samples
    }

    /// What a word of the file stands for: other things may lie above and below its bits.
    fn value(&self, word: u16) -> i32 {
        let bits = u32::from(word) >> (self.high_bit + 1 - self.bits_stored);
        let unused = 32 - self.bits_stored;
        if self.signed {
            (bits << unused) as i32 >> unused
        } else {
            ((bits << unused) >> unused) as i32
        }
    }

    /// The value that a word of the header stands for.
    pub fn padding(&self, word: u16) -> i32 {
        if self.signed {
            i32::from(word as i16)
        } else {
            i32::from(word)
        }
    }

    /// The least and the largest value that can be stored.
    pub fn value_range(&self) -> (i32, i32) {
        if self.signed {
            (
                -(1 << (self.bits_stored - 1)),
                (1 << (self.bits_stored - 1)) - 1,
            )
        } else {
            (0, ((1u32 << self.bits_stored) - 1) as i32)
        }
    }
}

/// The bytes of the first of so many frames, which may lie in several fragments (PS3.5, A.4). `fragments` begin with
/// the table of the frames' offsets, which may be empty.
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

/// The first frame of pixels that are stored as they are.
fn native(layout: &Layout, attributes: &Attributes, bytes: &[u8]) -> Result<Vec<u16>> {
    let values = layout.values();
    let length = values * layout.bits_allocated as usize / 8;
    let bytes = bytes.get(..length).ok_or_else(|| damaged(ENDS_EARLY))?;
    let words: Vec<u16> = if layout.bits_allocated == 8 {
        bytes.iter().map(|&byte| byte.into()).collect()
    } else {
        attributes.words(bytes).collect()
    };
    if layout.samples == 1 || !layout.planar {
        return Ok(words);
    }
    let plane = values / layout.samples;
    let places = (0..values).map(|at| (at % layout.samples) * plane + at / layout.samples);
    Ok(places.map(|place| words[place]).collect())
}
