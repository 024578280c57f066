//! How a network is trained: all that is decided besides the films and the [`Settings`].
//!
//! [`Settings`]: crate::settings::Settings

use std::fmt;

use crate::network::dropout::DropoutRates;
use pneumonia_kernels::portable::cos;
use serde::{Deserialize, Serialize};

use crate::augmentation::Ranges;
use crate::bias_model::Sees;

/// The recipes that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Name {
    /// The network's first recipe: strong dropout, shear, zoom and flip, one learning rate throughout
    Original,
    /// For films taken otherwise than those learnt from: both classes in frames and shapes drawn alike and at many
    /// intensities, the same answer to each film in two of them, films as sharp or as soft as the other class's more
    /// often, no dropout, a learning rate that falls to zero, and the mean of the last weights
    Debiased,
}

/// See [`Name`] for what there is, and `docs/experiments.md` for what each part does.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    pub augmentation: Ranges,
    pub dropout: Option<DropoutRates>,
    pub schedule: Schedule,
    /// Share of each weight that a step at the full learning rate of 1 would take away (Loshchilov and Hutter
    /// 2019); biases and batch norms keep theirs.
    pub weight_decay: f32,
    /// Share of the old in the running mean of the weights, which is what is used in the end.
    pub averaging: Option<f32>,
    /// Which films an epoch takes more often than once: each as often as the one of these says that wants it most.
    pub reweighting: Vec<Reweighting>,
    /// Probability that a film is mixed with another of its batch (Zhang et al. 2018).
    pub mixup: f32,
    /// Each film is shown twice in a step, and each answer learns from a mean of the label and the other answer: this
    /// is the other answer's weight, from 0 to 1. `None` shows films once and learns from labels alone.
    pub consistency: Option<f32>,
    /// Whether an epoch takes as many films of each class, of the rarer one each several times.
    pub balanced: bool,
}

/// Films that contradict a shortcut are taken more often, so that it tells less of the class (inverse probability
/// weighting): as often as they are likelier in the other class by what the shortcut shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reweighting {
    pub by: Shortcut,
    /// How often a film is taken at most; each is taken once at least.
    pub most: f32,
}

/// What tells the classes apart without the lungs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// How much fine detail a film shows; see [`crate::detail`].
    Detail,
    /// The cross-fitted answer of a bias-only model; see [`crate::bias_model`].
    BiasModel(Sees),
}

/// The learning rate over a run, as a share of the one in the settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    Constant,
    /// Rises evenly over the first `warm_up` of the run, then falls to zero as a half wave (Loshchilov and Hutter
    /// 2017).
    Cosine {
        warm_up: f64,
    },
}

/// Which epoch's weights a run ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The last one's: with a learning rate that falls to zero they are the best, and nothing is chosen on the
    /// validation films.
    Last,
    LowestValidationLoss,
}

/// As it is given on the command line.
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
    /// After the Keras original.
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

    /// Against what tells the classes apart without the lungs.
    pub fn debiased() -> Self {
        Self {
            augmentation: Ranges::DEBIASED,
            // Films in ever new frames and intensities already keep so small a network from remembering them.
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
    /// The share at `progress` of the run, 0 to 1.
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

    /// Whether a run's length shows in its every step, so that it cannot be made longer later.
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
    fn the_learning_rate_rises_evenly_and_falls_as_a_half_wave_to_zero() {
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
