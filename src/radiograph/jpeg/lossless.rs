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

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const WIDTH: usize = 9;
    const HEIGHT: usize = 7;

    /// How a stream is coded.
    #[derive(Clone, Copy, Debug)]
    struct Coding {
        precision: u32,
        predictor: u8,
        point_transform: u32,
        /// 0 for no restarts.
        rows_between_restarts: usize,
        components: usize,
    }

    /// Bits, packed with stuffing.
    #[derive(Default)]
    struct Packer {
        bytes: Vec<u8>,
        bits: u32,
        count: u32,
    }

    impl Packer {
        fn put(&mut self, value: u32, count: u32) {
            for at in (0..count).rev() {
                self.bits = self.bits << 1 | (value >> at & 1);
                self.count += 1;
                if self.count == 8 {
                    self.bytes.push(self.bits as u8);
                    if self.bits == 0xFF {
                        self.bytes.push(0);
                    }
                    (self.bits, self.count) = (0, 0);
                }
            }
        }

        fn marker(&mut self, marker: u8) {
            while self.count != 0 {
                self.put(1, 1);
            }
            self.bytes.extend([0xFF, marker]);
        }
    }

    /// An encoder straight from T.81, annex H, with the code of length 5 for each category.
    fn encoded(planes: &[Vec<u16>], coding: Coding) -> Vec<u8> {
        let Coding {
            precision,
            predictor,
            point_transform,
            rows_between_restarts,
            components,
        } = coding;
        let start = vec![
            0xFF,
            0xD8,
            0xFF,
            0xC3,
            0,
            8 + 3 * components as u8,
            precision as u8,
        ];
        let mut packer = Packer {
            bytes: start,
            ..Packer::default()
        };
        packer
            .bytes
            .extend([0, HEIGHT as u8, 0, WIDTH as u8, components as u8]);
        packer
            .bytes
            .extend((1..=components as u8).flat_map(|id| [id, 0x11, 0]));
        // A table of 17 codes of 5 bits.
        packer.bytes.extend([0xFF, 0xC4, 0, 36, 0]);
        packer
            .bytes
            .extend((1..=16).map(|length| if length == 5 { 17 } else { 0 }));
        packer.bytes.extend(0..=16);
        packer
            .bytes
            .extend([0xFF, 0xDD, 0, 4, 0, (rows_between_restarts * WIDTH) as u8]);
        packer
            .bytes
            .extend([0xFF, 0xDA, 0, 6 + 2 * components as u8, components as u8]);
        packer
            .bytes
            .extend((1..=components as u8).flat_map(|id| [id, 0]));
        packer.bytes.extend([predictor, 0, point_transform as u8]);
        let mut restarts = 0;
        for y in 0..HEIGHT {
            let begins = y == 0 || (rows_between_restarts > 0 && y % rows_between_restarts == 0);
            if begins && y > 0 {
                packer.marker(0xD0 + restarts % 8);
                restarts += 1;
            }
            for x in 0..WIDTH {
                for plane in planes {
                    let at =
                        |x: usize, y: usize| i32::from(plane[y * WIDTH + x] >> point_transform);
                    let prediction = match (x, begins) {
                        (0, true) => 1 << (precision - point_transform - 1),
                        (_, true) => at(x - 1, y),
                        (0, false) => at(0, y - 1),
                        _ => {
                            let (a, b, c) = (at(x - 1, y), at(x, y - 1), at(x - 1, y - 1));
                            [
                                a,
                                b,
                                c,
                                a + b - c,
                                a + ((b - c) >> 1),
                                b + ((a - c) >> 1),
                                (a + b) >> 1,
                            ][usize::from(predictor) - 1]
                        }
                    };
                    let difference = i32::from((at(x, y) - prediction) as i16);
                    let category = 32 - difference.unsigned_abs().leading_zeros();
                    packer.put(category, 5);
                    if category < 16 {
                        let bits = if difference < 0 {
                            difference - 1
                        } else {
                            difference
                        };
                        packer.put(bits as u32 & ((1 << category) - 1), category);
                    }
                }
            }
        }
        packer.marker(0xD9);
        packer.bytes
    }

    fn planes(coding: Coding) -> Vec<Vec<u16>> {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(coding.precision));
        let largest = ((1u32 << coding.precision) - 1) as u16;
        let sample =
            |_| rng.random_range(0..=largest) >> coding.point_transform << coding.point_transform;
        let samples: Vec<u16> = (0..WIDTH * HEIGHT * coding.components)
            .map(sample)
            .collect();
        samples
            .chunks(WIDTH * HEIGHT)
            .map(<[u16]>::to_vec)
            .collect()
    }

    #[test]
    fn every_predictor_depth_restart_and_point_transform_gives_the_samples_back() {
        for predictor in 1..=7 {
            for precision in 2..=16 {
                for rows_between_restarts in [0, 1, 3] {
                    for (point_transform, components) in [(0, 1), (1, 1), (0, 3)] {
                        let coding = Coding {
                            precision,
                            predictor,
                            point_transform,
                            rows_between_restarts,
                            components,
                        };
                        let planes = planes(coding);
                        let stream = encoded(&planes, coding);
                        assert_eq!(decode(&Stream::of(&stream)), Some(planes), "{coding:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_cut_stream_is_none() {
        let coding = Coding {
            precision: 12,
            predictor: 1,
            point_transform: 0,
            rows_between_restarts: 0,
            components: 1,
        };
        let stream = encoded(&planes(coding), coding);
        for length in 0..stream.len() - 2 {
            assert_eq!(decode(&Stream::of(&stream[..length])), None, "{length}");
        }
    }
}
