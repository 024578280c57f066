//! Running average of a network's tensors over its training steps (Polyak and Juditsky 1992): it fluctuates less with
//! the last batches than the network itself, and does better on unseen films.

use std::collections::BTreeMap;

use candle_core::{Device, Tensor};
use pneumonia_cnn::network::{Weights, architecture};

use crate::{Error, Result};

/// Exponential, in single precision, over all tensors including batch norm statistics.
#[derive(Clone, Debug)]
pub struct Average {
    /// Weight of the old value.
    decay: f32,
    steps: usize,
    values: BTreeMap<String, Vec<f32>>,
}

impl Average {
    /// Starts from `weights`.
    pub fn new(weights: &Weights, decay: f32) -> Result<Self> {
        let values = |(name, tensor): (&str, &Tensor)| {
            Ok((name.to_owned(), tensor.flatten_all()?.to_vec1()?))
        };
        Ok(Self {
            decay,
            steps: 0,
            values: weights.iter().map(values).collect::<Result<_>>()?,
        })
    }

    /// Updates the average with the weights after a step. The first steps count more, so that the start is soon
    /// forgotten.
    pub fn update(&mut self, weights: &Weights) -> Result<()> {
        self.steps += 1;
        let decay = self.decay.min(self.steps as f32 / (self.steps + 10) as f32);
        for (name, tensor) in weights.iter() {
            let missing = || Error::MissingTensor(format!("{name}'s mean"));
            let mean = self.values.get_mut(name).ok_or_else(missing)?;
            let values: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
            for (mean, value) in mean.iter_mut().zip(values) {
                *mean += (1.0 - decay) * (value - *mean);
            }
        }
        Ok(())
    }

    pub fn weights(&self) -> Result<Weights> {
        let mut tensors = BTreeMap::new();
        for spec in architecture::tensors() {
            let values = self.values[&spec.name].clone();
            tensors.insert(
                spec.name,
                Tensor::from_vec(values, spec.shape, &Device::Cpu)?,
            );
        }
        Ok(Weights::new(tensors)?)
    }

    /// Restores an average from its [`Self::weights`] after `steps` steps.
    pub fn restore(weights: &Weights, decay: f32, steps: usize) -> Result<Self> {
        Ok(Self {
            steps,
            ..Self::new(weights, decay)?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Parameters;
    use crate::rng::{Purpose, rng};

    fn bias(weights: &Weights) -> f32 {
        weights.tensor("fc3.bias").unwrap().to_vec1().unwrap()[0]
    }

    #[test]
    fn the_average_lags_and_survives_a_restore() {
        let parameters = Parameters::initialise(&mut rng(1, Purpose::Initialisation, 0)).unwrap();
        let mut average = Average::new(&parameters.detached().unwrap(), 0.9).unwrap();
        let (_, var) = parameters
            .trainable()
            .find(|(name, _)| *name == "fc3.bias")
            .unwrap();
        let mut expected = 0f32;
        for step in 1..=200u16 {
            var.set(&Tensor::new(&[f32::from(step)], &Device::Cpu).unwrap())
                .unwrap();
            average.update(&parameters.detached().unwrap()).unwrap();
            let decay = (f32::from(step) / (f32::from(step) + 10.0)).min(0.9);
            expected += (1.0 - decay) * (f32::from(step) - expected);
            if step == 100 {
                average = Average::restore(&average.weights().unwrap(), 0.9, 100).unwrap();
            }
        }
        // For a value that grows by one per step, a mean that forgets a tenth per step lags nine steps behind.
        assert!((bias(&average.weights().unwrap()) - 191.0).abs() < 0.1);
        assert!((bias(&average.weights().unwrap()) - expected).abs() < 1e-3);
    }
}
