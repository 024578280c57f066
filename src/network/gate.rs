//! Whether a picture can be judged at all: frontal chest films pass, everything else is held back.
//!
//! A dense network with one hidden layer on a standardised 16×16 picture. So little shows what a frontal chest film is:
//! two dark fields on either side of a bright middle, the right way up. It travels in the weights file's metadata.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::input::Input;
use crate::{Error, Result};

/// Side of the picture that the gate sees, in pixels.
const SIDE: usize = 16;
/// Pixels of the picture that the gate sees.
pub const PIXELS: usize = SIDE * SIDE;
/// Width of the hidden layer.
pub const HIDDEN: usize = 16;
/// A standard deviation below this, with white at 1, is no picture but noise of a blank one.
const BLANK: f32 = 0.02;

/// The gate's weights. Pictures from a logit of `threshold` on pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    pub threshold: f32,
    /// What the hidden layer's weights are multiples of.
    pub step: f32,
    /// `[HIDDEN][PIXELS]`, in steps.
    pub hidden: Vec<i8>,
    /// `[HIDDEN]`
    pub hidden_bias: Vec<f32>,
    /// `[HIDDEN]`
    pub output: Vec<f32>,
    pub output_bias: f32,
}

/// Why a picture can't be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unassessable {
    /// Nothing is on it.
    Blank,
    /// It would pass with black and white exchanged.
    Inverted,
    /// It would pass the other way up.
    UpsideDown,
    /// It would pass turned by a quarter.
    Sideways,
    NotFrontalChest,
}

impl fmt::Display for Unassessable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "there is nothing on the picture",
            Self::Inverted => "it looks like a negative: air should be dark and bones bright",
            Self::UpsideDown => "it looks upside down",
            Self::Sideways => "it looks turned by a quarter",
            Self::NotFrontalChest => "it does not look like a frontal chest X-ray",
        })
    }
}

/// What the gate sees of a picture: `PIXELS` values with a mean of 0 and a standard deviation of 1, or `None` of a
/// blank one.
pub fn thumbnail(input: &Input) -> Option<Vec<f32>> {
    let means = input.block_means(SIDE);
    let mean = means.iter().sum::<f32>() / PIXELS as f32;
    let squares = means.iter().map(|value| (value - mean).powi(2));
    let deviation = (squares.sum::<f32>() / PIXELS as f32).sqrt();
    let standardised = means.iter().map(|value| (value - mean) / deviation);
    (deviation >= BLANK).then(|| standardised.collect())
}

impl Gate {
    /// Lets the picture pass, or says why not.
    ///
    /// # Errors
    /// [`Unassessable`], the most helpful reason that applies.
    pub fn assess(&self, input: &Input) -> std::result::Result<(), Unassessable> {
        let seen = thumbnail(input).ok_or(Unassessable::Blank)?;
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

    /// Positive for a frontal chest film, of a [`thumbnail`].
    pub fn logit(&self, seen: &[f32]) -> f32 {
        let neurons = self.hidden.chunks_exact(PIXELS).zip(&self.hidden_bias);
        let outputs = neurons.zip(&self.output).map(|((weights, bias), output)| {
            let products = weights
                .iter()
                .zip(seen)
                .map(|(&weight, value)| f32::from(weight) * value);
            (products.sum::<f32>() * self.step + bias).max(0.0) * output
        });
        outputs.sum::<f32>() + self.output_bias
    }

    /// Number of trained values.
    pub fn parameters(&self) -> usize {
        self.hidden.len() + self.hidden_bias.len() + self.output.len() + 1
    }

    /// # Errors
    /// When it is not a gate of this program's shape, or holds a value no network can have.
    pub fn check(&self) -> Result<()> {
        let lengths = [self.hidden.len(), self.hidden_bias.len(), self.output.len()];
        if lengths != [HIDDEN * PIXELS, HIDDEN, HIDDEN] {
            return Err(Error::Metadata(format!(
                "has a gate of {lengths:?} values, not of {:?}",
                [HIDDEN * PIXELS, HIDDEN, HIDDEN]
            )));
        }
        let single = [self.threshold, self.step, self.output_bias];
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
    use crate::input::SIZE;
    use crate::radiograph::Radiograph;

    fn input(value: impl Fn(usize, usize) -> f32) -> Input {
        let pixels = (0..SIZE * SIZE).map(|at| value(at / SIZE, at % SIZE));
        Input::new(&Radiograph::new(SIZE, SIZE, pixels.collect()))
    }

    /// Passes what is brighter at the top.
    fn bright_above() -> Gate {
        let mut hidden = vec![0; HIDDEN * PIXELS];
        hidden[..PIXELS / 2].fill(1);
        hidden[PIXELS / 2..PIXELS].fill(-1);
        let mut output = vec![0.0; HIDDEN];
        output[0] = 1.0;
        Gate {
            threshold: 0.5,
            step: 1.0 / PIXELS as f32,
            hidden,
            hidden_bias: vec![0.0; HIDDEN],
            output,
            output_bias: 0.0,
        }
    }

    #[test]
    fn what_passes_in_another_way_is_told_so() {
        let gate = bright_above();
        gate.check().unwrap();
        let ramp = |y: usize| 1.0 - y as f32 / SIZE as f32;
        assert_eq!(gate.assess(&input(|y, _| ramp(y))), Ok(()));
        // An inverted ramp is a ramp upside down; inversion is told first.
        assert_eq!(
            gate.assess(&input(|y, _| 1.0 - ramp(y))),
            Err(Unassessable::Inverted)
        );
        assert_eq!(
            gate.assess(&input(|_, x| ramp(x))),
            Err(Unassessable::Sideways)
        );
        assert_eq!(gate.assess(&input(|_, _| 0.4)), Err(Unassessable::Blank));
        let chequers = input(|y, x| ((y / 16 + x / 16) % 2) as f32);
        assert_eq!(gate.assess(&chequers), Err(Unassessable::NotFrontalChest));
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
    fn a_gate_of_another_shape_or_without_numbers_is_refused() {
        let mut short = bright_above();
        short.hidden.pop();
        assert!(short.check().unwrap_err().to_string().contains("4095"));
        let mut endless = bright_above();
        endless.output[3] = f32::INFINITY;
        assert!(endless.check().unwrap_err().to_string().contains("inf"));
    }
}
