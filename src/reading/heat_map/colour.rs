//! The diverging colour map of a heat map: from dark grey (no effect) in straight lines through the colour space OKLab
//! to orange (for pneumonia) and blue (against). OKLab is perceptually uniform (Ottosson, "A perceptual color space for
//! image processing", 2020): neither side shows edges that are not in the data, both ends are equally light, and orange
//! and blue are distinguishable with every common kind of colour blindness.

/// Lightness, green to red, and blue to yellow.
type Lab = [f32; 3];

const NEUTRAL: Lab = [0.38, 0.0, 0.0];
const ORANGE: Lab = [0.74, 0.080, 0.125];
const BLUE: Lab = [0.74, -0.058, -0.130];

/// Red, green and blue for an effect of -1 (against pneumonia) to 1 (for it), 0 for none.
pub fn colour(effect: f32) -> [u8; 3] {
    let end = if effect > 0.0 { ORANGE } else { BLUE };
    let share = effect.abs().min(1.0);
    let lab = [0, 1, 2].map(|axis| NEUTRAL[axis] + share * (end[axis] - NEUTRAL[axis]));
    linear_srgb(lab).map(|channel| (encoded(channel.clamp(0.0, 1.0)) * 255.0 + 0.5) as u8)
}

/// Uses the matrices of Ottosson's article.
fn linear_srgb([lightness, a, b]: Lab) -> [f32; 3] {
    let long = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let middle = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let short = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * long - 3.307_711_6 * middle + 0.230_969_94 * short,
        -1.268_438 * long + 2.609_757_4 * middle - 0.341_319_38 * short,
        -0.004_196_086_3 * long - 0.703_418_6 * middle + 1.707_614_7 * short,
    ]
}

/// sRGB's transfer function (IEC 61966-2-1).
fn encoded(linear: f32) -> f32 {
    if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Converts a colour back to OKLab, by the article's inverse matrices.
    fn lab(colour: [u8; 3]) -> Lab {
        let [red, green, blue] = colour.map(|channel| {
            let encoded = f32::from(channel) / 255.0;
            if encoded <= 0.040_45 {
                encoded / 12.92
            } else {
                ((encoded + 0.055) / 1.055).powf(2.4)
            }
        });
        let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let middle = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        [
            0.210_454_26 * long + 0.793_617_8 * middle - 0.004_072_047 * short,
            1.977_998_5 * long - 2.428_592_2 * middle + 0.450_593_7 * short,
            0.025_904_037 * long + 0.782_771_77 * middle - 0.808_675_77 * short,
        ]
    }

    fn distance(one: [u8; 3], other: [u8; 3]) -> f32 {
        let (one, other) = (lab(one), lab(other));
        let squares = one.iter().zip(other).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f32>().sqrt()
    }

    #[test]
    fn equal_steps_of_effect_look_equal_on_both_sides() {
        let steps: Vec<f32> = (-8..8)
            .map(|step| distance(colour(step as f32 / 8.0), colour((step + 1) as f32 / 8.0)))
            .collect();
        let mean = steps.iter().sum::<f32>() / steps.len() as f32;
        for step in &steps {
            assert!((step / mean - 1.0).abs() < 0.12, "{steps:?}");
        }
    }

    #[test]
    fn both_ends_are_equally_light_and_unlike_in_hue() {
        let [lightness_for, ..] = lab(colour(1.0));
        let [lightness_against, ..] = lab(colour(-1.0));
        assert!((lightness_for - lightness_against).abs() < 0.01);
        assert!(distance(colour(1.0), colour(-1.0)) > 0.25);
        assert_eq!(colour(7.0), colour(1.0));
    }
}
