//! A film at full bit depth, before windowing, for a viewer with windows of its own. The network sees the film through
//! the file's first VOI transform.

use serde::{Deserialize, Serialize};

use super::grey::to_grey8;
use super::lookup::LookupTable;
use super::window::{Function, Window};

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
    /// The stored value of sample 0. Sample `s` stands for `slope * (first + s) + intercept`: the modality value, after
    /// the modality LUT if there is one.
    pub first: i32,
    pub slope: f64,
    pub intercept: f64,
    /// The largest possible sample.
    pub largest: u16,
    /// Whether black and white are swapped after windowing.
    pub inverted: bool,
    /// The file's own VOI transforms, at least one; the network sees the film through the first.
    pub presets: Vec<Preset>,
    /// A window that fits the film.
    pub automatic: Window,
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
        let scale = Presentation {
            slope: WHITE / f64::from(u16::MAX),
            ..Presentation::PLAIN
        };
        let [low, high] = middle(samples.iter().copied()).map(|sample| scale.value(sample));
        Self {
            width,
            height,
            samples,
            presentation: Presentation {
                presets: vec![Preset {
                    name: None,
                    voi: VoiTransform::Window(Window::between(0.0, WHITE)),
                }],
                automatic: Window::between(low, high),
                ..scale
            },
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

impl Presentation {
    /// Samples that stand for themselves, without a VOI transform yet.
    pub(super) const PLAIN: Self = Self {
        first: 0,
        slope: 1.0,
        intercept: 0.0,
        largest: u16::MAX,
        inverted: false,
        presets: Vec::new(),
        automatic: Window {
            center: 0.0,
            width: 1.0,
            function: Function::LinearExact,
        },
    };

    /// The value that a sample stands for.
    pub fn value(&self, sample: u16) -> f64 {
        f64::from(self.first + i32::from(sample)) * self.slope + self.intercept
    }

    /// Grey of each possible sample, 0 (black) to 1 (white).
    fn grey(&self, voi: &VoiTransform) -> Vec<f32> {
        let grey = |sample| voi.grey(self.value(sample)) as f32;
        let shown = (0..=self.largest).map(grey);
        shown
            .map(|grey| if self.inverted { 1.0 - grey } else { grey })
            .collect()
    }

    /// The grey of each possible sample as bytes, 0 (black) to 255 (white).
    pub fn table(&self, voi: &VoiTransform) -> Vec<u8> {
        to_grey8(&self.grey(voi))
    }
}

/// The ends of an automatic window: all samples but a share of [`CUT`] at either end lie between them.
pub(super) fn middle(samples: impl Iterator<Item = u16>) -> [u16; 2] {
    let mut counts = vec![0usize; 1 << 16];
    for sample in samples {
        counts[usize::from(sample)] += 1;
    }
    let cut = (counts.iter().sum::<usize>() as f64 * CUT) as usize;
    [
        first_beyond(cut, &counts, 0..=u16::MAX),
        first_beyond(cut, &counts, (0..=u16::MAX).rev()),
    ]
}

fn first_beyond(cut: usize, counts: &[usize], mut samples: impl Iterator<Item = u16>) -> u16 {
    let mut passed = 0;
    let beyond = samples.find(|&sample| {
        passed += counts[usize::from(sample)];
        passed > cut
    });
    beyond.unwrap_or_default()
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
    fn a_halved_film_has_the_means_of_its_pixels_and_drops_an_odd_row_and_column() {
        let samples = [0, 4, 9, 8, 16, 9, 9, 9, 9];
        assert_eq!(FilmValues::halved(3, 3, &samples), Some((1, 1, vec![7])));
        assert_eq!(FilmValues::halved(3, 1, &samples[..3]), None);
    }
}
