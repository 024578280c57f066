//! Checks of a WebP file that its decoder does not make.

/// Whether the first lossy picture has the size that its frame says: the decoder panics where it has not.
pub(super) fn is_consistent(bytes: &[u8]) -> bool {
    let mut chunks = chunks(bytes.get(12..).unwrap_or_default());
    let mut frame = None;
    // The decoder takes whatever follows the alpha of an animation's frame for a lossy picture.
    let (mut animated, mut after_alpha) = (false, false);
    loop {
        match chunks.next() {
            // Of a file with features of the extended format: the canvas (RFC 9649, 2.7).
            Some((b"VP8X", data)) => frame = size(data.get(4..10)),
            // Of an animation: the frame, whose own chunks follow (RFC 9649, 2.7.1.1).
            Some((b"ANMF", data)) if !animated => {
                animated = true;
                frame = size(data.get(6..12));
                chunks = self::chunks(data.get(16..).unwrap_or_default());
            }
            Some((name, data)) if name == b"VP8 " || after_alpha => {
                return frame.is_none() || frame == lossy_size(data);
            }
            Some((b"VP8L", _)) | None => return true,
            Some((name, _)) => after_alpha = animated && name == b"ALPH",
        }
    }
}

/// The name and the data of each chunk.
fn chunks(mut bytes: &[u8]) -> Chunks<'_> {
    Box::new(std::iter::from_fn(move || {
        let (name, rest) = bytes.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let data = &rest[..length.min(rest.len())];
        // Chunks have an even length.
        bytes = rest
            .get(length.saturating_add(length % 2)..)
            .unwrap_or_default();
        Some((name, data))
    }))
}

type Chunks<'a> = Box<dyn Iterator<Item = (&'a [u8; 4], &'a [u8])> + 'a>;

/// Width and height, each stored less one, in three bytes.
fn size(bytes: Option<&[u8]>) -> Option<(u32, u32)> {
    let &[a, b, c, d, e, f] = bytes?.first_chunk()?;
    Some((
        u32::from_le_bytes([a, b, c, 0]) + 1,
        u32::from_le_bytes([d, e, f, 0]) + 1,
    ))
}

/// Width and height of a lossy picture (RFC 6386, 9.1).
fn lossy_size(data: &[u8]) -> Option<(u32, u32)> {
    let &[a, b, c, d] = data.get(6..)?.first_chunk()?;
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
    Some((side([a, b]), side([c, d])))
}
