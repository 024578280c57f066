//! What a data set consists of: elements with a tag and a value (PS3.5, section 7).

/// Group and element.
pub(super) type Tag = (u16, u16);

pub(super) const PIXEL_DATA: Tag = (0x7FE0, 0x0010);
pub(super) const ITEM: Tag = (0xFFFE, 0xE000);
pub(super) const ITEM_END: Tag = (0xFFFE, 0xE00D);
/// Undefined length: the value ends with a delimiter.
pub(super) const UNDEFINED: u32 = u32::MAX;

/// How attributes are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    /// Whether attributes name their value representation (VR).
    pub explicit: bool,
    pub big_endian: bool,
}

impl Encoding {
    pub const IMPLICIT: Self = Self {
        explicit: false,
        big_endian: false,
    };
    pub const EXPLICIT: Self = Self {
        explicit: true,
        big_endian: false,
    };
    pub const BIG_ENDIAN: Self = Self {
        explicit: true,
        big_endian: true,
    };

    /// The encoding of a data set or an item that starts with `bytes`; `self` if they don't show it.
    pub fn shown_by(self, bytes: &[u8]) -> Self {
        let Some(&[a, b, _, _, e, f, ..]) = bytes.first_chunk::<8>() else {
            return self;
        };
        // Each starts with a low group. Swapped, it would be a high one, which no standard attribute has.
        let big_endian = match (a, b) {
            (0, 0) => self.big_endian,
            (0, _) => true,
            _ => false,
        };
        let explicit = e.is_ascii_uppercase() && f.is_ascii_uppercase();
        Self {
            explicit,
            // There is no implicit encoding with the most significant byte first.
            big_endian: big_endian && explicit,
        }
    }

    pub fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    pub fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}

/// The value of an element.
#[derive(Clone)]
pub(super) enum Value<'a> {
    Bytes(&'a [u8]),
    /// Bytes in words of two, in the byte order of the data set (VR OW).
    Words(&'a [u8]),
    /// The bytes of its items, and their encoding.
    Sequence(&'a [u8], Encoding),
    /// Encapsulated pixel data: the basic offset table first (PS3.5, A.4).
    Fragments(Vec<&'a [u8]>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_shows_in_the_first_attribute() {
        let explicit = b"\x08\0\x05\0CS\x0a\0";
        let implicit = b"\x08\0\x05\0\x0a\0\0\0";
        let big_endian = b"\0\x08\0\x05CS\0\x0a";
        for declared in [Encoding::IMPLICIT, Encoding::EXPLICIT, Encoding::BIG_ENDIAN] {
            assert_eq!(declared.shown_by(explicit), Encoding::EXPLICIT);
            assert_eq!(declared.shown_by(implicit), Encoding::IMPLICIT);
            assert_eq!(declared.shown_by(big_endian), Encoding::BIG_ENDIAN);
            assert_eq!(declared.shown_by(b"\x08\0"), declared);
        }
    }
}
