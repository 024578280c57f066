//! The bytes of a data set → its attributes (PS3.5, section 7).
//!
//! Parsed here and not by a library: values are slices of the file, so a value that claims to be longer than the file
//! fails at once and costs no memory.

use std::collections::BTreeMap;

use super::damaged;
use crate::Result;
use crate::radiograph::ENDS_EARLY;

/// Group and element.
pub(super) type Tag = (u16, u16);

pub(super) const PIXEL_DATA: Tag = (0x7FE0, 0x0010);
const ITEM: Tag = (0xFFFE, 0xE000);
const ITEM_END: Tag = (0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = (0xFFFE, 0xE0DD);
/// Undefined length: the value ends with a delimiter.
const UNDEFINED: u32 = u32::MAX;
/// Maximum nesting of sequences; far fewer levels are in use.
const MAX_DEPTH: usize = 32;

/// How attributes are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    /// Whether attributes name their value representation (VR).
    explicit: bool,
    big_endian: bool,
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

    fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}

/// The attributes of a data set, or of an item of a sequence.
pub(super) struct Attributes<'a> {
    encoding: Encoding,
    values: BTreeMap<Tag, Value<'a>>,
}

#[derive(Clone)]
pub(super) enum Value<'a> {
    Bytes(&'a [u8]),
    /// The bytes of its items, and their encoding.
    Sequence(&'a [u8], Encoding),
    /// Encapsulated pixel data: the basic offset table first (PS3.5, A.4).
    Fragments(Vec<&'a [u8]>),
}

impl<'a> Attributes<'a> {
    /// The file meta information at the start of `bytes`, and what follows it.
    pub fn meta(bytes: &'a [u8]) -> Result<(Self, &'a [u8])> {
        let mut reader = Reader::new(bytes, Encoding::EXPLICIT);
        let mut values = BTreeMap::new();
        // Group 2 only; its group length, which comes first, is not needed.
        while reader.bytes.starts_with(&[0x02, 0x00]) {
            let (tag, value) = reader.attribute(0)?;
            values.insert(tag, value);
        }
        let meta = Self {
            encoding: reader.encoding,
            values,
        };
        Ok((meta, reader.bytes))
    }

    /// All attributes up to the pixel data, which come last.
    pub fn read(bytes: &'a [u8], encoding: Encoding) -> Result<Self> {
        let mut reader = Reader::new(bytes, encoding);
        let mut values = BTreeMap::new();
        while !reader.bytes.is_empty() && !values.contains_key(&PIXEL_DATA) {
            let (tag, value) = reader.attribute(0)?;
            if tag == ITEM_END {
                break;
            }
            values.insert(tag, value);
        }
        Ok(Self { encoding, values })
    }

    pub fn value(&self, tag: Tag) -> Option<&Value<'a>> {
        self.values.get(&tag)
    }

    pub fn bytes(&self, tag: Tag) -> Option<&'a [u8]> {
        match self.value(tag)? {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The values of a text attribute, trimmed, `None` for each empty one; no values when the attribute is missing.
    pub fn texts(&self, tag: Tag) -> Vec<Option<String>> {
        let Some(bytes) = self.bytes(tag) else {
            return Vec::new();
        };
        let texts = String::from_utf8_lossy(bytes);
        let texts = texts.split('\\').map(|text| text.trim_matches(['\0', ' ']));
        texts
            .map(|text| (!text.is_empty()).then(|| text.to_owned()))
            .collect()
    }

    /// The first value of a text attribute, `None` when it is missing or empty.
    pub fn text(&self, tag: Tag) -> Option<String> {
        self.texts(tag).into_iter().next()?
    }

    /// The values of a decimal or integer string (DS or IS), `None` for each that is not a number.
    pub fn decimals(&self, tag: Tag) -> Vec<Option<f64>> {
        let texts = self.texts(tag).into_iter();
        let decimal = |text: String| text.parse().ok().filter(|number: &f64| number.is_finite());
        texts.map(|text| text.and_then(decimal)).collect()
    }

    /// The first value of a decimal or integer string.
    pub fn decimal(&self, tag: Tag) -> Option<f64> {
        self.decimals(tag).into_iter().next()?
    }

    /// The first of one or more unsigned 16-bit integers (US).
    pub fn number(&self, tag: Tag) -> Option<u16> {
        self.words(self.bytes(tag)?).next()
    }

    /// `bytes` as 16-bit words, in this data set's byte order.
    pub fn words(&self, bytes: &'a [u8]) -> impl Iterator<Item = u16> + use<'a> {
        let encoding = self.encoding;
        let (words, _) = bytes.as_chunks();
        words.iter().map(move |&word| encoding.u16(word))
    }

    /// The first item of a sequence.
    pub fn first_item(&self, tag: Tag) -> Result<Option<Self>> {
        // With implicit VR, a sequence of defined length looks like any other value.
        let (bytes, encoding) = match self.value(tag) {
            Some(Value::Sequence(bytes, encoding)) => (*bytes, *encoding),
            Some(Value::Bytes(bytes)) => (*bytes, self.encoding),
            _ => return Ok(None),
        };
        let mut reader = Reader::new(bytes, encoding);
        if bytes.is_empty() || reader.tag()? != ITEM {
            return Ok(None);
        }
        let item = match reader.u32()? {
            UNDEFINED => reader.bytes,
            length => reader.take(length as usize)?,
        };
        Self::read(item, encoding).map(Some)
    }
}

struct Reader<'a> {
    /// The bytes still to be read.
    bytes: &'a [u8],
    encoding: Encoding,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self { bytes, encoding }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let parts = self.bytes.split_at_checked(length);
        let (taken, rest) = parts.ok_or_else(|| damaged(ENDS_EARLY))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.take(N)?.first_chunk();
        taken.copied().ok_or_else(|| damaged(ENDS_EARLY))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(self.encoding.u32(self.array()?))
    }

    fn tag(&mut self) -> Result<Tag> {
        let [a, b, c, d] = self.array()?;
        Ok((self.encoding.u16([a, b]), self.encoding.u16([c, d])))
    }

    /// Reads one attribute, nested in `level` sequences.
    fn attribute(&mut self, level: usize) -> Result<(Tag, Value<'a>)> {
        let tag = self.tag()?;
        let mut is_sequence = false;
        let mut inner = self.encoding;
        // Items and delimiters have no VR in any encoding.
        let length = if self.encoding.explicit && tag.0 != ITEM.0 {
            match &self.array()? {
                b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SV" | b"UC" | b"UR" | b"UT"
                | b"UV" => self.long_length()?,
                b"SQ" => {
                    is_sequence = true;
                    self.long_length()?
                }
                b"UN" => {
                    // If it holds items, they have implicit VR (PS3.5, 6.2.2).
                    inner = Encoding::IMPLICIT;
                    self.long_length()?
                }
                [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => {
                    u32::from(self.encoding.u16(self.array()?))
                }
                _ => return Err(damaged("its header can't be understood")),
            }
        } else {
            self.u32()?
        };
        let value = if length != UNDEFINED {
            let bytes = self.take(length as usize)?;
            if is_sequence {
                Value::Sequence(bytes, inner)
            } else {
                Value::Bytes(bytes)
            }
        } else if tag == PIXEL_DATA {
            Value::Fragments(self.fragments()?)
        } else {
            let mut inside = Reader::new(self.bytes, inner);
            inside.skip_items(level + 1)?;
            let length = self.bytes.len() - inside.bytes.len();
            Value::Sequence(self.take(length)?, inner)
        };
        Ok((tag, value))
    }

    /// A four-byte length, after two reserved bytes.
    fn long_length(&mut self) -> Result<u32> {
        self.take(2)?;
        self.u32()
    }

    fn fragments(&mut self) -> Result<Vec<&'a [u8]>> {
        let mut fragments = Vec::new();
        loop {
            let (tag, length) = (self.tag()?, self.u32()?);
            match tag {
                ITEM => fragments.push(self.take(length as usize)?),
                SEQUENCE_END => return Ok(fragments),
                _ => return Err(damaged("its picture can't be understood")),
            }
        }
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
                (ITEM, UNDEFINED) => while self.attribute(level)?.0 != ITEM_END {},
                (ITEM, length) => drop(self.take(length as usize)?),
                _ => return Err(damaged("its header can't be understood")),
            }
        }
    }
}
