//! The Adam optimiser (Kingma and Ba 2015) as Keras computes it, with a state that can be saved.

use std::collections::BTreeMap;

use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};

use crate::parameters::Parameters;
use crate::{Error, Result};

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
/// Keras' default, added to the square root of the uncorrected second moment.
const EPSILON: f32 = 1e-7;

#[derive(Debug)]
pub struct Adam {
    steps: usize,
    /// Running first and second moments of each variable's gradient.
    moments: BTreeMap<String, Moments>,
}

/// In the order of the variable's elements.
#[derive(Debug)]
struct Moments {
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Adam {
    pub fn new(parameters: &Parameters) -> Self {
        let start = |(name, var): (&str, &Var)| {
            let zeros = vec![0.0; var.elem_count()];
            let moments = Moments {
                first: zeros.clone(),
                second: zeros,
            };
            (name.to_owned(), moments)
        };
        let moments = parameters.trainable().map(start).collect();
        Self { steps: 0, moments }
    }

    /// Updates each variable by its gradient, and decays each weight by `learning_rate * weight_decay` (decoupled,
    /// Loshchilov and Hutter 2019; biases and batch norms do not decay). On plain slices: the tensors are so small that
    /// dispatching them to candle's threads takes longer than the arithmetic.
    pub fn step(
        &mut self,
        parameters: &Parameters,
        gradients: &GradStore,
        learning_rate: f64,
        weight_decay: f32,
    ) -> Result<()> {
        self.steps += 1;
        let correction = |beta: f32| 1.0 - f64::from(beta).powi(self.steps as i32);
        let rate = learning_rate * correction(BETA_2).sqrt() / correction(BETA_1);
        let rate = rate as f32;
        let decay = learning_rate as f32 * weight_decay;
        for (name, var) in parameters.trainable() {
            let missing = || Error::MissingTensor(format!("{name}'s gradient"));
            let gradient = gradients.get(var).ok_or_else(missing)?;
            let gradient: Vec<f32> = gradient.flatten_all()?.to_vec1()?;
            let mut values: Vec<f32> = var.flatten_all()?.to_vec1()?;
            let missing = || Error::MissingTensor(first_name(name));
            let moments = self.moments.get_mut(name).ok_or_else(missing)?;
            // Only convolution and dense weights decay; batch norm scales and all biases have one dimension.
            let decay = if var.rank() > 1 { decay } else { 0.0 };
            let moments = moments.first.iter_mut().zip(&mut moments.second);
            for ((value, slope), (first, second)) in values.iter_mut().zip(gradient).zip(moments) {
                *first = BETA_1 * *first + (1.0 - BETA_1) * slope;
                *second = BETA_2 * *second + (1.0 - BETA_2) * slope * slope;
                *value -= decay * *value;
                *value -= rate * *first / (second.sqrt() + EPSILON);
            }
            var.set(&Tensor::from_vec(values, var.shape(), var.device())?)?;
        }
        Ok(())
    }

    /// Steps taken so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The running moments by name: the optimiser's whole state, with the number of steps.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>> {
        let mut state = BTreeMap::new();
        for (name, moments) in &self.moments {
            for (key, values) in [
                (first_name(name), &moments.first),
                (second_name(name), &moments.second),
            ] {
                state.insert(key, Tensor::new(values.as_slice(), &Device::Cpu)?);
            }
        }
        Ok(state)
    }

    /// Restores a [`Self::state`] saved after `steps` steps.
    pub fn restore(&mut self, state: &BTreeMap<String, Tensor>, steps: usize) -> Result<()> {
        for (name, moments) in &mut self.moments {
            for (key, values) in [
                (first_name(name), &mut moments.first),
                (second_name(name), &mut moments.second),
            ] {
                let Some(saved) = state.get(&key) else {
                    return Err(Error::MissingTensor(key));
                };
                let saved: Vec<f32> = saved.to_vec1()?;
                if saved.len() != values.len() {
                    return Err(Error::TensorLength {
                        name: key,
                        actual: saved.len(),
                        expected: values.len(),
                    });
                }
                *values = saved;
            }
        }
        self.steps = steps;
        Ok(())
    }
}

fn first_name(variable: &str) -> String {
    format!("adam.first.{variable}")
}

fn second_name(variable: &str) -> String {
    format!("adam.second.{variable}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, rng};

    #[test]
    fn decay_takes_its_share_of_weights_and_nothing_of_biases_and_batch_norms() {
        let parameters = Parameters::initialise(&mut rng(1, Purpose::Initialisation, 0)).unwrap();
        let values = |wanted: &str| -> Vec<f32> {
            let (_, var) = parameters
                .trainable()
                .find(|(name, _)| *name == wanted)
                .unwrap();
            var.flatten_all().unwrap().to_vec1().unwrap()
        };
        let names = ["conv3.weight", "fc2.weight", "conv3.bias", "bn3.weight"];
        let before = names.map(values);
        // A loss whose gradient is negligible.
        let sums = parameters
            .trainable()
            .map(|(_, var)| var.sum_all().unwrap());
        let loss = (sums.reduce(|a, b| (a + b).unwrap()).unwrap() * 1e-30).unwrap();
        let mut adam = Adam::new(&parameters);
        adam.step(&parameters, &loss.backward().unwrap(), 0.1, 0.5)
            .unwrap();
        for ((name, before), after) in names.iter().zip(before).zip(names.map(values)) {
            let kept = if name.ends_with("c2.weight") || name.starts_with("conv3.w") {
                0.95
            } else {
                1.0
            };
            for (before, after) in before.iter().zip(after) {
                assert!(
                    (before * kept - after).abs() < 1e-6,
                    "{name}: {before} {after}"
                );
            }
        }
    }

    #[test]
    fn steps_follow_kerass_formula() {
        let parameters = Parameters::initialise(&mut rng(1, Purpose::Initialisation, 0)).unwrap();
        let mut adam = Adam::new(&parameters);
        let value = || -> f32 {
            let (_, var) = parameters
                .trainable()
                .find(|(name, _)| *name == "fc3.bias")
                .unwrap();
            var.to_vec1::<f32>().unwrap()[0]
        };
        let (mut expected, mut first, mut second) = (0f64, 0f64, 0f64);
        for (step, slope) in [0.5f64, -2.0, 0.01].into_iter().enumerate() {
            // A loss that is `slope` times the sum of all variables has that gradient everywhere.
            let sums = parameters
                .trainable()
                .map(|(_, var)| var.sum_all().unwrap());
            let sum = sums.reduce(|a, b| (a + b).unwrap()).unwrap();
            let gradients = (sum * slope).unwrap().backward().unwrap();
            adam.step(&parameters, &gradients, 1e-3, 0.5).unwrap();

            let t = step as i32 + 1;
            first = 0.9 * first + 0.1 * slope;
            second = 0.999 * second + 0.001 * slope * slope;
            let rate = 1e-3 * (1.0 - 0.999f64.powi(t)).sqrt() / (1.0 - 0.9f64.powi(t));
            expected -= rate * first / (second.sqrt() + 1e-7);
            assert!(
                (f64::from(value()) - expected).abs() < 1e-7,
                "step {t}: {} {expected}",
                value()
            );
        }
    }
}
