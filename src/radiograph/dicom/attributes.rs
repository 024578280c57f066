//! The bytes of a data set → its attributes (PS3.5, section 7).
//!
//! Parsed here and not by a library: values are slices of the file, so a value that claims to be longer than the file
//! fails at once and costs no memory; and faults that viewers forgive, such as an encoding other than the header says,
//! are forgiven in one place.

use std::collections::BTreeMap;

use super::character_set::TextEncoding;
use super::element::{Encoding, ITEM, ITEM_END, PIXEL_DATA, Tag, UNDEFINED, Value};
use super::reader::Reader;
use super::tags;
use crate::Result;

/// The attributes of a data set, or of an item of a sequence.
pub(super) struct Attributes<'a> {
    encoding: Encoding,
    text_encoding: TextEncoding,
    values: BTreeMap<Tag, Value<'a>>,
}

impl<'a> Attributes<'a> {
    /// The file meta information at the start of `bytes`, and what follows it.
    pub fn meta(bytes: &'a [u8]) -> Result<(Self, &'a [u8])> {
        let mut reader = Reader::new(bytes, Encoding::EXPLICIT.shown_by(bytes));
        let mut values = BTreeMap::new();
        // Group 2 only; its group length, which comes first, is not needed.
        while reader.bytes.starts_with(&[0x02, 0x00]) {
            let (tag, value) = reader.attribute(0)?;
            values.insert(tag, value);
        }
        let meta = Self {
            encoding: reader.encoding,
            text_encoding: TextEncoding::default(),
            values,
        };
        Ok((meta, reader.bytes))
    }

    /// All attributes of a data set up to the pixel data, which come last.
    pub fn read(bytes: &'a [u8], encoding: Encoding) -> Result<Self> {
        Self::read_with(bytes, encoding, TextEncoding::default())
    }

    fn read_with(bytes: &'a [u8], encoding: Encoding, text_encoding: TextEncoding) -> Result<Self> {
        let mut reader = Reader::new(bytes, encoding);
        let mut values = BTreeMap::new();
        while !reader.bytes.is_empty() && !values.contains_key(&PIXEL_DATA) {
            let (tag, value) = reader.attribute(0)?;
            if tag == ITEM_END {
                break;
            }
            values.insert(tag, value);
        }
        let mut attributes = Self {
            encoding,
            text_encoding,
            values,
        };
        if let Some(terms) = attributes.bytes(tags::SPECIFIC_CHARACTER_SET) {
            attributes.text_encoding = TextEncoding::of(terms);
        }
        Ok(attributes)
    }

    pub fn value(&self, tag: Tag) -> Option<&Value<'a>> {
        self.values.get(&tag)
    }

    pub fn bytes(&self, tag: Tag) -> Option<&'a [u8]> {
        match self.value(tag)? {
            Value::Bytes(bytes) | Value::Words(bytes) => Some(bytes),
            Value::Sequence(..) | Value::Fragments(_) => None,
        }
    }

    /// The values of a text attribute, trimmed, `None` for each empty one; no values when the attribute is missing.
    pub fn texts(&self, tag: Tag) -> Vec<Option<String>> {
        let Some(bytes) = self.bytes(tag) else {
            return Vec::new();
        };
        let texts = self.text_encoding.decode(bytes);
        // The standard pads with spaces; tabs and line ends are seen, too.
        let padding = |character: char| character == '\0' || character.is_whitespace();
        let texts = texts.split('\\').map(|text| text.trim_matches(padding));
        texts
            .map(|text| (!text.is_empty()).then(|| text.to_owned()))
            .collect()
    }

    /// The first value of a text attribute that is not empty.
    pub fn text(&self, tag: Tag) -> Option<String> {
        self.texts(tag).into_iter().flatten().next()
    }

    /// The values of a decimal or integer string (DS or IS), `None` for each that is not a number.
    pub fn decimals(&self, tag: Tag) -> Vec<Option<f64>> {
        let texts = self.texts(tag).into_iter();
        texts.map(|text| decimal(&text?)).collect()
    }

    /// The first number of a decimal or integer string.
    pub fn decimal(&self, tag: Tag) -> Option<f64> {
        self.decimals(tag).into_iter().flatten().next()
    }

    /// The first of one or more unsigned 16-bit integers (US).
    pub fn number(&self, tag: Tag) -> Option<u16> {
        self.words(self.bytes(tag)?).next()
    }

    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// `bytes` as 16-bit words, in this data set's byte order.
    pub fn words(&self, bytes: &'a [u8]) -> impl Iterator<Item = u16> + use<'a> {
        let encoding = self.encoding;
        let (words, _) = bytes.as_chunks();
        words.iter().map(move |&word| encoding.u16(word))
    }

    /// The first item of a sequence.
    pub fn first_item(&self, tag: Tag) -> Result<Option<Self>> {
        // With implicit VR, or as UN, a sequence of defined length looks like any other value.
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
        Self::read_with(item, encoding.shown_by(item), self.text_encoding).map(Some)
    }

    /// What a functional group says of the first frame: in the groups of each frame, or in those of all
    /// (PS3.3, C.7.6.16).
    pub fn functional_group(&self, group: Tag) -> Result<Option<Self>> {
        for groups in [
            tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
            tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
        ] {
            if let Some(groups) = self.first_item(groups)?
                && let Some(item) = groups.first_item(group)?
            {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// A number as machines write it: some put a comma for the point.
fn decimal(text: &str) -> Option<f64> {
    let number = text.parse().or_else(|_| text.replacen(',', ".", 1).parse());
    number.ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_have_a_decimal_comma() {
        assert_eq!(decimal("2300.5"), Some(2300.5));
        assert_eq!(decimal("2300,5"), Some(2300.5));
        assert_eq!(decimal("-1e3"), Some(-1000.0));
        for nonsense in ["", "1,2,3", "inf", "wide"] {
            assert_eq!(decimal(nonsense), None, "{nonsense}");
        }
    }
}
