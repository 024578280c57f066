//! Lookup tables (PS3.3, C.11.1.1 and C.7.6.3.1.5).

use super::attributes::{Attributes, Tag};
use super::damaged;
use crate::Result;

/// Values from `first` on → entries; what lies below or above gets the first or the last entry.
pub(super) struct Lookup {
    first: i32,
    entries: Vec<u16>,
    /// Bits an entry.
    bits: u32,
}

impl Lookup {
    /// The table that `descriptor` and `data` of `attributes` describe, `None` when there is none. Its first value is
    /// signed where the values are.
    pub fn of(
        attributes: &Attributes,
        descriptor: Tag,
        data: Tag,
        signed: bool,
    ) -> Result<Option<Self>> {
        let (Some(descriptor), Some(data)) = (attributes.bytes(descriptor), attributes.bytes(data))
        else {
            return Ok(None);
        };
        let broken = || damaged("one of its lookup tables is broken");
        let descriptor: Vec<u16> = attributes.words(descriptor).collect();
        let &[length, first, bits] = descriptor.as_slice() else {
            return Err(broken());
        };
        let length = match length {
            // 65,536 does not fit.
            0 => 1 << 16,
            length => usize::from(length),
        };
        let first = if signed {
            i32::from(first as i16)
        } else {
            i32::from(first)
        };
        let entries: Vec<u16> = if data.len() >= 2 * length {
            attributes.words(data).take(length).collect()
        } else if bits <= 8 && data.len() >= length {
            data.iter().take(length).map(|&byte| byte.into()).collect()
        } else {
            return Err(broken());
        };
        if !(1..=16).contains(&bits) {
            return Err(broken());
        }
        Ok(Some(Self {
            first,
            entries,
            bits: bits.into(),
        }))
    }

    pub fn entry(&self, value: f64) -> f64 {
        let place = value.round() - f64::from(self.first);
        // The cast saturates: below the first is the first.
        let place = (place as usize).min(self.entries.len() - 1);
        f64::from(self.entries[place])
    }

    /// The largest entry that the table's bits can hold.
    pub fn largest(&self) -> f64 {
        f64::from((1u32 << self.bits) - 1)
    }
}
