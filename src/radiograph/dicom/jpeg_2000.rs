//! JPEG 2000 frames (ISO/IEC 15444-1).

use super::layout::{Layout, Photometric};
use super::{damaged, unsupported};
use crate::Result;

/// A codestream starts with its own marker and that of its size.
const CODESTREAM: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];
/// A JP2 file, which some machines put there, starts with this box (ISO/IEC 15444-1, I.5.1).
const JP2: [u8; 8] = [0, 0, 0, 12, b'j', b'P', b' ', b' '];

/// Whether a frame starts like JPEG 2000.
pub(super) fn is_it(frame: &[u8]) -> bool {
    frame.starts_with(&CODESTREAM) || frame.starts_with(&JP2)
}

/// The words of a frame, and their layout after decoding.
pub(super) fn decode(mut layout: Layout, frame: &[u8]) -> Result<(Layout, Vec<u16>)> {
    let start = frame
        .windows(CODESTREAM.len())
        .position(|bytes| bytes == CODESTREAM);
    let codestream = &frame[start.ok_or_else(|| damaged("it holds no picture"))?..];
    let (width, height) =
        size(codestream).ok_or_else(|| damaged("its picture can't be understood"))?;
    layout.check_size(width, height)?;
    let image =
        rust_j2k::decode(&with_tile_parts_uncounted(codestream)).map_err(|error| match error {
            rust_j2k::Error::Unsupported(what) => unsupported(format!("JPEG 2000 with {what}")),
            other => damaged(other.to_string()),
        })?;
    let components = image.components;
    layout.samples = match components.len() {
        samples @ (1 | 3) => samples,
        other => return Err(unsupported(format!("JPEG 2000 with {other} colours"))),
    };
    let first = &components[0];
    let same =
        |one: &rust_j2k::Component| (one.bit_depth, one.signed) == (first.bit_depth, first.signed);
    if !(1..=16).contains(&first.bit_depth) || !components.iter().all(same) {
        return Err(unsupported(
            "JPEG 2000 with more than 16 bits, or different ones for its colours",
        ));
    }
    let mut words = vec![0; layout.values()];
    for (place, component) in components.iter().enumerate() {
        let (across, down) = (
            usize::from(component.x_sampling.max(1)),
            usize::from(component.y_sampling.max(1)),
        );
        for (at, word) in words
            .iter_mut()
            .skip(place)
            .step_by(layout.samples)
            .enumerate()
        {
            let (x, y) = (at % layout.columns / across, at / layout.columns / down);
            let sample = component.samples.get(y * component.width as usize + x);
            // The decoder has held the values within the range of their bits.
            *word = *sample
                .ok_or_else(|| damaged("its picture has another size than its header says"))?
                as u16;
        }
    }
    layout.signed |= first.signed;
    layout.photometric = match (layout.samples, layout.photometric) {
        (1, by_header @ (Photometric::Monochrome1 | Photometric::Palette)) => by_header,
        (1, _) => Photometric::Monochrome2,
        // The transformation of the stream has been undone; without it the header says what the components are.
        (_, by_header @ (Photometric::Ybr | Photometric::YbrPartial))
            if !is_transformed(codestream) =>
        {
            by_header
        }
        _ => Photometric::Rgb,
    };
    Ok((layout.holding(first.bit_depth.into(), &words), words))
}

/// The codestream without the numbers of its tile-parts, which some encoders get wrong: 0 leaves them open
/// (ISO/IEC 15444-1, A.4.2, TNsot). Where a tile-part ends is said apart from that.
fn with_tile_parts_uncounted(codestream: &[u8]) -> Vec<u8> {
    const SOT: [u8; 2] = [0xFF, 0x90];
    let mut open = codestream.to_vec();
    let first = codestream.windows(2).position(|marker| marker == SOT);
    let mut at = first.unwrap_or(codestream.len());
    while let Some(part) = open.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<12>)
        && part.starts_with(&SOT)
    {
        part[11] = 0;
        let length = u32::from_be_bytes([part[6], part[7], part[8], part[9]]) as usize;
        // The last one may leave its length open, too.
        if length == 0 {
            break;
        }
        at = at.saturating_add(length);
    }
    open
}

/// The size of the picture, by the marker segment SIZ, which comes first (ISO/IEC 15444-1, A.5.1).
fn size(codestream: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize| Some(u32::from_be_bytes(*codestream.get(at..)?.first_chunk()?));
    let width = number(8)?.checked_sub(number(16)?)?;
    let height = number(12)?.checked_sub(number(20)?)?;
    Some((width as usize, height as usize))
}

/// Whether the codestream turns its colours into others, by the marker segment COD (ISO/IEC 15444-1, A.6.1).
fn is_transformed(codestream: &[u8]) -> bool {
    const COD: [u8; 2] = [0xFF, 0x52];
    let mut rest = &codestream[2..];
    while let Some((marker, after)) = rest.split_first_chunk::<2>()
        && let Some(length) = after.first_chunk::<2>()
    {
        if *marker == COD {
            // After its length, the style, the progression and the number of layers.
            return after.get(6) == Some(&1);
        }
        let length = usize::from(u16::from_be_bytes(*length));
        let Some(next) = after.get(length.max(2)..) else {
            break;
        };
        rest = next;
    }
    false
}
