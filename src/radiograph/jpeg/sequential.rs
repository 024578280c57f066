//! Sequential JPEG with Huffman codes (ITU-T T.81, annexes A and F): whether a stream is complete, and its samples.

use super::huffman::{Bits, EndsOrBreaks};
use super::stream::{Process, Scan, ScanComponent, Stream};

/// Whether the scans hold the whole picture that the frame promises, as far as that can be told.
///
/// The decoder fills what is missing with the last block's grey, which would be read as if it were film.
pub(in crate::radiograph) fn is_complete(stream: &Stream) -> bool {
    match stream.process {
        Some(Process::Sequential) => for_each_block(stream, |_, _, _| {}).is_ok(),
        Some(Process::Progressive) => stream.ends && is_refined(stream),
        _ => stream.ends,
    }
}

/// Whether progressive scans give each coefficient of the first component to its last bit (T.81, G.1.1.1).
fn is_refined(stream: &Stream) -> bool {
    let mut missing_bits = [u8::MAX; 64];
    for scan in &stream.scans {
        if scan.components.iter().any(|component| component.place == 0) {
            let (first, last) = scan.spectral;
            let scanned = missing_bits.get_mut(usize::from(first)..=usize::from(last.min(63)));
            scanned.unwrap_or_default().fill(scan.low_bit);
        }
    }
    missing_bits == [0; 64]
}

/// Calls `visit` with the component's place, the block's column and row, and its coefficients in zigzag order.
fn for_each_block(
    stream: &Stream,
    mut visit: impl FnMut(usize, (usize, usize), &[i32; 64]),
) -> Result<(), EndsOrBreaks> {
    let mut scanned = vec![false; stream.components.len()];
    for scan in &stream.scans {
        blocks_of_scan(stream, scan, &mut visit)?;
        for component in &scan.components {
            scanned[component.place] = true;
        }
    }
    // A stream without components has no picture.
    if scanned.is_empty() || scanned.contains(&false) {
        return Err(EndsOrBreaks);
    }
    Ok(())
}

fn blocks_of_scan(
    stream: &Stream,
    scan: &Scan,
    visit: &mut impl FnMut(usize, (usize, usize), &[i32; 64]),
) -> Result<(), EndsOrBreaks> {
    let mut decoder = BlockDecoder {
        bits: Bits::new(scan.data),
        predictions: [0; 4],
        coefficients: [0; 64],
    };
    let interleaved = scan.components.len() > 1;
    // Units are blocks of one component, or groups of blocks of all (T.81, A.2).
    let (columns, rows) = match &scan.components[..] {
        [only] if !interleaved => size_in_blocks(stream, only.place).ok_or(EndsOrBreaks)?,
        _ => units(stream),
    };
    for unit in 0..columns * rows {
        if scan.restart_interval > 0 && unit > 0 && unit % scan.restart_interval == 0 {
            decoder.bits.restart()?;
            decoder.predictions = [0; 4];
        }
        let (column, row) = (unit % columns, unit / columns);
        for (order, component) in scan.components.iter().enumerate().take(4) {
            let (across, down) = match interleaved {
                true => stream.components[component.place].sampling,
                false => (1, 1),
            };
            for block in 0..across * down {
                decoder.block(order, component)?;
                let place = (
                    column * across + block % across,
                    row * down + block / across,
                );
                visit(component.place, place, &decoder.coefficients);
            }
        }
    }
    Ok(())
}

/// Columns and rows of the interleaved units.
fn units(stream: &Stream) -> (usize, usize) {
    let (across, down) = stream.largest_sampling();
    (
        stream.width.div_ceil(8 * across.max(1)),
        stream.height.div_ceil(8 * down.max(1)),
    )
}

/// Columns and rows of a component's own blocks (T.81, A.1.1); `None` for an impossible sampling factor.
fn size_in_blocks(stream: &Stream, place: usize) -> Option<(usize, usize)> {
    let (across, down) = stream.components[place].sampling;
    let (most_across, most_down) = stream.largest_sampling();
    if across == 0 || down == 0 {
        return None;
    }
    Some((
        (stream.width * across).div_ceil(most_across).div_ceil(8),
        (stream.height * down).div_ceil(most_down).div_ceil(8),
    ))
}

struct BlockDecoder<'a> {
    bits: Bits<'a>,
    /// The last DC coefficient of each component of the scan.
    predictions: [i32; 4],
    /// In zigzag order.
    coefficients: [i32; 64],
}

impl BlockDecoder<'_> {
    /// Decodes the next block of the scan's component `order` (T.81, F.2.2).
    fn block(&mut self, order: usize, component: &ScanComponent) -> Result<(), EndsOrBreaks> {
        let (Some(dc), Some(ac)) = (&component.dc, &component.ac) else {
            return Err(EndsOrBreaks);
        };
        self.coefficients = [0; 64];
        let length = self.bits.symbol(dc)?.min(16);
        let prediction = &mut self.predictions[order];
        *prediction = prediction.wrapping_add(self.bits.value(length.into())?);
        self.coefficients[0] = *prediction;
        let mut place = 1;
        while place < 64 {
            let symbol = self.bits.symbol(ac)?;
            let (zeros, length) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if length == 0 && zeros != 15 {
                break;
            }
            place += zeros;
            let value = self.bits.value(length)?;
            if let Some(coefficient) = self.coefficients.get_mut(place) {
                *coefficient = value;
            }
            place += 1;
        }
        Ok(())
    }
}

/// The samples of each component at the picture's full size, row by row; `None` if the stream ends early or breaks.
#[cfg(feature = "rare-formats")]
pub(in crate::radiograph) fn decode(stream: &Stream) -> Option<Vec<Vec<u16>>> {
    use super::dct::Inverse;

    let (columns, rows) = units(stream);
    let strides: Vec<usize> = stream
        .components
        .iter()
        .map(|one| columns * one.sampling.0 * 8)
        .collect();
    let heights = stream
        .components
        .iter()
        .map(|one| rows * one.sampling.1 * 8);
    let mut planes: Vec<Vec<u16>> = strides
        .iter()
        .zip(heights)
        .map(|(width, height)| vec![0; width * height])
        .collect();
    let inverse = Inverse::new(stream.precision);
    let tables: Vec<[u16; 64]> = stream
        .components
        .iter()
        .map(|one| one.quantisation)
        .collect::<Option<_>>()?;
    for_each_block(stream, |place, (column, row), coefficients| {
        let samples = inverse.samples(coefficients, &tables[place]);
        let start = row * 8 * strides[place] + column * 8;
        for (line, samples) in samples.chunks(8).enumerate() {
            let start = start + line * strides[place];
            planes[place][start..start + 8].copy_from_slice(samples);
        }
    })
    .ok()?;
    let most = stream.largest_sampling();
    let full_size = |place: usize| {
        let (across, down) = stream.components[place].sampling;
        let (plane, stride) = (&planes[place], strides[place]);
        let pixel = move |at: usize| {
            let (x, y) = (at % stream.width, at / stream.width);
            plane[y * down / most.1 * stride + x * across / most.0]
        };
        (0..stream.width * stream.height).map(pixel).collect()
    };
    Some((0..planes.len()).map(full_size).collect())
}
