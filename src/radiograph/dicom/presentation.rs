//! Stored values → grey, in the standard's order (PS3.4, N.2): modality, values of interest, presentation.

use super::attributes::Attributes;
use super::frame::{Frame, Photometric};
use super::lookup::Lookup;
use super::{damaged, tags, unsupported};
use crate::Result;
use crate::radiograph::grey::{self, Grey};
use crate::radiograph::values::middle;
use crate::radiograph::{FilmValues, Function, Look, Presentation, Preset, Radiograph, Window};

/// The picture as it is meant to be seen, in grey.
pub(super) fn grey(attributes: &Attributes, frame: &Frame) -> Result<Grey> {
    match frame.layout.photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 => Ok(Grey {
            pixels: Monochrome::of(attributes, frame)?.grey(frame),
            colourfulness: 0.0,
        }),
        Photometric::Palette => palette(attributes, frame),
        Photometric::Rgb => Ok(coloured(frame, |pixel| pixel)),
        Photometric::Ybr => Ok(coloured(frame, rgb_of_ybr)),
    }
}

/// What the machine measured, and how it is meant to be seen; of coloured pictures their grey.
pub(super) fn values(attributes: &Attributes, frame: &Frame) -> Result<FilmValues> {
    let (width, height) = (frame.layout.columns, frame.layout.rows);
    match frame.layout.photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 => {
            let (samples, presentation) = Monochrome::of(attributes, frame)?.values(frame);
            Ok(FilmValues {
                width,
                height,
                samples,
                presentation,
            })
        }
        _ => {
            let grey = grey(attributes, frame)?;
            let film = Radiograph::new(width, height, grey.pixels);
            Ok(FilmValues::of_grey(&film))
        }
    }
}

/// The transformations of a film without colours.
struct Monochrome {
    modality: Modality,
    /// The file's ways of showing it, the one to take first, with their names.
    interests: Vec<(Option<String>, Interest)>,
    /// Whether the least value is white.
    inverted: bool,
    /// The least and the largest value that can be stored.
    range: (i32, i32),
    /// The value of what is no film.
    padding: Option<i32>,
}

impl Monochrome {
    fn of(attributes: &Attributes, frame: &Frame) -> Result<Self> {
        let layout = &frame.layout;
        let modality = Modality::of(attributes, layout.signed)?;
        let range = layout.value_range();
        let padding = attributes.number(tags::PIXEL_PADDING_VALUE);
        let padding = padding.map(|word| layout.padding(word));
        let mut shown = frame.values().filter(|&value| Some(value) != padding);
        let first = shown.next().unwrap_or(range.0);
        let (low, high) = shown.fold((first, first), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let ends = [low, high].map(|value| modality.value(value));
        // The shape INVERSE says of MONOCHROME1 what that says itself: one of them inverts, both do no more.
        let shape = attributes.text(tags::PRESENTATION_LUT_SHAPE);
        Ok(Self {
            interests: Interest::all(attributes, ends, layout.signed)?,
            inverted: layout.photometric == Photometric::Monochrome1
                || shape.as_deref() == Some("INVERSE"),
            modality,
            range,
            padding,
        })
    }

    fn grey(&self, frame: &Frame) -> Vec<f32> {
        let (least, largest) = self.range;
        let interest = self.interests.first().map(|(_, interest)| interest);
        // There are fewer values than pixels.
        let table: Vec<f32> = (least..=largest)
            .map(|value| {
                let value = self.modality.value(value);
                let grey = interest.map_or(0.0, |interest| interest.grey(value)) as f32;
                if self.inverted { 1.0 - grey } else { grey }
            })
            .collect();
        let grey = |value: i32| table[(value - least) as usize];
        frame.values().map(grey).collect()
    }

    fn values(self, frame: &Frame) -> (Vec<u16>, Presentation) {
        let (least, largest) = self.range;
        let (slope, intercept, largest) = match &self.modality {
            Modality::Linear { slope, intercept } => {
                let intercept = slope * f64::from(least) + intercept;
                (*slope, intercept, (largest - least) as u16)
            }
            // Its entries are whole numbers already.
            Modality::Lookup(_) => (1.0, 0.0, u16::MAX),
        };
        let sample = |stored: i32| match &self.modality {
            Modality::Linear { .. } => (stored - least) as u16,
            Modality::Lookup(lookup) => lookup.entry(stored.into()) as u16,
        };
        let value = |sample: u16| slope * f64::from(sample) + intercept;
        let preset = |(name, interest)| {
            let look = match interest {
                Interest::Window(window) => Look::Window(window),
                Interest::Lookup(_) => {
                    let grey = |sample| (interest.grey(value(sample)) * 255.0 + 0.5) as u8;
                    Look::Table((0..=largest).map(grey).collect())
                }
            };
            Preset { name, look }
        };
        let shown = frame.values().filter(|&value| Some(value) != self.padding);
        let [low, high] = middle(shown.map(sample)).map(value);
        let samples = frame.values().map(sample).collect();
        let presentation = Presentation {
            slope,
            intercept,
            largest,
            inverted: self.inverted,
            presets: self.interests.into_iter().map(preset).collect(),
            automatic: Window::between(low, high),
        };
        (samples, presentation)
    }
}

/// Stored values → what the machine measured (PS3.3, C.11.1).
enum Modality {
    Linear { slope: f64, intercept: f64 },
    Lookup(Lookup),
}

impl Modality {
    fn of(attributes: &Attributes, signed: bool) -> Result<Self> {
        if let Some(item) = attributes.first_item(tags::MODALITY_LUT_SEQUENCE)?
            && let Some(lookup) = Lookup::of(&item, tags::LUT_DESCRIPTOR, tags::LUT_DATA, signed)?
        {
            return Ok(Self::Lookup(lookup));
        }
        let slope = attributes.decimal(tags::RESCALE_SLOPE);
        Ok(Self::Linear {
            slope: slope.filter(|slope| *slope != 0.0).unwrap_or(1.0),
            intercept: attributes.decimal(tags::RESCALE_INTERCEPT).unwrap_or(0.0),
        })
    }

    fn value(&self, stored: i32) -> f64 {
        match self {
            Self::Linear { slope, intercept } => f64::from(stored) * slope + intercept,
            Self::Lookup(lookup) => lookup.entry(stored.into()),
        }
    }
}

/// What was measured → grey (PS3.3, C.11.2).
enum Interest {
    Lookup(Lookup),
    Window(Window),
}

impl Interest {
    /// What the file says, each with its name, the one to take first; if it says nothing, from the first of `ends`, the
    /// least and the largest value on the film, to the second.
    fn all(
        attributes: &Attributes,
        ends: [f64; 2],
        signed: bool,
    ) -> Result<Vec<(Option<String>, Self)>> {
        let mut all = Vec::new();
        if let Some(item) = attributes.first_item(tags::VOI_LUT_SEQUENCE)?
            && let Some(lookup) = Lookup::of(&item, tags::LUT_DESCRIPTOR, tags::LUT_DATA, signed)?
        {
            all.push((item.text(tags::LUT_EXPLANATION), Self::Lookup(lookup)));
        }
        let mut names = attributes.texts(tags::WINDOW_EXPLANATION).into_iter();
        let centers = attributes.decimals(tags::WINDOW_CENTER).into_iter();
        let widths = attributes.decimals(tags::WINDOW_WIDTH);
        let function = match attributes.text(tags::VOI_LUT_FUNCTION).as_deref() {
            Some("SIGMOID") => Function::Sigmoid,
            Some("LINEAR_EXACT") => Function::LinearExact,
            _ => Function::Linear,
        };
        for (center, width) in centers.zip(widths) {
            let name = names.next().flatten();
            let (Some(center), Some(width)) = (center, width) else {
                continue;
            };
            if width > 0.0 && width < 1.0 && function == Function::Linear && all.is_empty() {
                return Err(damaged(format!("its window is {width} wide")));
            }
            if width > 0.0 && (width >= 1.0 || function != Function::Linear) {
                let window = Window {
                    center,
                    width,
                    function,
                };
                all.push((name, Self::Window(window)));
            }
        }
        if all.is_empty() {
            all.push((None, Self::Window(Window::between(ends[0], ends[1]))));
        }
        Ok(all)
    }

    fn grey(&self, value: f64) -> f64 {
        match self {
            Self::Lookup(lookup) => (lookup.entry(value) / lookup.largest()).min(1.0),
            Self::Window(window) => window.grey(value),
        }
    }
}

fn palette(attributes: &Attributes, frame: &Frame) -> Result<Grey> {
    let table = |channel: u16| {
        let (descriptor, data) = ((0x0028, 0x1101 + channel), (0x0028, 0x1201 + channel));
        let lookup = Lookup::of(attributes, descriptor, data, frame.layout.signed)?;
        lookup.ok_or_else(|| unsupported("a palette that is missing or in segments"))
    };
    // Red, green and blue.
    let tables = [table(0)?, table(1)?, table(2)?];
    let colours: Vec<f32> = frame
        .values()
        .flat_map(|value| {
            let channel = |table: &Lookup| table.entry(value.into()) / table.largest();
            tables.each_ref().map(|table| channel(table) as f32)
        })
        .collect();
    Ok(grey::from_channels::<3, _>(&colours, 1.0))
}

fn coloured(frame: &Frame, rgb: impl Fn([f32; 3]) -> [f32; 3]) -> Grey {
    let (least, largest) = frame.layout.value_range();
    let range = (largest - least) as f32;
    let values: Vec<f32> = frame
        .values()
        .map(|value| (value - least) as f32 / range)
        .collect();
    let (pixels, _) = values.as_chunks();
    let colours: Vec<f32> = pixels.iter().flat_map(|&pixel| rgb(pixel)).collect();
    grey::from_channels::<3, _>(&colours, 1.0)
}

/// Colours of luminance and two differences of colour (PS3.3, C.7.6.3.1.2, YBR_FULL).
fn rgb_of_ybr([luminance, blue, red]: [f32; 3]) -> [f32; 3] {
    let [blue, red] = [blue, red].map(|difference| difference - 128.0 / 255.0);
    [
        luminance + 1.402 * red,
        luminance - 0.344_136 * blue - 0.714_136 * red,
        luminance + 1.772 * blue,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}
