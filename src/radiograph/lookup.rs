//! Lookup tables (PS3.3, C.11.1.1 and C.7.6.3.1.5).

use serde::{Deserialize, Serialize};

/// Maps values from `first` on to entries; values below or above get the first or the last entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookupTable {
    first: i32,
    /// At least one.
    entries: Vec<u16>,
    /// Bits per entry, 1 to 16.
    bits: u32,
}

impl LookupTable {
    /// `None` for a table without entries, or with entries of other than 1 to 16 bits.
    pub fn new(first: i32, entries: Vec<u16>, bits: u32) -> Option<Self> {
        (!entries.is_empty() && (1..=16).contains(&bits)).then_some(Self {
            first,
            entries,
            bits,
        })
    }

    /// The entry for the nearest value.
    pub fn entry(&self, value: f64) -> u16 {
        let place = value.round() - f64::from(self.first);
        // The cast saturates: values below the first get the first entry.
        self.entries[(place as usize).min(self.entries.len() - 1)]
    }

    /// The entry as a fraction of the largest that the table's bits can hold, 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        let largest = f64::from((1u32 << self.bits) - 1);
        (f64::from(self.entry(value)) / largest).min(1.0)
    }

    /// How many bits the largest of the entries needs, 0 to 16.
    #[cfg(feature = "rare-formats")]
    pub(super) fn bits_in_use(&self) -> u32 {
        let largest = self.entries.iter().max().copied().unwrap_or_default();
        u16::BITS - largest.leading_zeros()
    }

    /// The table with entries of so many bits.
    #[cfg(feature = "rare-formats")]
    pub(super) fn with_bits(self, bits: u32) -> Self {
        Self {
            bits: bits.clamp(1, 16),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_table_get_its_ends() {
        let table = LookupTable::new(-1, vec![0, 5, 15], 4).unwrap();
        let entries = [-9.0, -1.0, 0.4, 1.0, 99.0, f64::NAN].map(|value| table.entry(value));
        assert_eq!(entries, [0, 0, 5, 15, 15, 0]);
        assert_eq!(table.share(0.0), 1.0 / 3.0);
    }

    #[test]
    fn a_table_without_entries_or_bits_is_none() {
        assert_eq!(LookupTable::new(0, Vec::new(), 8), None);
        assert_eq!(LookupTable::new(0, vec![1], 0), None);
        assert_eq!(LookupTable::new(0, vec![1], 17), None);
    }
}
