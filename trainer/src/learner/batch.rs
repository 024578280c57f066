//! What a step learns from: films as the recipe shows them, and what it should answer.

use anyhow::Result;
use candle_core::{Device, Tensor};
use candle_nn::Module;
use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::network::PneumoniaCnn;
use rand::{Rng, RngExt};
use rayon::prelude::*;

use crate::augment::Augmentation;
use crate::dataset::Film;
use crate::recipe::Recipe;

/// Films to learn from in one step.
pub struct Batch {
    /// `[batch, 1, 128, 128]`
    pub inputs: Tensor,
    /// `[batch]`, from 0 to 1.
    pub labels: Tensor,
    /// What the films' folders say.
    pub pneumonia: Vec<bool>,
}

impl Batch {
    /// `films` in looks and places that `rng` draws, mixed and answered by the teachers as the recipe says.
    pub fn augmented(
        films: &[&Film],
        recipe: &Recipe,
        teachers: &[PneumoniaCnn],
        rng: &mut impl Rng,
    ) -> Result<Self> {
        let draw = |_| Augmentation::draw(&recipe.augmentation, rng);
        let draws: Vec<_> = films.iter().map(draw).collect();
        let mut pixels = vec![0f32; films.len() * SIZE * SIZE];
        pixels
            .par_chunks_exact_mut(SIZE * SIZE)
            .zip(films.par_iter().zip(draws))
            .for_each(|(pixels, (film, draw))| draw.apply(film.input.pixels(), pixels));
        let pneumonia: Vec<bool> = films.iter().map(|film| film.pneumonia).collect();
        let smoothed = |label| {
            if label {
                1.0 - recipe.label_smoothing
            } else {
                recipe.label_smoothing
            }
        };
        let mut labels: Vec<f32> = pneumonia.iter().map(|&label| smoothed(label)).collect();
        if recipe.mixup > 0.0 {
            mix(&mut pixels, &mut labels, recipe.mixup, rng);
        }
        let inputs = Tensor::from_vec(pixels, (films.len(), 1, SIZE, SIZE), &Device::Cpu)?;
        if !teachers.is_empty() {
            let share = recipe.distillation;
            for (label, answer) in labels.iter_mut().zip(answers(teachers, &inputs)?) {
                *label += share * (answer - *label);
            }
        }
        let labels = Tensor::new(labels.as_slice(), &Device::Cpu)?;
        Ok(Self {
            inputs,
            labels,
            pneumonia,
        })
    }
}

/// The probability of the teachers' mean logit for each of `inputs`.
fn answers(teachers: &[PneumoniaCnn], inputs: &Tensor) -> Result<Vec<f32>> {
    let mut sums = vec![0f32; inputs.dims()[0]];
    for teacher in teachers {
        let logits: Vec<f32> = teacher.forward(inputs)?.to_vec1()?;
        for (sum, logit) in sums.iter_mut().zip(logits) {
            *sum += logit / teachers.len() as f32;
        }
    }
    Ok(sums
        .into_iter()
        .map(|logit| 1.0 / (1.0 + (-logit).exp()))
        .collect())
}

/// Takes up to half of the next film of the batch into each film, with that probability, and as much of its label.
fn mix(pixels: &mut [f32], labels: &mut [f32], probability: f32, rng: &mut impl Rng) {
    let (pure, pure_labels) = (pixels.to_vec(), labels.to_vec());
    let count = labels.len();
    for (index, film) in pixels.chunks_exact_mut(SIZE * SIZE).enumerate() {
        let share = rng.random_range(0.0..0.5);
        if rng.random::<f32>() >= probability {
            continue;
        }
        let other = (index + 1) % count;
        labels[index] += share * (pure_labels[other] - labels[index]);
        let other = &pure[other * SIZE * SIZE..][..SIZE * SIZE];
        for (value, other) in film.iter_mut().zip(other) {
            *value += share * (other - *value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;
    use crate::parameters::Parameters;
    use crate::rng::{Purpose, rng};

    #[test]
    fn a_mixed_film_takes_as_much_of_the_other_label_as_of_the_other_film() {
        let mut rng = rng(1, Purpose::Augmentation, 1);
        let mut pixels = [vec![0.0; SIZE * SIZE], vec![1.0; SIZE * SIZE]].concat();
        let mut labels = vec![0.0, 1.0];
        mix(&mut pixels, &mut labels, 1.0, &mut rng);
        assert!(
            (0.0..0.5).contains(&labels[0]) && (0.5..1.0).contains(&labels[1]),
            "{labels:?}"
        );
        for (label, film) in labels.iter().zip(pixels.chunks_exact(SIZE * SIZE)) {
            assert!(film.iter().all(|value| (value - label).abs() < 1e-6));
        }
    }

    #[test]
    fn labels_lean_towards_what_the_teachers_say() {
        let films = ["a", "b", "c", "d"].map(|name| film(name, name > "b"));
        let films: Vec<&Film> = films.iter().collect();
        let labels = |distillation: f32, label_smoothing: f32| -> Vec<f32> {
            let recipe = Recipe {
                distillation,
                label_smoothing,
                ..Recipe::original()
            };
            // Without weights a network answers one half to everything.
            let teacher = Parameters::initialise(&mut rng(1, Purpose::Initialisation, 0)).unwrap();
            for (_, var) in teacher.trainable() {
                var.set(&var.zeros_like().unwrap()).unwrap();
            }
            let teachers = [PneumoniaCnn::new(&teacher.detached().unwrap()).unwrap()];
            let mut rng = rng(1, Purpose::Augmentation, 1);
            let batch = Batch::augmented(&films, &recipe, &teachers, &mut rng).unwrap();
            batch.labels.to_vec1().unwrap()
        };
        assert_eq!(labels(0.0, 0.0), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(labels(0.0, 0.125), [0.125, 0.125, 0.875, 0.875]);
        assert_eq!(labels(0.5, 0.0), [0.25, 0.25, 0.75, 0.75]);
        assert_eq!(labels(1.0, 0.0), [0.5; 4]);
    }
}
