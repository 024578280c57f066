//! The bytes of a data set, attribute by attribute (PS3.5, section 7).

use super::damaged;
use super::element::{Encoding, ITEM, ITEM_END, PIXEL_DATA, Tag, UNDEFINED, Value};
use crate::Result;
use crate::radiograph::ENDS_EARLY;

const SEQUENCE_END: Tag = (0xFFFE, 0xE0DD);
/// Maximum nesting of sequences; far fewer levels are in use.
const MAX_DEPTH: usize = 32;

pub(super) struct Reader<'a> {
    /// The bytes still to be read.
    pub bytes: &'a [u8],
    pub encoding: Encoding,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self { bytes, encoding }
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let parts = self.bytes.split_at_checked(length);
        let (taken, rest) = parts.ok_or_else(|| damaged(ENDS_EARLY))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.take(N)?.first_chunk();
        taken.copied().ok_or_else(|| damaged(ENDS_EARLY))
    }

    pub fn u32(&mut self) -> Result<u32> {
        Ok(self.encoding.u32(self.array()?))
    }

    pub fn tag(&mut self) -> Result<Tag> {
        let [a, b, c, d] = self.array()?;
        Ok((self.encoding.u16([a, b]), self.encoding.u16([c, d])))
    }

    /// Reads one attribute, nested in `level` sequences.
    pub fn attribute(&mut self, level: usize) -> Result<(Tag, Value<'a>)> {
        let tag = self.tag()?;
        let (length, vr) = self.length(tag)?;
        let value = if length != UNDEFINED {
            let bytes = self.take(length as usize)?;
            match vr {
                Some([b'S', b'Q']) => Value::Sequence(bytes, self.encoding),
                Some([b'O', b'W']) => Value::Words(bytes),
                _ => Value::Bytes(bytes),
            }
        } else if tag == PIXEL_DATA {
            Value::Fragments(self.fragments()?)
        } else {
            Value::Sequence(self.undefined_length(level)?, self.encoding)
        };
        Ok((tag, value))
    }

    /// The length of an attribute's value, and its VR if the encoding names it.
    fn length(&mut self, tag: Tag) -> Result<(u32, Option<[u8; 2]>)> {
        // Items and delimiters have no VR in any encoding.
        if !self.encoding.explicit || tag.0 == ITEM.0 {
            return Ok((self.u32()?, None));
        }
        let vr = self.bytes.first_chunk();
        let vr = *vr.ok_or_else(|| damaged(ENDS_EARLY))?;
        Ok(match &vr {
            b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN"
            | b"UR" | b"UT" | b"UV" => {
                // After two reserved bytes.
                self.take(4)?;
                (self.u32()?, Some(vr))
            }
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => {
                self.take(2)?;
                (u32::from(self.encoding.u16(self.array()?)), Some(vr))
            }
            // Some machines write private elements without a VR.
            _ => (self.u32()?, None),
        })
    }

    /// The fragments of encapsulated pixel data.
    fn fragments(&mut self) -> Result<Vec<&'a [u8]>> {
        let mut fragments = Vec::new();
        loop {
            // Nothing that is needed follows, so the delimiter may be missing.
            if self.bytes.iter().all(|&byte| byte == 0) && !fragments.is_empty() {
                return Ok(fragments);
            }
            let (tag, length) = (self.tag()?, self.u32()?);
            match tag {
                ITEM => fragments.push(self.take(length as usize)?),
                SEQUENCE_END | (0, 0) => return Ok(fragments),
                _ => return Err(damaged("its picture can't be understood")),
            }
        }
    }

    /// The value of a sequence of undefined length, with its delimiter.
    fn undefined_length(&mut self, level: usize) -> Result<&'a [u8]> {
        let mut inside = Reader::new(self.bytes, self.encoding);
        let length = match inside.skip_items(level + 1) {
            Ok(()) => self.bytes.len() - inside.bytes.len(),
            // Private elements hold all kinds of things. What is needed shows when it is opened.
            Err(error) => self.through_delimiter().ok_or(error)?,
        };
        self.take(length)
    }

    /// Skips the items of a sequence of undefined length, and its delimiter.
    fn skip_items(&mut self, level: usize) -> Result<()> {
        if level > MAX_DEPTH {
            return Err(damaged("its header is nested too deeply"));
        }
        loop {
            let (tag, length) = (self.tag()?, self.u32()?);
            match (tag, length) {
                (SEQUENCE_END, _) => return Ok(()),
                (ITEM, UNDEFINED) => {
                    let around = self.encoding;
                    // Items of an attribute with the VR UN have implicit VR (PS3.5, 6.2.2), or should have.
                    self.encoding = around.shown_by(self.bytes);
                    while self.attribute(level)?.0 != ITEM_END {}
                    self.encoding = around;
                }
                (ITEM, length) => drop(self.take(length as usize)?),
                _ => return Err(damaged("its header can't be understood")),
            }
        }
    }

    /// How many bytes there are up to the next sequence delimiter, with it.
    fn through_delimiter(&self) -> Option<usize> {
        let delimiter: [u8; 8] = if self.encoding.big_endian {
            [0xFF, 0xFE, 0xE0, 0xDD, 0, 0, 0, 0]
        } else {
            [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
        };
        let start = self.bytes.windows(8).position(|bytes| bytes == delimiter)?;
        Some(start + delimiter.len())
    }
}
