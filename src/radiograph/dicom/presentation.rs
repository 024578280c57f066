//! Stored values → modality values and grey, in the standard's order (PS3.4, N.2): modality, VOI, presentation LUT.

use super::attributes::Attributes;
use super::frame::Frame;
use super::layout::Photometric;
use super::lookup::lookup;
use super::{damaged, tags, unsupported};
use crate::Result;
use crate::radiograph::grey::{self, Grey};
use crate::radiograph::lookup::LookupTable;
use crate::radiograph::values::{FilmValues, Presentation, Preset, VoiTransform, middle};
use crate::radiograph::window::{Function, Window};

/// A frame as it is meant to be displayed.
pub(in crate::radiograph) enum Picture {
    /// Modality values, and how they become grey.
    Values(FilmValues),
    /// A colour image, converted to grey.
    Grey(Grey),
}

/// Interprets the frame by its photometric interpretation.
pub(super) fn picture(attributes: &Attributes, frame: &Frame) -> Result<Picture> {
    Ok(match frame.layout.photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 => {
            Picture::Values(monochrome(attributes, frame)?)
        }
        Photometric::Palette => Picture::Grey(palette(attributes, frame)?),
        Photometric::Rgb => Picture::Grey(coloured(frame, |pixel| pixel)),
        Photometric::Ybr => Picture::Grey(coloured(frame, rgb_of_ybr)),
    })
}

fn monochrome(attributes: &Attributes, frame: &Frame) -> Result<FilmValues> {
    let layout = &frame.layout;
    let (least, most) = layout.value_range();
    let modality = Modality::of(attributes, layout.signed)?;
    let sample = |stored: i32| match &modality {
        Modality::Linear { .. } => (stored - least) as u16,
        Modality::Lookup(table) => table.entry(stored.into()),
    };
    let padding = attributes.number(tags::PIXEL_PADDING_VALUE);
    let padding = padding.map(|word| layout.padding(word));
    let shown = || {
        let shown = frame.values().filter(|&value| Some(value) != padding);
        shown.map(sample)
    };
    let scale = match &modality {
        Modality::Linear { slope, intercept } => Presentation {
            first: least,
            slope: *slope,
            intercept: *intercept,
            largest: (most - least) as u16,
            ..Presentation::PLAIN
        },
        // The table's entries are integers already.
        Modality::Lookup(_) => Presentation::PLAIN,
    };
    let [low, high] = middle(shown()).map(|sample| scale.value(sample));
    let mut presets = voi_transforms(attributes, layout.signed)?;
    if presets.is_empty() {
        let first = shown().next().unwrap_or_default();
        let (low, high) = shown().fold((first, first), |(low, high), sample| {
            (low.min(sample), high.max(sample))
        });
        let whole = Window::between(scale.value(low), scale.value(high));
        presets.push(Preset {
            name: None,
            voi: VoiTransform::Window(whole),
        });
    }
    // MONOCHROME1 and the presentation LUT shape INVERSE mean the same, so both together invert only once.
    let shape = attributes.text(tags::PRESENTATION_LUT_SHAPE);
    Ok(FilmValues {
        width: layout.columns,
        height: layout.rows,
        samples: frame.values().map(sample).collect(),
        presentation: Presentation {
            inverted: layout.photometric == Photometric::Monochrome1
                || shape.as_deref() == Some("INVERSE"),
            presets,
            automatic: Window::between(low, high),
            ..scale
        },
    })
}

/// The modality LUT: stored values → modality values (PS3.3, C.11.1).
enum Modality {
    Linear { slope: f64, intercept: f64 },
    Lookup(LookupTable),
}

impl Modality {
    fn of(attributes: &Attributes, signed: bool) -> Result<Self> {
        if let Some(item) = attributes.first_item(tags::MODALITY_LUT_SEQUENCE)?
            && let Some(table) = lookup(&item, tags::LUT_DESCRIPTOR, tags::LUT_DATA, signed)?
        {
            return Ok(Self::Lookup(table));
        }
        let slope = attributes.decimal(tags::RESCALE_SLOPE);
        Ok(Self::Linear {
            slope: slope.filter(|slope| *slope != 0.0).unwrap_or(1.0),
            intercept: attributes.decimal(tags::RESCALE_INTERCEPT).unwrap_or(0.0),
        })
    }
}

/// The file's VOI LUTs and windows (PS3.3, C.11.2), each with its name, the default first.
fn voi_transforms(attributes: &Attributes, signed: bool) -> Result<Vec<Preset>> {
    let mut all = Vec::new();
    if let Some(item) = attributes.first_item(tags::VOI_LUT_SEQUENCE)?
        && let Some(table) = lookup(&item, tags::LUT_DESCRIPTOR, tags::LUT_DATA, signed)?
    {
        all.push(Preset {
            name: item.text(tags::LUT_EXPLANATION),
            voi: VoiTransform::Lookup(table),
        });
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
            all.push(Preset {
                name,
                voi: VoiTransform::Window(window),
            });
        }
    }
    Ok(all)
}

fn palette(attributes: &Attributes, frame: &Frame) -> Result<Grey> {
    let table = |channel: u16| {
        let (descriptor, data) = ((0x0028, 0x1101 + channel), (0x0028, 0x1201 + channel));
        let table = lookup(attributes, descriptor, data, frame.layout.signed)?;
        table.ok_or_else(|| unsupported("a palette that is missing or in segments"))
    };
    // Red, green and blue.
    let tables = [table(0)?, table(1)?, table(2)?];
    let colours: Vec<f32> = frame
        .values()
        .flat_map(|value| {
            tables
                .each_ref()
                .map(|table| table.share(value.into()) as f32)
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

/// RGB from luminance and two colour differences (PS3.3, C.7.6.3.1.2, YBR_FULL).
fn rgb_of_ybr([luminance, blue, red]: [f32; 3]) -> [f32; 3] {
    let [blue, red] = [blue, red].map(|difference| difference - 128.0 / 255.0);
    [
        luminance + 1.402 * red,
        luminance - 0.344_136 * blue - 0.714_136 * red,
        luminance + 1.772 * blue,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}
