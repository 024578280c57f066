//! A film at full bit depth, before windowing, for a viewer with windows of its own. The network sees the film through
//! the file's first VOI transform.

use serde::{Deserialize, Serialize};

use super::grey::to_grey8;
use super::lookup::LookupTable;
use super::window::Window;

/// Share of a film's pixels that an automatic window clips at each end: in many films, markers and collimated borders
/// have the minimum and maximum values, and would leave little contrast for the rest.
const CUT: f64 = 0.005;
/// White in images without modality values: they are given the familiar 8-bit values.
const WHITE: f64 = 255.0;

/// A film's modality values.
#[derive(Clone, Debug)]
pub struct FilmValues {
    pub width: usize,
    pub height: usize,
    /// Row by row, at the file's bit depth.
    pub samples: Vec<u16>,
    pub presentation: Presentation,
}

/// What the samples stand for, and how they are meant to be displayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presentation {
    /// The stored value of sample 0.
    pub first: i32,
    /// Makes modality values of the stored ones.
    pub modality: Modality,
    /// The largest possible sample.
    pub largest: u16,
    /// The least and the largest sample that pads the film, which is no part of it and shown black.
    pub padding: Option<[u16; 2]>,
    /// Whether black and white are swapped after windowing.
    pub inverted: bool,
    /// The file's own VOI transforms, at least one; the network sees the film through the first.
    pub presets: Vec<Preset>,
    /// A window that fits the film.
    pub automatic: Window,
}

/// The modality LUT: stored values → modality values (PS3.3, C.11.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Modality {
    Linear { slope: f64, intercept: f64 },
    Lookup(LookupTable),
}

impl Modality {
    /// The modality value of a stored one.
    pub fn value(&self, stored: i32) -> f64 {
        match self {
            Self::Linear { slope, intercept } => f64::from(stored) * slope + intercept,
            Self::Lookup(table) => table.entry(stored.into()).into(),
        }
    }
}

/// One of a file's own VOI transforms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Its name in the file, if it has one.
    pub name: Option<String>,
    pub voi: VoiTransform,
}

/// How modality values become grey (PS3.3, C.11.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VoiTransform {
    Window(Window),
    Lookup(LookupTable),
}

impl VoiTransform {
    /// 0 (black) to 1 (white).
    pub fn grey(&self, value: f64) -> f64 {
        match self {
            Self::Window(window) => window.grey(value),
            Self::Lookup(table) => table.share(value),
        }
    }
}

impl FilmValues {
    /// For a film without modality values, from its grey, 0 black to 1 white, row by row.
    pub(super) fn of_grey(width: usize, height: usize, grey: &[f32]) -> Self {
        let white = f32::from(u16::MAX);
        let samples: Vec<u16> = grey
            .iter()
            .map(|grey| (grey * white + 0.5) as u16)
            .collect();
        let mut presentation = Presentation::new(
            0,
            u16::MAX,
            Modality::Linear {
                slope: WHITE / f64::from(u16::MAX),
                intercept: 0.0,
            },
        );
        presentation.presets.push(Preset {
            name: None,
            voi: VoiTransform::Window(Window::between(0.0, WHITE)),
        });
        presentation.automatic = presentation.ranges(&samples).middle;
        Self {
            width,
            height,
            samples,
            presentation,
        }
    }

    /// Grey of each pixel through the file's first VOI transform, 0 black to 1 white.
    #[cfg(feature = "rare-formats")]
    pub(super) fn grey(&self) -> Vec<f32> {
        // By a table, because there are fewer possible samples than pixels.
        let table = match self.presentation.presets.first() {
            Some(preset) => self.presentation.grey(&preset.voi),
            None => Vec::new(),
        };
        let grey = |&sample: &u16| table.get(usize::from(sample)).copied().unwrap_or_default();
        self.samples.iter().map(grey).collect()
    }

    /// The film at half its size, each sample the mean of four, for zoomed-out views. `None` if a side has fewer than
    /// two pixels.
    pub fn halved(
        width: usize,
        height: usize,
        samples: &[u16],
    ) -> Option<(usize, usize, Vec<u16>)> {
        let (columns, rows) = (width / 2, height / 2);
        if columns == 0 || rows == 0 {
            return None;
        }
        let pairs = samples.chunks_exact(2 * width).take(rows);
        let half = pairs.flat_map(|pair| {
            let (upper, lower) = pair.split_at(width);
            let upper = upper.chunks_exact(2);
            upper.zip(lower.chunks_exact(2)).map(|(upper, lower)| {
                let sum: u32 = upper
                    .iter()
                    .chain(lower)
                    .map(|&value| u32::from(value))
                    .sum();
                ((sum + 2) / 4) as u16
            })
        });
        Some((columns, rows, half.collect()))
    }
}

/// Windows over the values of a film, without its padding.
pub(super) struct Ranges {
    /// From the least value to the largest.
    #[cfg_attr(
        not(feature = "rare-formats"),
        expect(dead_code, reason = "only DICOM files lack a window")
    )]
    pub whole: Window,
    /// Without a share of [`CUT`] at either end.
    pub middle: Window,
}

impl Presentation {
    /// Without VOI transforms yet.
    pub(super) fn new(first: i32, largest: u16, modality: Modality) -> Self {
        Self {
            first,
            modality,
            largest,
            padding: None,
            inverted: false,
            presets: Vec::new(),
            automatic: Window::between(0.0, 1.0),
        }
    }

    /// The modality value that a sample stands for.
    pub fn value(&self, sample: u16) -> f64 {
        self.modality.value(self.first + i32::from(sample))
    }

    /// The smallest difference between two modality values.
    pub fn step(&self) -> f64 {
        match self.modality {
            Modality::Linear { slope, .. } => slope.abs(),
            Modality::Lookup(_) => 1.0,
        }
    }

    fn is_padding(&self, sample: u16) -> bool {
        self.padding
            .is_some_and(|[least, largest]| (least..=largest).contains(&sample))
    }

    /// Grey of each possible sample, 0 (black) to 1 (white).
    fn grey(&self, voi: &VoiTransform) -> Vec<f32> {
        let grey = |sample| {
            let grey = voi.grey(self.value(sample)) as f32;
            match self.is_padding(sample) {
                true => 0.0,
                false if self.inverted => 1.0 - grey,
                false => grey,
            }
        };
        (0..=self.largest).map(grey).collect()
    }

    /// Windows over the values of a film with these samples.
    pub(super) fn ranges(&self, samples: &[u16]) -> Ranges {
        let mut counts = vec![0usize; 1 << 16];
        for &sample in samples {
            counts[usize::from(sample)] += 1;
        }
        let counted = (0..=u16::MAX).zip(counts);
        let mut values: Vec<(f64, usize)> = counted
            .filter(|&(sample, count)| count > 0 && !self.is_padding(sample))
            .map(|(sample, count)| (self.value(sample), count))
            .collect();
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        let pixels: usize = values.iter().map(|&(_, count)| count).sum();
        let between = |cut: usize| {
            let low = first_beyond(cut, values.iter());
            let high = first_beyond(cut, values.iter().rev());
            Window::between(low, high)
        };
        Ranges {
            whole: between(0),
            middle: between((pixels as f64 * CUT) as usize),
        }
    }

    /// The grey of each possible sample as bytes, 0 (black) to 255 (white).
    pub fn table(&self, voi: &VoiTransform) -> Vec<u8> {
        to_grey8(&self.grey(voi))
    }
}

/// The first value after more than `cut` pixels.
fn first_beyond<'a>(cut: usize, values: impl Iterator<Item = &'a (f64, usize)>) -> f64 {
    let mut passed = 0;
    let mut beyond = values.skip_while(|(_, count)| {
        passed += count;
        passed <= cut
    });
    beyond.next().map_or(0.0, |&(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_automatic_window_leaves_a_marker_and_a_border_out() {
        let mut pixels: Vec<f32> = (0..10_000).map(|at| 0.3 + at as f32 * 4e-5).collect();
        pixels[..20].fill(0.0);
        pixels[9_980..].fill(1.0);
        let film = FilmValues::of_grey(100, 100, &pixels);
        let Window { center, width, .. } = film.presentation.automatic;
        assert!((center / WHITE - 0.5).abs() < 0.01, "{center}");
        assert!((width / WHITE - 0.4).abs() < 0.01, "{width}");
    }

    #[test]
    fn an_even_film_has_an_automatic_window_too() {
        let film = FilmValues::of_grey(2, 2, &[0.25; 4]);
        let table = film
            .presentation
            .table(&VoiTransform::Window(film.presentation.automatic));
        assert_eq!(table[usize::from(film.samples[0])], 128);
    }

    #[test]
    fn padding_is_black_and_no_part_of_the_range() {
        let mut presentation = Presentation::new(
            0,
            4095,
            Modality::Linear {
                slope: 1.0,
                intercept: 0.0,
            },
        );
        presentation.inverted = true;
        presentation.padding = Some([0, 9]);
        let Ranges { whole, .. } = presentation.ranges(&[0, 9, 10, 200, 4000]);
        assert_eq!(whole, Window::between(10.0, 4000.0));
        let table = presentation.table(&VoiTransform::Window(whole));
        assert_eq!(
            [0, 9, 10, 4000].map(|sample: usize| table[sample]),
            [0, 0, 255, 0]
        );
    }

    #[test]
    fn a_halved_film_has_the_means_of_its_pixels_and_drops_an_odd_row_and_column() {
        let samples = [0, 4, 9, 8, 16, 9, 9, 9, 9];
        assert_eq!(FilmValues::halved(3, 3, &samples), Some((1, 1, vec![7])));
        assert_eq!(FilmValues::halved(3, 1, &samples[..3]), None);
    }
}
