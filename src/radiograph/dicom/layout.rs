//! How to interpret a frame's stored values (PS3.3, C.7.6.3).

use super::attributes::Attributes;
use super::{damaged, tags, unsupported};
use crate::Result;

/// How to interpret stored values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub rows: usize,
    pub columns: usize,
    /// Values per pixel: 1 or 3.
    pub samples: usize,
    pub bits_allocated: u32,
    pub bits_stored: u32,
    pub high_bit: u32,
    pub signed: bool,
    /// For three samples: stored plane by plane, not pixel by pixel.
    pub planar: bool,
    /// For three uncompressed samples: two pixels side by side share their colour differences.
    pub subsampled: bool,
    pub photometric: Photometric,
}

/// Photometric interpretation (PS3.3, C.7.6.3.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Photometric {
    /// The minimum value is white.
    Monochrome1,
    /// The minimum value is black.
    Monochrome2,
    Palette,
    Rgb,
    /// Luminance and two colour differences, over the whole range of values.
    Ybr,
    /// The same in the range of video: luminance from 16 to 235, differences from 16 to 240.
    YbrPartial,
}

impl Layout {
    pub fn of(attributes: &Attributes) -> Result<Self> {
        let number = |tag, name: &str| {
            let number = attributes.number(tag).map(u32::from);
            number.ok_or_else(|| damaged(format!("its header does not say its {name}")))
        };
        let samples = attributes.number(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        let name = attributes.text(tags::PHOTOMETRIC_INTERPRETATION);
        let name = name.as_deref().unwrap_or("MONOCHROME2");
        let photometric = match (name, samples) {
            ("MONOCHROME1", 1) => Photometric::Monochrome1,
            ("MONOCHROME2", 1) => Photometric::Monochrome2,
            ("PALETTE COLOR", 1) => Photometric::Palette,
            ("RGB", 3) => Photometric::Rgb,
            (name, 3) if name.starts_with("YBR_PARTIAL") => Photometric::YbrPartial,
            (name, 3) if name.starts_with("YBR") => Photometric::Ybr,
            (name, samples) => {
                return Err(unsupported(format!("{name} with {samples} values a pixel")));
            }
        };
        let bits_allocated = number(tags::BITS_ALLOCATED, "bits a value")?;
        if bits_allocated != 8 && bits_allocated != 16 {
            return Err(unsupported(format!("{bits_allocated}-bit values")));
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
            subsampled: name.ends_with("_422"),
            photometric,
        };
        if layout.rows == 0 || layout.columns == 0 {
            return Err(damaged("it has no pixels"));
        }
        Ok(layout)
    }

    /// Checks that a compressed picture has the size that the header says.
    pub fn check_size(&self, width: usize, height: usize) -> Result<()> {
        if (width, height) == (self.columns, self.rows) {
            return Ok(());
        }
        Err(damaged(format!(
            "its picture has {width} × {height} pixels, its header says {} × {}",
            self.columns, self.rows
        )))
    }

    /// The layout of values that lie elsewhere in their words than the header says.
    ///
    /// The highest bit can only be the highest stored one (PS3.5, 8.1.1). In older files the values may lie higher, as
    /// the header says. Then their words end in zeros, or pass the range of the stored bits.
    pub fn aligned_as(self, words: &[u16]) -> Self {
        let shift = self.high_bit + 1 - self.bits_stored;
        if shift == 0 {
            return self;
        }
        let low = Self {
            high_bit: self.bits_stored - 1,
            ..self
        };
        let fits = |&word: &u16| {
            let value = low.value(word);
            word == value as u16
        };
        let ends_in_zeros = words.iter().all(|word| word.trailing_zeros() >= shift);
        if words.iter().all(fits) && !ends_in_zeros {
            low
        } else {
            self
        }
    }

    /// The layout of `words` that a stream of so many bits holds. The header may say fewer.
    pub fn holding(self, precision: u32, words: &[u16]) -> Self {
        let passes = |&word: &u16| u32::from(word) >> self.bits_stored != 0;
        let bits_stored = if !self.signed && words.iter().any(passes) {
            precision
        } else {
            self.bits_stored
        };
        Self {
            bits_stored,
            high_bit: bits_stored - 1,
            ..self
        }
    }

    /// How many values a frame has.
    pub fn values(&self) -> usize {
        self.rows * self.columns * self.samples
    }

    /// The stored value in a word of the pixel data, whose other bits may hold something else.
    pub fn value(&self, word: u16) -> i32 {
        let bits = u32::from(word) >> (self.high_bit + 1 - self.bits_stored);
        let unused = 32 - self.bits_stored;
        if self.signed {
            (bits << unused) as i32 >> unused
        } else {
            ((bits << unused) >> unused) as i32
        }
    }

    /// The stored value that a word of the header stands for.
    pub fn padding(&self, word: u16) -> i32 {
        if self.signed {
            i32::from(word as i16)
        } else {
            i32::from(word)
        }
    }

    /// The minimum and maximum stored value.
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
