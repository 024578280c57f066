//! Decides whether an image can be assessed at all: frontal chest films pass, everything else is rejected.
//!
//! A dense network with one hidden layer on PCA features of a standardised 16×16 image. That is enough to recognise a
//! frontal chest film: two dark lung fields on either side of a bright mediastinum, the right way up. The gate is
//! stored in the weights file's metadata.
//!
//! ```text
//! pca   49 features of an image: its scores on the principal components, and its residual
//! ```

mod pca;

pub use pca::{COMPONENTS, FEATURES, PcaFeatures, Rounded};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::input::{Input, SIZE};
use crate::{Error, Result};

/// Side of the gate's input, in pixels.
const SIDE: usize = 16;
/// Pixels of the gate's input.
pub const PIXELS: usize = SIDE * SIDE;
/// Width of the hidden layer.
pub const HIDDEN: usize = 32;
/// An image with a smaller standard deviation (white is 1) is blank except for noise.
const BLANK: f32 = 0.02;
/// Input pixels this close to black or white are clipped: they have lost what was on the film.
const CLIPPED: f32 = 1.0 / 255.0;
/// A larger share of clipped pixels leaves too little to assess. The darkest training films have a third.
const SATURATED: f32 = 0.5;
/// An image at least this colourful counts as coloured. Tinted X-rays reach 0.04; photographs start at 0.15.
const COLOURED: f32 = 0.08;

/// The gate's weights. Images with a logit of at least `threshold` pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    pub threshold: f32,
    #[serde(rename = "likeness")]
    pub pca: PcaFeatures,
    /// `[HIDDEN][FEATURES]`
    pub hidden: Rounded,
    /// `[HIDDEN]`
    pub hidden_bias: Vec<f32>,
    /// `[HIDDEN]`
    pub output: Vec<f32>,
    pub output_bias: f32,
}

/// Why an image can't be assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unassessable {
    /// A side is shorter than that of the network's input.
    TooSmall,
    /// It is a colour photograph or drawing.
    Coloured,
    /// It has almost no contrast.
    Blank,
    /// Too much of it is clipped to black or white.
    Saturated,
    /// It would pass with black and white swapped.
    Inverted,
    /// It would pass if flipped vertically.
    UpsideDown,
    /// It would pass if rotated by 90°.
    Sideways,
    NotFrontalChest,
}

impl fmt::Display for Unassessable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::TooSmall => return write!(f, "it has fewer than {SIZE} × {SIZE} pixels"),
            Self::Coloured => "it is a colour picture",
            Self::Saturated => "most of it is pure black or white",
            Self::Blank => "the picture is blank",
            Self::Inverted => "it looks like a negative: air should be dark and bones bright",
            Self::UpsideDown => "it looks upside down",
            Self::Sideways => "it looks rotated by 90°",
            Self::NotFrontalChest => "it does not look like a frontal chest X-ray",
        })
    }
}

/// The gate's input: `PIXELS` values with a mean of 0 and a standard deviation of 1, or `None` for a blank image.
pub fn thumbnail(input: &Input) -> Option<Vec<f32>> {
    let means = input.block_means(SIDE);
    let mean = means.iter().sum::<f32>() / PIXELS as f32;
    let squares = means.iter().map(|value| (value - mean).powi(2));
    let deviation = (squares.sum::<f32>() / PIXELS as f32).sqrt();
    let standardised = means.iter().map(|value| (value - mean) / deviation);
    (deviation >= BLANK).then(|| standardised.collect())
}

/// The share of the pixels that are black or white.
fn clipped(input: &Input) -> f32 {
    let pixels = input.pixels().iter();
    let clipped = pixels.filter(|&&value| !(CLIPPED..=1.0 - CLIPPED).contains(&value));
    clipped.count() as f32 / input.pixels().len() as f32
}

impl Gate {
    /// Accepts the image, or says why not.
    ///
    /// # Errors
    /// [`Unassessable`], the most helpful reason that applies.
    pub fn assess(&self, input: &Input) -> std::result::Result<(), Unassessable> {
        let film = input.film();
        if film.width < SIZE || film.height < SIZE {
            return Err(Unassessable::TooSmall);
        }
        if film.colourfulness >= COLOURED {
            return Err(Unassessable::Coloured);
        }
        let seen = thumbnail(input).ok_or(Unassessable::Blank)?;
        if clipped(input) > SATURATED {
            return Err(Unassessable::Saturated);
        }
        if self.passes(&seen) {
            return Ok(());
        }
        let inverted: Vec<f32> = seen.iter().map(|value| -value).collect();
        let rearranged = |from: fn(usize, usize) -> usize| -> Vec<f32> {
            (0..PIXELS)
                .map(|at| seen[from(at / SIDE, at % SIDE)])
                .collect()
        };
        let upside_down = rearranged(|y, x| (SIDE - 1 - y) * SIDE + x);
        let left = rearranged(|y, x| x * SIDE + SIDE - 1 - y);
        let right = rearranged(|y, x| (SIDE - 1 - x) * SIDE + y);
        Err(if self.passes(&inverted) {
            Unassessable::Inverted
        } else if self.passes(&upside_down) {
            Unassessable::UpsideDown
        } else if self.passes(&left) || self.passes(&right) {
            Unassessable::Sideways
        } else {
            Unassessable::NotFrontalChest
        })
    }

    fn passes(&self, seen: &[f32]) -> bool {
        self.logit(seen) >= self.threshold
    }

    /// The logit of a [`thumbnail`], positive for a frontal chest film.
    pub fn logit(&self, seen: &[f32]) -> f32 {
        let features = self.pca.features(seen);
        let neurons = self.hidden.steps.chunks_exact(FEATURES);
        let neurons = neurons.zip(&self.hidden_bias).zip(&self.output);
        let outputs = neurons.map(|((weights, bias), output)| {
            let products = weights.iter().zip(&features);
            let products = products.map(|(&steps, value)| f32::from(steps) * value);
            (products.sum::<f32>() * self.hidden.step + bias).max(0.0) * output
        });
        outputs.sum::<f32>() + self.output_bias
    }

    /// Number of learnt values.
    pub fn parameters(&self) -> usize {
        let dense = self.hidden.steps.len() + self.hidden_bias.len() + self.output.len() + 1;
        self.pca.parameters() + dense
    }

    /// # Errors
    /// When its shape differs from this program's, or it holds an invalid value.
    pub fn check(&self) -> Result<()> {
        let lengths = [
            self.hidden.steps.len(),
            self.hidden_bias.len(),
            self.output.len(),
        ];
        let expected = [HIDDEN * FEATURES, HIDDEN, HIDDEN];
        if lengths != expected {
            return Err(Error::Metadata(format!(
                "has a gate of {lengths:?} values, not of {expected:?}"
            )));
        }
        self.pca.check()?;
        let single = [self.threshold, self.hidden.step, self.output_bias];
        let mut values = single.iter().chain(&self.hidden_bias).chain(&self.output);
        match values.find(|value| !value.is_finite()) {
            Some(value) => Err(Error::Metadata(format!(
                "has a gate with the value {value}"
            ))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radiograph::Radiograph;

    fn input(value: impl Fn(usize, usize) -> f32) -> Input {
        let pixels = (0..SIZE * SIZE).map(|at| value(at / SIZE, at % SIZE));
        Input::from_pixels(pixels.collect())
    }

    /// Passes images that are brighter at the top.
    fn bright_above() -> Gate {
        let top_to_bottom = (0..PIXELS).map(|at| if at < PIXELS / 2 { 1 } else { -1 });
        let mut components = vec![0; COMPONENTS * PIXELS];
        components.splice(..PIXELS, top_to_bottom);
        let mut hidden = vec![0; HIDDEN * FEATURES];
        hidden[0] = 1;
        let mut output = vec![0.0; HIDDEN];
        output[0] = 1.0;
        let rounded = |step, steps| Rounded { step, steps };
        Gate {
            threshold: 0.5,
            pca: PcaFeatures {
                mean: rounded(1.0, vec![0; PIXELS]),
                components: rounded(1.0 / SIDE as f32, components),
                deviations: vec![1.0; COMPONENTS],
                residual: 0.0,
                residual_deviation: 1.0,
            },
            hidden: rounded(1.0, hidden),
            hidden_bias: vec![0.0; HIDDEN],
            output,
            output_bias: 0.0,
        }
    }

    #[test]
    fn inverted_and_rotated_films_get_that_reason() {
        let gate = bright_above();
        gate.check().unwrap();
        let ramp = |y: usize| 1.0 - y as f32 / SIZE as f32;
        assert_eq!(gate.assess(&input(|y, _| ramp(y))), Ok(()));
        // An inverted ramp is also an upside-down ramp; inversion is reported first.
        assert_eq!(
            gate.assess(&input(|y, _| 1.0 - ramp(y))),
            Err(Unassessable::Inverted)
        );
        assert_eq!(
            gate.assess(&input(|_, x| ramp(x))),
            Err(Unassessable::Sideways)
        );
        assert_eq!(gate.assess(&input(|_, _| 0.4)), Err(Unassessable::Blank));
        let chequers = input(|y, x| 0.2 + 0.5 * ((y / 16 + x / 16) % 2) as f32);
        assert_eq!(gate.assess(&chequers), Err(Unassessable::NotFrontalChest));
    }

    #[test]
    fn what_is_too_small_coloured_or_clipped_is_told_so_before_it_is_looked_at() {
        let gate = bright_above();
        let ramp = |side: usize| {
            let pixels = (0..side * side).map(|at| 0.9 - 0.8 * (at / side) as f32 / side as f32);
            Radiograph::new(side, side, pixels.collect())
        };
        let assess = |film: Radiograph| gate.assess(&Input::new(&film));
        assert_eq!(assess(ramp(SIZE)), Ok(()));
        assert_eq!(assess(ramp(SIZE - 1)), Err(Unassessable::TooSmall));
        let coloured = |colourfulness| assess(ramp(SIZE).with_colourfulness(colourfulness));
        assert_eq!(coloured(COLOURED / 2.0), Ok(()));
        assert_eq!(coloured(COLOURED), Err(Unassessable::Coloured));
        // Vertical bands of black and white next to a grey ramp: on a quarter, and on three quarters of the image.
        let clipped = |bands: usize| {
            gate.assess(&input(|y, x| match (x / 16) % 8 {
                at if at >= bands => 0.9 - 0.8 * y as f32 / SIZE as f32,
                at if at % 2 == 0 => 0.0,
                _ => 1.0,
            }))
        };
        assert_eq!(clipped(2), Ok(()));
        assert_eq!(clipped(6), Err(Unassessable::Saturated));
        let reason = Unassessable::TooSmall.to_string();
        assert_eq!(reason, "it has fewer than 128 × 128 pixels");
    }

    #[test]
    fn brightness_and_contrast_do_not_matter() {
        let gate = bright_above();
        let seen = |factor: f32, offset: f32| {
            gate.logit(
                &thumbnail(&input(|y, x| (y * 3 + x) as f32 / 512.0 * factor + offset)).unwrap(),
            )
        };
        assert!((seen(1.0, 0.0) - seen(0.3, 0.5)).abs() < 1e-4);
    }

    #[test]
    fn what_lies_along_no_direction_of_films_is_told_by_one_feature() {
        let residual = |seen: Vec<f32>| *bright_above().pca.features(&seen).last().unwrap();
        let along = (0..PIXELS).map(|at| if at < PIXELS / 2 { 1.0 } else { -1.0 });
        let across = (0..PIXELS).map(|at| if at % SIDE < SIDE / 2 { 1.0 } else { -1.0 });
        // The whole image is residual: the logarithm of 1.
        assert!(residual(across.collect()).abs() < 1e-5);
        assert!(residual(along.collect()) < -6.0);
    }

    #[test]
    fn a_gate_of_another_shape_or_without_numbers_is_refused() {
        let refused = |spoil: fn(&mut Gate), told: &str| {
            let mut gate = bright_above();
            spoil(&mut gate);
            let error = gate.check().unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        };
        refused(|gate| gate.hidden.steps.truncate(99), "[99, 32, 32]");
        refused(|gate| gate.output[3] = f32::INFINITY, "inf");
        refused(|gate| gate.pca.components.steps.truncate(9), "[256, 9, 48]");
        refused(|gate| gate.pca.deviations[7] = 0.0, "value 0");
        refused(|gate| gate.pca.residual = f32::NAN, "NaN");
    }
}
