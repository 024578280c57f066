//! Lossless JPEG (ITU-T T.81, annex H): each sample is predicted from its neighbours, and the difference is coded.

use super::huffman::{Bits, EndsOrBreaks};
use super::stream::{Scan, Stream};

/// The samples of each component, row by row; `None` if the stream ends early or breaks.
pub(in crate::radiograph) fn decode(stream: &Stream) -> Option<Vec<Vec<u16>>> {
    let pixels = stream.width * stream.height;
    let mut planes = vec![Vec::new(); stream.components.len()];
    for scan in &stream.scans {
        let decoded = decode_scan(stream, scan).ok()?;
        for (component, plane) in scan.components.iter().zip(decoded) {
            planes[component.place] = plane;
        }
    }
    (!planes.is_empty() && planes.iter().all(|plane| plane.len() == pixels)).then_some(planes)
}

/// The samples of each component of a scan. Components with sampling factors of their own are not in use.
fn decode_scan(stream: &Stream, scan: &Scan) -> Result<Vec<Vec<u16>>, EndsOrBreaks> {
    let (width, height) = (stream.width, stream.height);
    let point_transform = u32::from(scan.low_bit);
    let (predictor, _) = scan.spectral;
    let start = stream
        .precision
        .checked_sub(point_transform + 1)
        .ok_or(EndsOrBreaks)?;
    let start = 1i32.checked_shl(start).ok_or(EndsOrBreaks)?;
    let tables: Option<Vec<_>> = scan
        .components
        .iter()
        .map(|component| component.dc.as_deref())
        .collect();
    let tables = tables.ok_or(EndsOrBreaks)?;
    let mut planes = vec![vec![0u16; width * height]; tables.len()];
    let mut bits = Bits::new(scan.data);
    // Where the prediction began anew: after a restart, the first row is predicted from the left (T.81, H.1.2.1).
    let mut first_row_ends = width;
    for at in 0..width * height {
        if scan.restart_interval > 0 && at > 0 && at % scan.restart_interval == 0 {
            bits.restart()?;
            first_row_ends = at + width - at % width;
            if at % width != 0 {
                // A restart within a row is not allowed (T.81, H.1.1).
                return Err(EndsOrBreaks);
            }
        }
        for (plane, table) in planes.iter_mut().zip(&tables) {
            let neighbour = |back: usize| i32::from(plane[at - back]);
            let in_first_row = at < first_row_ends;
            let prediction = match (at % width == 0, in_first_row) {
                (true, true) => start,
                (false, true) => neighbour(1),
                (true, false) => neighbour(width),
                (false, false) => {
                    let (left, above, corner) =
                        (neighbour(1), neighbour(width), neighbour(width + 1));
                    match predictor {
                        1 => left,
                        2 => above,
                        3 => corner,
                        4 => left + above - corner,
                        5 => left + ((above - corner) >> 1),
                        6 => above + ((left - corner) >> 1),
                        7 => (left + above) >> 1,
                        _ => return Err(EndsOrBreaks),
                    }
                }
            };
            let difference = match bits.symbol(table)? {
                length @ ..=15 => bits.value(length.into())?,
                // No bits follow (T.81, H.1.2.2).
                16 => 32768,
                _ => return Err(EndsOrBreaks),
            };
            // Sums wrap round at 16 bits.
            plane[at] = (prediction + difference) as u16;
        }
    }
    for sample in planes.iter_mut().flatten() {
        *sample <<= point_transform;
    }
    Ok(planes)
}
