//! Colours → grey.

use image::DynamicImage;

/// Rec. 709 luma of red, green and blue.
const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// Grey values of a picture of any kind, 0 black to 1 white, row by row.
pub(super) fn from_picture(picture: DynamicImage) -> Vec<f32> {
    use DynamicImage::*;
    match picture {
        ImageLuma8(p) => from_channels::<1, _>(&p, u8::MAX),
        ImageLumaA8(p) => from_channels::<2, _>(&p, u8::MAX),
        ImageRgb8(p) => from_channels::<3, _>(&p, u8::MAX),
        ImageRgba8(p) => from_channels::<4, _>(&p, u8::MAX),
        ImageLuma16(p) => from_channels::<1, _>(&p, u16::MAX),
        ImageLumaA16(p) => from_channels::<2, _>(&p, u16::MAX),
        ImageRgb16(p) => from_channels::<3, _>(&p, u16::MAX),
        ImageRgba16(p) => from_channels::<4, _>(&p, u16::MAX),
        // What remains are floating-point pictures, and depths that later versions may add.
        other => from_channels::<4, _>(&other.to_rgba32f(), 1.0)
            .into_iter()
            .map(|grey| {
                if grey.is_finite() {
                    grey.clamp(0.0, 1.0)
                } else {
                    0.0
                }
            })
            .collect(),
    }
}

/// Grey of interleaved pixels with `N` channels: grey, grey and alpha, RGB, or RGB and alpha.
pub(super) fn from_channels<const N: usize, S: Copy + Into<f32>>(
    samples: &[S],
    white: S,
) -> Vec<f32> {
    let scale = 1.0 / white.into();
    let (pixels, _) = samples.as_chunks::<N>();
    pixels
        .iter()
        .map(|pixel| {
            let channel = pixel.map(|sample| sample.into() * scale);
            let luma = match N {
                1 | 2 => channel[0],
                _ => LUMA
                    .iter()
                    .zip(channel)
                    .map(|(weight, value)| weight * value)
                    .sum(),
            };
            // Transparent parts are laid on black, the colour of a film's surroundings.
            if N.is_multiple_of(2) {
                luma * channel[N - 1]
            } else {
                luma
            }
        })
        .collect()
}
