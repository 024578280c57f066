//! The network's tensors as variables that training updates.

use std::collections::BTreeMap;

use crate::network::batch_norm::Moments;
use candle_core::{DType, Device, Tensor, Var};
use pneumonia_cnn::network::Weights;
use pneumonia_cnn::network::architecture::{self, BATCH_NORM_UPDATE, Role, TensorSpec};
use rand::{Rng, RngExt};

use crate::Result;

/// Variables for the trainable tensors and plain tensors for the running statistics, by name.
#[derive(Clone, Debug)]
pub struct Parameters {
    trainable: BTreeMap<String, Var>,
    statistics: BTreeMap<String, Var>,
}

impl Parameters {
    /// Keras' initialisation: Glorot-uniform weights, zero biases, scales of 1.
    pub fn initialise(rng: &mut impl Rng) -> Result<Self> {
        Self::new(|spec| {
            let shape = spec.shape.as_slice();
            Ok(match spec.role {
                Role::Weight { fan_in, fan_out } => {
                    let limit = (6.0 / (fan_in + fan_out) as f32).sqrt();
                    let draw = |_| rng.random_range(-limit..limit);
                    let values: Vec<f32> = (0..spec.elements()).map(draw).collect();
                    Tensor::from_vec(values, shape, &Device::Cpu)?
                }
                Role::Bias | Role::RunningMean => Tensor::zeros(shape, DType::F32, &Device::Cpu)?,
                Role::Scale | Role::RunningVariance => {
                    Tensor::ones(shape, DType::F32, &Device::Cpu)?
                }
            })
        })
    }

    /// Starts from `weights`.
    pub fn from_weights(weights: &Weights) -> Result<Self> {
        Self::new(|spec| Ok(weights.tensor(&spec.name)?))
    }

    fn new(mut tensor: impl FnMut(&TensorSpec) -> Result<Tensor>) -> Result<Self> {
        let mut parameters = Self {
            trainable: BTreeMap::new(),
            statistics: BTreeMap::new(),
        };
        for spec in architecture::tensors() {
            let var = Var::from_tensor(&tensor(&spec)?)?;
            let kind = if spec.is_trainable() {
                &mut parameters.trainable
            } else {
                &mut parameters.statistics
            };
            kind.insert(spec.name, var);
        }
        Ok(parameters)
    }

    /// The variables that the optimiser updates, sorted by name.
    pub fn trainable(&self) -> impl Iterator<Item = (&str, &Var)> {
        self.trainable
            .iter()
            .map(|(name, var)| (name.as_str(), var))
    }

    /// Tensors that share the variables' storage, for the network in training.
    pub fn live(&self) -> Result<Weights> {
        self.weights(|var| var.as_tensor().clone())
    }

    /// The same without gradient tracking, for evaluation and for files.
    pub fn detached(&self) -> Result<Weights> {
        self.weights(|var| var.as_detached_tensor())
    }

    fn weights(&self, tensor: impl Fn(&Var) -> Tensor) -> Result<Weights> {
        let all = self.trainable.iter().chain(&self.statistics);
        Ok(Weights::new(
            all.map(|(name, var)| (name.clone(), tensor(var))).collect(),
        )?)
    }

    /// Updates the running statistics of stage `stage` with a batch's moments.
    pub fn update_statistics(&self, stage: usize, batch: &Moments) -> Result<()> {
        for (kind, values) in [
            ("running_mean", &batch.mean),
            ("running_var", &batch.variance),
        ] {
            let running = &self.statistics[&format!("bn{stage}.{kind}")];
            let values = Tensor::new(values.as_slice(), &Device::Cpu)?;
            let update = f64::from(BATCH_NORM_UPDATE);
            running.set(&((running.as_tensor() * (1.0 - update))? + (values * update)?)?)?;
        }
        Ok(())
    }
}
