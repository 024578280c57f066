//! The text of a data set, by its Specific Character Set (PS3.3, C.12.1.1.2).

use std::borrow::Cow;

use encoding_rs::Encoding;

/// How the texts of a data set are encoded.
#[derive(Clone, Copy, Default)]
pub(super) struct TextEncoding {
    /// `None` if the file does not say: ASCII by the standard, UTF-8 or Latin-1 in practice.
    declared: Option<&'static Encoding>,
}

impl TextEncoding {
    /// By the values of Specific Character Set.
    pub fn of(terms: &[u8]) -> Self {
        let terms = String::from_utf8_lossy(terms);
        // The last is the most general: the others are code extensions within it, or plain Latin letters.
        let mut terms = terms
            .rsplit('\\')
            .map(|term| term.trim_matches(['\0', ' ']));
        Self {
            declared: terms.find_map(encoding),
        }
    }

    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self.declared {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => match std::str::from_utf8(bytes) {
                Ok(text) => text.into(),
                Err(_) => encoding_rs::mem::decode_latin1(bytes),
            },
        }
    }
}

/// The encoding of a defined term, `None` for ASCII and unknown ones.
fn encoding(term: &str) -> Option<&'static Encoding> {
    let number = match term {
        "GB18030" | "GBK" => return Some(encoding_rs::GB18030),
        _ => term
            .strip_prefix("ISO_IR ")
            .or(term.strip_prefix("ISO 2022 IR "))?,
    };
    Some(match number {
        "100" => encoding_rs::WINDOWS_1252,
        "101" => encoding_rs::ISO_8859_2,
        "109" => encoding_rs::ISO_8859_3,
        "110" => encoding_rs::ISO_8859_4,
        "144" => encoding_rs::ISO_8859_5,
        "127" => encoding_rs::ISO_8859_6,
        "126" => encoding_rs::ISO_8859_7,
        "138" => encoding_rs::ISO_8859_8,
        "148" => encoding_rs::WINDOWS_1254,
        "203" => encoding_rs::ISO_8859_15,
        "13" => encoding_rs::SHIFT_JIS,
        "166" => encoding_rs::WINDOWS_874,
        "192" => encoding_rs::UTF_8,
        "87" | "159" => encoding_rs::ISO_2022_JP,
        "149" => encoding_rs::EUC_KR,
        "58" => encoding_rs::GB18030,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chest_is_a_chest_in_each_character_set() {
        for (terms, bytes, expected) in [
            (&b"ISO_IR 192"[..], "胸部".as_bytes(), "胸部"),
            (b"GB18030", b"\xd0\xd8\xb2\xbf", "胸部"),
            (b"\\ISO 2022 IR 87", b"\x1b$B6;It\x1b(B", "胸部"),
            (b"ISO_IR 100", b"T\xd3RAX", "TÓRAX"),
            (b"ISO_IR 144", b"\xb3\xe0\xe3\xd4\xec", "Грудь"),
            (b"", b"T\xd3RAX", "TÓRAX"),
            (b"", "TÓRAX".as_bytes(), "TÓRAX"),
        ] {
            assert_eq!(TextEncoding::of(terms).decode(bytes), expected);
        }
    }
}
