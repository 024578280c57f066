//! Stored values → modality values and grey, in the standard's order (PS3.4, N.2): modality, VOI, presentation LUT.

use super::attributes::Attributes;
use super::frame::Frame;
use super::layout::{Layout, Photometric};
use super::lookup::{lookup, lookup_in};
use super::{tags, unsupported};
use crate::Result;
use crate::radiograph::grey::{self, Grey};
use crate::radiograph::lookup::LookupTable;
use crate::radiograph::values::{FilmValues, Modality, Presentation, Preset, VoiTransform};
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
        Photometric::YbrPartial => {
            Picture::Grey(coloured(frame, |pixel| rgb_of_ybr(full_range(pixel))))
        }
    })
}

fn monochrome(attributes: &Attributes, frame: &Frame) -> Result<FilmValues> {
    let layout = &frame.layout;
    let (least, most) = layout.value_range();
    let modality = modality(attributes, layout)?;
    let samples: Vec<u16> = frame
        .values()
        .map(|stored| (stored - least) as u16)
        .collect();
    let mut presentation = Presentation::new(least, (most - least) as u16, modality);
    presentation.padding = padding(attributes, layout);
    // MONOCHROME1 and the presentation LUT shape INVERSE mean the same, so both together invert only once.
    let shape = attributes.text(tags::PRESENTATION_LUT_SHAPE);
    presentation.inverted =
        layout.photometric == Photometric::Monochrome1 || shape.as_deref() == Some("INVERSE");
    let ranges = presentation.ranges(&samples);
    presentation.automatic = ranges.middle;
    presentation.presets = voi_transforms(attributes, &presentation)?;
    if presentation.presets.is_empty() {
        presentation.presets.push(Preset {
            name: None,
            voi: VoiTransform::Window(ranges.whole),
        });
    }
    Ok(FilmValues {
        width: layout.columns,
        height: layout.rows,
        samples,
        presentation,
    })
}

/// The samples that pad the film to a rectangle (PS3.3, C.7.5.1.1.2).
fn padding(attributes: &Attributes, layout: &Layout) -> Option<[u16; 2]> {
    let (least, most) = layout.value_range();
    let stored = |tag| {
        let word = attributes.number(tag)?;
        Some(layout.padding(word))
    };
    let one = stored(tags::PIXEL_PADDING_VALUE)?;
    let other = stored(tags::PIXEL_PADDING_RANGE_LIMIT).unwrap_or(one);
    let (first, last) = (one.min(other).max(least), one.max(other).min(most));
    (first <= last).then(|| [first, last].map(|stored| (stored - least) as u16))
}

fn modality(attributes: &Attributes, layout: &Layout) -> Result<Modality> {
    let (least, most) = layout.value_range();
    if let Some(item) = attributes.first_item(tags::MODALITY_LUT_SEQUENCE)?
        && let Some(table) = lookup_in(&item, [least.into(), most.into()])?
    {
        return Ok(Modality::Lookup(table));
    }
    let group = attributes.functional_group(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE)?;
    let said = |tag| {
        let of_frame = group.as_ref().and_then(|group| group.decimal(tag));
        of_frame.or_else(|| attributes.decimal(tag))
    };
    Ok(Modality::Linear {
        slope: said(tags::RESCALE_SLOPE)
            .filter(|slope| *slope != 0.0)
            .unwrap_or(1.0),
        intercept: said(tags::RESCALE_INTERCEPT).unwrap_or(0.0),
    })
}

/// The file's VOI LUTs and windows (PS3.3, C.11.2), each with its name, the default first.
fn voi_transforms(attributes: &Attributes, presentation: &Presentation) -> Result<Vec<Preset>> {
    let group = attributes.functional_group(tags::FRAME_VOI_LUT_SEQUENCE)?;
    let mut windows = group.map(|group| windows(&group, &presentation.modality));
    if windows.as_ref().is_none_or(Vec::is_empty) {
        windows = Some(self::windows(attributes, &presentation.modality));
    }
    let windows = windows.unwrap_or_default();
    let ends = [0, presentation.largest].map(|sample| presentation.value(sample));
    let inputs = [ends[0].min(ends[1]), ends[0].max(ends[1])];
    let mut all = Vec::new();
    if let Some(item) = attributes.first_item(tags::VOI_LUT_SEQUENCE)? {
        match lookup_in(&item, inputs) {
            Ok(table) => all.extend(table.map(|table| Preset {
                name: item.text(tags::LUT_EXPLANATION),
                voi: VoiTransform::Lookup(table),
            })),
            // Either may be applied, so a window makes up for it.
            Err(error) if windows.is_empty() => return Err(error),
            Err(_) => {}
        }
    }
    all.extend(windows);
    Ok(all)
}

fn windows(attributes: &Attributes, modality: &Modality) -> Vec<Preset> {
    let function = match attributes.text(tags::VOI_LUT_FUNCTION).as_deref() {
        Some("SIGMOID") => Function::Sigmoid,
        Some("LINEAR_EXACT") => Function::LinearExact,
        _ => Function::Linear,
    };
    // The function LINEAR is made for integers: its windows are 1 too narrow for values between them, which shows in
    // narrow ones.
    const NARROW: f64 = 256.0;
    let whole_numbers = match modality {
        Modality::Linear { slope, intercept } => slope.fract() == 0.0 && intercept.fract() == 0.0,
        Modality::Lookup(_) => true,
    };
    let mut names = attributes.texts(tags::WINDOW_EXPLANATION).into_iter();
    let centers = attributes.decimals(tags::WINDOW_CENTER).into_iter();
    let widths = attributes.decimals(tags::WINDOW_WIDTH);
    let windows = centers.zip(widths).filter_map(|(center, width)| {
        let name = names.next().flatten();
        let (center, width) = (center?, width.filter(|width| *width > 0.0)?);
        let linear = function == Function::Linear;
        let window = Window {
            center,
            width,
            function: if linear && (width < 1.0 || (width < NARROW && !whole_numbers)) {
                Function::LinearExact
            } else {
                function
            },
        };
        Some(Preset {
            name,
            voi: VoiTransform::Window(window),
        })
    });
    windows.collect()
}

fn palette(attributes: &Attributes, frame: &Frame) -> Result<Grey> {
    let (least, most) = frame.layout.value_range();
    let inputs = [least.into(), most.into()];
    let table = |channel: u16| {
        let (descriptor, data) = ((0x0028, 0x1101 + channel), (0x0028, 0x1201 + channel));
        let table = lookup(attributes, descriptor, data, inputs)?;
        table.ok_or_else(|| unsupported("a palette that is missing or in segments"))
    };
    // Red, green and blue, whose entries are bytes or words (PS3.3, C.7.6.3.1.5).
    let tables = [table(0)?, table(1)?, table(2)?];
    let bits = tables.iter().map(LookupTable::bits_in_use).max();
    let bits = if bits > Some(8) { 16 } else { 8 };
    let tables = tables.map(|table| table.with_bits(bits));
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

/// Luminance and colour differences in the range of video → those over the whole range (PS3.3, C.7.6.3.1.2,
/// YBR_PARTIAL_422).
fn full_range([luminance, blue, red]: [f32; 3]) -> [f32; 3] {
    const MIDDLE: f32 = 128.0 / 255.0;
    let difference = |value: f32| (value - MIDDLE) * (255.0 / 224.0) + MIDDLE;
    [
        (luminance - 16.0 / 255.0) * (255.0 / 219.0),
        difference(blue),
        difference(red),
    ]
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
