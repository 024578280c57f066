//! The segments of a JPEG stream: its frame, its tables and its scans (ITU-T T.81, annex B).

use std::sync::Arc;

use super::huffman::Table;

/// A stream taken apart.
#[derive(Debug, Default)]
pub(in crate::radiograph) struct Stream<'a> {
    pub process: Option<Process>,
    /// Bits per sample.
    pub precision: u32,
    pub width: usize,
    pub height: usize,
    pub components: Vec<Component>,
    pub scans: Vec<Scan<'a>>,
    /// What an Adobe segment says about the colours: 0 none or RGB, 1 YCbCr, 2 YCCK.
    pub adobe_transform: Option<u8>,
    /// Whether it has a JFIF segment, which means YCbCr.
    pub is_jfif: bool,
    /// Whether its end is marked.
    pub ends: bool,
}

/// How samples are coded, by the frame's marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::radiograph) enum Process {
    Sequential,
    Progressive,
    Lossless,
    JpegLs,
    Arithmetic,
    Hierarchical,
}

/// One colour of the frame.
#[derive(Clone, Debug)]
pub(in crate::radiograph) struct Component {
    pub id: u8,
    /// Horizontal and vertical sampling factor, 1 to 4.
    pub sampling: (usize, usize),
    /// Its quantisation table, in zigzag order, as the first scan finds it.
    pub quantisation: Option<[u16; 64]>,
    quantisation_place: usize,
}

/// A pass over some of the components.
#[derive(Debug)]
pub(in crate::radiograph) struct Scan<'a> {
    /// Places among the frame's components, with their tables.
    pub components: Vec<ScanComponent>,
    /// First and last coefficient, in zigzag order; for lossless scans the predictor and 0.
    pub spectral: (u8, u8),
    /// Lowest bits that are left out; for lossless scans the point transform.
    pub low_bit: u8,
    /// Units between restart markers, 0 for none.
    pub restart_interval: usize,
    /// The entropy-coded data, and everything after them.
    pub data: &'a [u8],
}

#[derive(Clone, Debug)]
pub(in crate::radiograph) struct ScanComponent {
    pub place: usize,
    pub(super) dc: Option<Arc<Table>>,
    pub(super) ac: Option<Arc<Table>>,
}

impl Process {
    /// By the second byte of a frame's marker.
    fn of(marker: u8) -> Option<Self> {
        Some(match marker {
            0xC0 | 0xC1 => Self::Sequential,
            0xC2 => Self::Progressive,
            0xC3 => Self::Lossless,
            0xC5..=0xC7 => Self::Hierarchical,
            0xC9..=0xCB => Self::Arithmetic,
            0xCD..=0xCF => Self::Hierarchical,
            0xF7 => Self::JpegLs,
            _ => return None,
        })
    }
}

impl<'a> Stream<'a> {
    /// Takes a stream apart, up to its end or to what can't be understood.
    pub fn of(bytes: &'a [u8]) -> Self {
        let mut stream = Self::default();
        let mut tables = Tables::default();
        let mut rest = bytes.get(2..).unwrap_or_default();
        while let Some((marker, after)) = next_marker(rest) {
            rest = after;
            match marker {
                0x01 | 0xD8 => continue,
                0xD9 => {
                    stream.ends = true;
                    break;
                }
                _ => {}
            }
            // The length counts itself.
            let Some((segment, after)) = rest.first_chunk().and_then(|length| {
                let length = usize::from(u16::from_be_bytes(*length));
                Some((rest.get(2..length)?, &rest[length..]))
            }) else {
                break;
            };
            rest = after;
            if stream.segment(marker, segment, &mut tables, rest).is_none() {
                break;
            }
        }
        stream
    }

    /// Takes in a segment, followed by `data`; `None` if it can't be understood.
    fn segment(
        &mut self,
        marker: u8,
        segment: &[u8],
        tables: &mut Tables,
        data: &'a [u8],
    ) -> Option<()> {
        match marker {
            0xC4 => tables.huffman(segment)?,
            0xDB => tables.quantisation(segment)?,
            0xDD => {
                tables.restart_interval = usize::from(u16::from_be_bytes(*segment.first_chunk()?))
            }
            0xDA => {
                let scan = self.scan(segment, tables, data)?;
                for component in &mut self.components {
                    let table = tables.quantisation.get(component.quantisation_place);
                    component.quantisation = component.quantisation.or(*table?);
                }
                self.scans.push(scan);
            }
            0xE0 if segment.starts_with(b"JFIF") => self.is_jfif = true,
            0xEE if segment.starts_with(b"Adobe") => {
                self.adobe_transform = segment.get(11).copied()
            }
            _ => {
                if let (Some(process), None) = (Process::of(marker), self.process) {
                    self.frame(segment)?;
                    self.process = Some(process);
                }
            }
        }
        Some(())
    }

    fn frame(&mut self, segment: &[u8]) -> Option<()> {
        let (&[precision, a, b, c, d, count], components) = segment.split_first_chunk()?;
        self.precision = precision.into();
        self.height = u16::from_be_bytes([a, b]).into();
        self.width = u16::from_be_bytes([c, d]).into();
        let (components, _) = components.as_chunks();
        let component = |&[id, sampling, table]: &[u8; 3]| Component {
            id,
            sampling: (usize::from(sampling >> 4), usize::from(sampling & 15)),
            quantisation: None,
            quantisation_place: table.into(),
        };
        self.components = components
            .get(..usize::from(count))?
            .iter()
            .map(component)
            .collect();
        Some(())
    }

    fn scan(&self, segment: &[u8], tables: &Tables, data: &'a [u8]) -> Option<Scan<'a>> {
        let (&count, rest) = segment.split_first()?;
        let (components, parameters) = rest.split_at_checked(2 * usize::from(count))?;
        let &[first, last, bits] = parameters.first_chunk()?;
        let (components, _) = components.as_chunks();
        let component = |&[id, places]: &[u8; 2]| {
            let table = |class: usize, place: u8| {
                tables.huffman.get(4 * class + usize::from(place))?.clone()
            };
            Some(ScanComponent {
                place: self
                    .components
                    .iter()
                    .position(|component| component.id == id)?,
                dc: table(0, places >> 4),
                ac: table(1, places & 15),
            })
        };
        Some(Scan {
            components: components.iter().map(component).collect::<Option<_>>()?,
            spectral: (first, last),
            low_bit: bits & 15,
            restart_interval: tables.restart_interval,
            data,
        })
    }

    /// The largest sampling factors of the components.
    pub fn largest_sampling(&self) -> (usize, usize) {
        let sampling =
            |pick: fn(&Component) -> usize| self.components.iter().map(pick).max().unwrap_or(1);
        (
            sampling(|one| one.sampling.0),
            sampling(|one| one.sampling.1),
        )
    }
}

/// The tables that the segments before a scan define.
#[derive(Default)]
struct Tables {
    /// Four for DC coefficients and differences, then four for AC coefficients.
    huffman: [Option<Arc<Table>>; 8],
    /// In zigzag order.
    quantisation: [Option<[u16; 64]>; 4],
    restart_interval: usize,
}

impl Tables {
    fn huffman(&mut self, mut segment: &[u8]) -> Option<()> {
        while let Some((&class_and_place, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk()?;
            let count = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(count)?;
            let place = usize::from(class_and_place >> 4) * 4 + usize::from(class_and_place & 15);
            *self.huffman.get_mut(place)? = Some(Arc::new(Table::new(counts, symbols)?));
            segment = rest;
        }
        Some(())
    }

    fn quantisation(&mut self, mut segment: &[u8]) -> Option<()> {
        while let Some((&precision_and_place, rest)) = segment.split_first() {
            let bytes_each = 1 + usize::from(precision_and_place >> 4).min(1);
            let (values, rest) = rest.split_at_checked(64 * bytes_each)?;
            let mut table = [0; 64];
            for (entry, bytes) in table.iter_mut().zip(values.chunks(bytes_each)) {
                *entry = bytes
                    .iter()
                    .fold(0, |entry, &byte| entry << 8 | u16::from(byte));
            }
            *self
                .quantisation
                .get_mut(usize::from(precision_and_place & 15))? = Some(table);
            segment = rest;
        }
        Some(())
    }
}

/// The next marker after entropy-coded data or fill bytes, and what follows it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF | 0xD0..=0xD7);
    let at = bytes.windows(2).position(is_marker)?;
    Some((bytes[at + 1], &bytes[at + 2..]))
}
