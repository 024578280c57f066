//! Training recipes: everything about a run besides the films and the [`Settings`].
//!
//! [`Settings`]: crate::settings::Settings

use std::fmt;

use crate::network::dropout::DropoutRates;
use pneumonia_kernels::portable::cos;
use serde::{Deserialize, Serialize};

use crate::augmentation::Ranges;
use crate::bias_model::FeatureSet;

/// The recipes that can be chosen by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Name {
    /// The network's first recipe: strong dropout, shear, zoom and flip, a constant learning rate
    Original,
    /// For films taken under other conditions than the training films: frames and shapes drawn alike for both classes,
    /// varied intensity, consistency training on two views of each film, oversampling of films as sharp or as soft as
    /// the other class's, no dropout, a learning rate that decays to zero, and averaged weights
    Debiased,
}

/// See [`Name`] for the predefined recipes, and `docs/experiments.md` for what each part does.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    pub augmentation: Ranges,
    pub dropout: Option<DropoutRates>,
    pub schedule: Schedule,
    /// Fraction of each weight that a step at a learning rate of 1 would remove (decoupled, Loshchilov and Hutter
    /// 2019); biases and batch norms do not decay.
    pub weight_decay: f32,
    /// Decay of the running average of the weights; a run ends with this average.
    pub averaging: Option<f32>,
    /// Which films an epoch samples more than once. If several apply to a film, the largest weight counts.
    pub reweighting: Vec<Reweighting>,
    /// Probability that a film is mixed with another of its batch (Zhang et al. 2018).
    pub mixup: f32,
    /// Consistency training: each film is shown twice per step, and each view's target is a mean of the label and the
    /// other view's prediction. This is the prediction's weight, from 0 to 1. `None` shows films once and trains on
    /// labels alone.
    pub consistency: Option<f32>,
    /// Whether an epoch samples both classes equally, repeating films of the rarer one.
    pub balanced: bool,
}

/// Oversamples films that contradict a shortcut, so that it predicts less of the class (inverse probability weighting):
/// a film's weight is how much likelier the shortcut makes the other class than its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reweighting {
    pub by: Shortcut,
    /// Maximum number of times a film is sampled; each is sampled at least once.
    pub most: f32,
}

/// What separates the classes without the lungs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// How much fine detail a film shows; see [`crate::detail`].
    Detail,
    /// The cross-fitted log odds of a bias-only model; see [`crate::bias_model`].
    BiasModel(FeatureSet),
}

/// Learning rate schedule, as a factor of the learning rate in the settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    Constant,
    /// Linear warm-up over the first `warm_up` of the run, then cosine decay to zero (Loshchilov and Hutter 2017).
    Cosine {
        warm_up: f64,
    },
}

/// Which epoch's weights a run ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The last epoch's: with a learning rate that decays to zero they are the best, and nothing is selected on the
    /// validation films.
    Last,
    LowestValidationLoss,
}

/// As given on the command line.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Original => "original",
            Self::Debiased => "debiased",
        })
    }
}

impl Name {
    pub fn recipe(self) -> Recipe {
        match self {
            Self::Original => Recipe::original(),
            Self::Debiased => Recipe::debiased(),
        }
    }
}

impl Recipe {
    /// Modelled on the Keras original.
    pub fn original() -> Self {
        Self {
            augmentation: Ranges::ORIGINAL,
            dropout: Some(DropoutRates::ORIGINAL),
            schedule: Schedule::Constant,
            weight_decay: 0.0,
            averaging: None,
            reweighting: Vec::new(),
            mixup: 0.0,
            consistency: None,
            balanced: false,
        }
    }

    /// Against shortcuts, which separate the classes without the lungs.
    pub fn debiased() -> Self {
        Self {
            augmentation: Ranges::DEBIASED,
            // With so much variation in frame and intensity, a network this small does not overfit.
            dropout: None,
            schedule: Schedule::Cosine { warm_up: 0.05 },
            weight_decay: 0.02,
            averaging: Some(0.998),
            reweighting: vec![Reweighting {
                by: Shortcut::Detail,
                most: 4.0,
            }],
            mixup: 0.0,
            consistency: Some(0.67),
            balanced: true,
        }
    }
}

impl Schedule {
    /// The factor at `progress` of the run, 0 to 1.
    pub fn factor(self, progress: f64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Cosine { warm_up } if progress < warm_up => progress / warm_up,
            Self::Cosine { warm_up } => {
                let falling = (progress - warm_up) / (1.0 - warm_up);
                0.5 * (1.0 + cos(falling * std::f64::consts::PI))
            }
        }
    }

    /// Whether every step depends on the run's length, so that the run cannot be extended later.
    pub fn depends_on_length(self) -> bool {
        self != Self::Constant
    }

    /// Which epoch's weights a run with this schedule ends with.
    pub fn selection(self) -> Selection {
        match self {
            Self::Constant => Selection::LowestValidationLoss,
            Self::Cosine { .. } => Selection::Last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_warms_up_linearly_and_decays_as_a_cosine() {
        let schedule = Schedule::Cosine { warm_up: 0.1 };
        for (progress, factor) in [(0.0, 0.0), (0.05, 0.5), (0.1, 1.0), (0.55, 0.5), (1.0, 0.0)] {
            assert!(
                (schedule.factor(progress) - factor).abs() < 1e-12,
                "at {progress}"
            );
        }
        assert_eq!(Schedule::Constant.factor(0.7), 1.0);
    }
}
