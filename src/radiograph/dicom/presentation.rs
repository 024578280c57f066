//! Stored values → grey, in the standard's order (PS3.4, N.2): modality, values of interest, presentation.

use super::attributes::Attributes;
use super::frame::{Frame, Photometric};
use super::lookup::Lookup;
use super::{damaged, tags, unsupported};
use crate::Result;
use crate::radiograph::grey::{self, Grey};

/// The picture as it is meant to be seen, in grey.
pub(super) fn grey(attributes: &Attributes, frame: &Frame) -> Result<Grey> {
    match frame.layout.photometric {
        Photometric::Monochrome1 | Photometric::Monochrome2 => Ok(Grey {
            pixels: monochrome(attributes, frame)?,
            colourfulness: 0.0,
        }),
        Photometric::Palette => palette(attributes, frame),
        Photometric::Rgb => Ok(coloured(frame, |pixel| pixel)),
        Photometric::Ybr => Ok(coloured(frame, rgb_of_ybr)),
    }
}

fn monochrome(attributes: &Attributes, frame: &Frame) -> Result<Vec<f32>> {
    let layout = &frame.layout;
    let modality = Modality::of(attributes, layout.signed)?;
    let (least, largest) = layout.value_range();
    let padding = attributes.number(tags::PIXEL_PADDING_VALUE);
    let padding = padding.map(|word| layout.padding(word));
    let mut shown = frame.values().filter(|&value| Some(value) != padding);
    let first = shown.next().unwrap_or(least);
    let (low, high) = shown.fold((first, first), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let ends = [low, high].map(|value| modality.value(value));
    let interest = Interest::of(attributes, ends, layout.signed)?;
    // The shape INVERSE says of MONOCHROME1 what that says itself: one of them inverts, both do no more.
    let shape = attributes.text(tags::PRESENTATION_LUT_SHAPE);
    let inverted =
        layout.photometric == Photometric::Monochrome1 || shape.as_deref() == Some("INVERSE");
    // There are fewer values than pixels.
    let table: Vec<f32> = (least..=largest)
        .map(|value| {
            let grey = interest.grey(modality.value(value)) as f32;
            if inverted { 1.0 - grey } else { grey }
        })
        .collect();
    let grey = |value: i32| table[(value - least) as usize];
    Ok(frame.values().map(grey).collect())
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
    Window {
        center: f64,
        width: f64,
        function: Function,
    },
}

/// PS3.3, C.11.2.1.2 and C.11.2.1.3.
#[derive(Clone, Copy)]
enum Function {
    Linear,
    LinearExact,
    Sigmoid,
}

impl Interest {
    /// As the file says, else from the first of `ends`, the least and the largest value on the film, to the second.
    fn of(attributes: &Attributes, ends: [f64; 2], signed: bool) -> Result<Self> {
        if let Some(item) = attributes.first_item(tags::VOI_LUT_SEQUENCE)?
            && let Some(lookup) = Lookup::of(&item, tags::LUT_DESCRIPTOR, tags::LUT_DATA, signed)?
        {
            return Ok(Self::Lookup(lookup));
        }
        let center = attributes.decimal(tags::WINDOW_CENTER);
        let width = attributes.decimal(tags::WINDOW_WIDTH);
        if let (Some(center), Some(width)) = (center, width)
            && width > 0.0
        {
            let function = attributes.text(tags::VOI_LUT_FUNCTION);
            let function = match function.as_deref() {
                Some("SIGMOID") => Function::Sigmoid,
                Some("LINEAR_EXACT") => Function::LinearExact,
                _ if width < 1.0 => return Err(damaged(format!("its window is {width} wide"))),
                _ => Function::Linear,
            };
            return Ok(Self::Window {
                center,
                width,
                function,
            });
        }
        let [low, high] = ends;
        let (low, high) = (low.min(high), low.max(high));
        Ok(Self::Window {
            center: (low + high) / 2.0,
            // An even film is grey.
            width: (high - low).max(f64::MIN_POSITIVE),
            function: Function::LinearExact,
        })
    }

    fn grey(&self, value: f64) -> f64 {
        match self {
            Self::Lookup(lookup) => (lookup.entry(value) / lookup.largest()).min(1.0),
            Self::Window {
                center,
                width,
                function,
            } => match function {
                Function::Linear if *width == 1.0 => f64::from(value > center - 0.5),
                Function::Linear => (value - (center - 0.5)) / (width - 1.0) + 0.5,
                Function::LinearExact => (value - center) / width + 0.5,
                Function::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
            }
            .clamp(0.0, 1.0),
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
