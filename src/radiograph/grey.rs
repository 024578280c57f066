//! Colour → grey, and how colourful the image was.

#[cfg(feature = "rare-formats")]
use image::DynamicImage;

/// Rec. 709 luma of red, green and blue.
const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// Colourfulness is measured on about this many pixels, spread over the image: more add no information.
const COLOUR_SAMPLES: usize = 40_000;

/// An image converted to grey.
pub(super) struct Grey {
    /// 0 black to 1 white, row by row.
    pub pixels: Vec<f32>,
    /// See [`super::Radiograph::colourfulness`].
    pub colourfulness: f32,
    /// See [`super::Header::bits_in_use`].
    pub bits_in_use: Option<u32>,
}

/// Grey values from 0 to 1 as bytes from 0 to 255.
pub fn to_grey8(pixels: &[f32]) -> Vec<u8> {
    // A float-to-integer cast saturates, so values a rounding error outside 0..=1 are safe. It truncates, so a half is
    // added: `round` is a function call per pixel on processors without an instruction for it.
    pixels
        .iter()
        .map(|grey| (grey * 255.0 + 0.5) as u8)
        .collect()
}

/// Grey values of an image of any pixel type.
#[cfg(feature = "rare-formats")]
pub(super) fn from_picture(picture: DynamicImage) -> Grey {
    use DynamicImage::*;
    match picture {
        ImageLuma8(p) => from_channels::<1, _>(&p, u8::MAX),
        ImageLumaA8(p) => from_channels::<2, _>(&p, u8::MAX),
        ImageRgb8(p) => from_channels::<3, _>(&p, u8::MAX),
        ImageRgba8(p) => from_channels::<4, _>(&p, u8::MAX),
        ImageLuma16(p) => from_words(1, &p),
        ImageLumaA16(p) => from_words(2, &p),
        ImageRgb16(p) => from_words(3, &p),
        ImageRgba16(p) => from_words(4, &p),
        // Floating-point images, and bit depths that later versions may add.
        other => {
            let mut grey = from_channels::<4, _>(&other.to_rgba32f(), 1.0);
            for value in &mut grey.pixels {
                *value = if value.is_finite() {
                    value.clamp(0.0, 1.0)
                } else {
                    0.0
                };
            }
            grey
        }
    }
}

/// Grey of interleaved pixels with 1 to 4 channels of 16 bits. Programs that don't scale values of 10 to 14 bits leave
/// a picture that is all but black; they are read by the range that is there.
pub(super) fn from_words(channels: usize, words: &[u16]) -> Grey {
    let largest = words.iter().max().copied().unwrap_or_default();
    let bits = u16::BITS - largest.leading_zeros();
    // With an alpha channel, the largest is that of the alpha.
    let bits_in_use = Some(bits).filter(|bits| (10..=14).contains(bits));
    let white = bits_in_use.map_or(u16::MAX, |bits| (1 << bits) - 1);
    let grey = match channels {
        1 => from_channels::<1, _>(words, white),
        2 => from_channels::<2, _>(words, white),
        3 => from_channels::<3, _>(words, white),
        _ => from_channels::<4, _>(words, white),
    };
    Grey {
        bits_in_use,
        ..grey
    }
}

/// Grey of interleaved pixels with `N` channels: grey, grey and alpha, RGB, or RGB and alpha.
pub(super) fn from_channels<const N: usize, S: Copy + Into<f32>>(samples: &[S], white: S) -> Grey {
    let scale = 1.0 / white.into();
    let (pixels, _) = samples.as_chunks::<N>();
    let grey = pixels
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
            // Transparent parts are composited on black, the colour of a film's surroundings.
            if N.is_multiple_of(2) {
                luma * channel[N - 1]
            } else {
                luma
            }
        })
        .collect();
    let step = (pixels.len() / COLOUR_SAMPLES).max(1);
    let colours = pixels.iter().step_by(step);
    Grey {
        pixels: grey,
        bits_in_use: None,
        colourfulness: colourfulness(colours.filter_map(|pixel| match pixel[..] {
            [red, green, blue, ..] => Some([red, green, blue].map(|value| value.into() * scale)),
            _ => None,
        })),
    }
}

/// The colourfulness of red, green and blue from 0 to 1: how much the two opponent colours vary, plus a little of their
/// mean strength, which even a tinted film has (Hasler and Süsstrunk, "Measuring colourfulness in natural images",
/// 2003).
fn colourfulness(pixels: impl Iterator<Item = [f32; 3]>) -> f32 {
    let mut count = 0f32;
    let (mut sums, mut squares) = ([0f32; 2], 0f32);
    for [red, green, blue] in pixels {
        let opponents = [red - green, (red + green) / 2.0 - blue];
        count += 1.0;
        for (sum, opponent) in sums.iter_mut().zip(opponents) {
            *sum += opponent;
            squares += opponent * opponent;
        }
    }
    if count == 0.0 {
        return 0.0;
    }
    let mean = sums.map(|sum| sum / count);
    let mean_square = mean[0] * mean[0] + mean[1] * mean[1];
    let variance = (squares / count - mean_square).max(0.0);
    // NaN in the file counts as no colour.
    let colourfulness = variance.sqrt() + 0.3 * mean_square.sqrt();
    if colourfulness.is_finite() {
        colourfulness
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_has_no_colour_a_tint_little_and_many_colours_much() {
        let of = |pixels: &[[u8; 3]]| {
            from_channels::<3, _>(pixels.as_flattened(), u8::MAX).colourfulness
        };
        assert_eq!(of(&[[9; 3], [120; 3], [255; 3]]), 0.0);
        assert_eq!(
            from_channels::<1, _>(&[9u8, 120], u8::MAX).colourfulness,
            0.0
        );
        let tinted = of(&[[90, 100, 110], [190, 200, 210]]);
        let many = of(&[[250, 20, 10], [20, 240, 10], [0, 30, 250]]);
        assert!(tinted > 0.0 && tinted < 0.03, "{tinted}");
        // The authors call an image above 109 of 255 extremely colourful.
        assert!(many > 0.43, "{many}");
    }

    #[test]
    fn words_of_10_to_14_bits_are_read_by_their_range() {
        for (words, white, bits) in [
            ([0, 16383], 16383.0, Some(14)),
            ([5, 1023], 1023.0, Some(10)),
            ([0, 511], 65535.0, None),
            ([9, 32767], 65535.0, None),
        ] {
            let grey = from_words(1, &words);
            assert_eq!(grey.bits_in_use, bits);
            assert_eq!(grey.pixels[1], f32::from(words[1]) / white);
        }
    }

    #[test]
    fn transparency_is_no_colour() {
        let pixels = [[50u8, 50, 50, 0], [200, 200, 200, 255]];
        assert_eq!(
            from_channels::<4, _>(pixels.as_flattened(), u8::MAX).colourfulness,
            0.0
        );
    }
}
