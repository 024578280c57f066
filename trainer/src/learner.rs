//! A network that learns: its variables, its optimiser, and the steps that improve it.

use std::iter::repeat_n;
use std::sync::Arc;

use anyhow::Result;
use candle_core::{Device, Tensor};
use candle_nn::Module;
use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::network::training::TrainableCnn;
use pneumonia_cnn::network::training::loss::binary_cross_entropy;
use pneumonia_cnn::network::{PneumoniaCnn, Weights};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rayon::prelude::*;

use crate::adam::Adam;
use crate::augment::Augmentation;
use crate::average::Average;
use crate::dataset::Film;
use crate::detail;
use crate::parameters::Parameters;
use crate::recipe::Recipe;
use crate::rng::{Purpose, rng};
use crate::settings::Settings;

pub struct Learner {
    pub parameters: Parameters,
    pub adam: Adam,
    pub average: Option<Average>,
    recipe: Recipe,
    /// Networks whose answers the labels are mixed with.
    teachers: Arc<[PneumoniaCnn]>,
    /// Shares its tensors with `parameters`.
    network: TrainableCnn,
}

/// What a step showed of its films before it changed the network.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub films: usize,
    /// Mean over the films.
    pub loss: f64,
    /// Films on the right side of a probability of one half.
    pub correct: usize,
}

impl Learner {
    /// Begins with new parameters.
    pub fn new(recipe: Recipe, seed: u64) -> Result<Self> {
        let parameters = Parameters::initialise(&mut rng(seed, Purpose::Initialisation, 0))?;
        let adam = Adam::new(&parameters);
        let average = recipe.averaging;
        let average = average.map(|decay| Average::new(&parameters.detached()?, decay));
        let average = average.transpose()?;
        Self::resume(recipe, parameters, adam, average)
    }

    /// Goes on from where a learner was.
    pub fn resume(
        recipe: Recipe,
        parameters: Parameters,
        adam: Adam,
        average: Option<Average>,
    ) -> Result<Self> {
        let network = TrainableCnn::new(&parameters.live()?)?;
        Ok(Self {
            parameters,
            adam,
            average,
            recipe,
            teachers: Arc::new([]),
            network,
        })
    }

    /// Learns from the answers of `teachers` too, by the recipe's share.
    pub fn taught_by(self, teachers: &[Weights]) -> Result<Self> {
        let teachers = teachers.iter().map(PneumoniaCnn::new);
        Ok(Self {
            teachers: teachers.collect::<pneumonia_cnn::Result<_>>()?,
            ..self
        })
    }

    /// The weights to use: the running mean, or where the recipe has none the last.
    pub fn weights(&self) -> Result<Weights> {
        match &self.average {
            Some(average) => average.weights(),
            None => self.parameters.detached(),
        }
    }

    /// Learns from all `films` as often as the recipe says, in the order and with the changes that epoch `epoch` (from 1)
    /// draws, and tells of each step, and how many films all steps of the epoch take. While one batch is learnt, the next
    /// is augmented.
    pub fn epoch(
        &mut self,
        settings: &Settings,
        epoch: usize,
        films: &[&Film],
        mut tell: impl FnMut(Step, usize) -> Result<()>,
    ) -> Result<()> {
        let Settings {
            seed, batch_size, ..
        } = *settings;
        let recipe = self.recipe.clone();
        let teachers = self.teachers.clone();
        let order = order(films, &recipe, &mut rng(seed, Purpose::Order, epoch));
        let steps = order.len().div_ceil(batch_size) as f64;
        let mut done = 0.0;
        let mut augmentation = rng(seed, Purpose::Augmentation, epoch);
        let mut dropout = rng(seed, Purpose::Dropout, epoch);
        let mut batches = order
            .chunks(batch_size)
            .map(|films| Batch::augmented(films, &recipe, &teachers, &mut augmentation));
        let mut current = batches.next();
        while let Some(batch) = current {
            let batch = batch?;
            // By epochs, since those of a recipe that repeats films are not all as long.
            let progress = ((epoch - 1) as f64 + done / steps) / settings.epochs as f64;
            let rate = settings.learning_rate * recipe.schedule.factor(progress);
            let (step, next) =
                rayon::join(|| self.step(&batch, rate, &mut dropout), || batches.next());
            tell(step?, order.len())?;
            done += 1.0;
            current = next;
        }
        Ok(())
    }

    fn step(&mut self, batch: &Batch, rate: f64, dropout: &mut impl Rng) -> Result<Step> {
        let drop = Some((&self.recipe.dropout, dropout));
        let pass = self.network.forward(&batch.inputs, drop)?;
        let loss = binary_cross_entropy(&pass.logits, &batch.labels)?;
        let decay = self.recipe.weight_decay;
        self.adam
            .step(&self.parameters, &loss.backward()?, rate, decay)?;
        for (stage, moments) in &pass.moments {
            self.parameters.update_statistics(*stage, moments)?;
        }
        if let Some(average) = &mut self.average {
            average.update(&self.parameters.detached()?)?;
        }
        let logits = pass.logits.to_vec1::<f32>()?;
        let right = |(logit, pneumonia): &(&f32, &bool)| (**logit >= 0.0) == **pneumonia;
        Ok(Step {
            films: logits.len(),
            loss: f64::from(loss.to_scalar::<f32>()?),
            correct: logits.iter().zip(&batch.pneumonia).filter(right).count(),
        })
    }
}

/// The films of an epoch: each once, or where detail shall not tell the class those more often whose detail is rare in
/// theirs; and as many, or as many of each class.
fn order<'a>(films: &[&'a Film], recipe: &Recipe, rng: &mut impl Rng) -> Vec<&'a Film> {
    let mut order: Vec<&Film> = if recipe.unlinked > 1.0 {
        // On average a film is taken as often as its weight says.
        let weights = detail::weights(films, recipe.unlinked).into_iter();
        let times = weights.map(|weight| (weight + rng.random::<f32>()) as usize);
        let repeated = films.iter().zip(times);
        repeated
            .flat_map(|(&film, times)| repeat_n(film, times))
            .collect()
    } else {
        films.to_vec()
    };
    order.shuffle(rng);
    if recipe.balanced {
        let (pneumonia, normal): (Vec<_>, Vec<_>) = order.iter().partition(|film| film.pneumonia);
        let alternating = pneumonia.iter().cycle().zip(normal.iter().cycle());
        let both = alternating.flat_map(|(&pneumonia, &normal)| [pneumonia, normal]);
        order = both.take(order.len()).collect();
        order.shuffle(rng);
    }
    order
}

/// Films to learn from in one step.
struct Batch {
    /// `[batch, 1, 128, 128]`
    inputs: Tensor,
    /// `[batch]`, from 0 to 1.
    labels: Tensor,
    pneumonia: Vec<bool>,
}

impl Batch {
    fn augmented(
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
    use crate::dataset::tests_support::{film, striped};

    fn films(normal: usize, pneumonia: usize) -> Vec<Film> {
        let normal = (0..normal).map(|n| film(&format!("IM-{n:04}-0001.jpeg"), false));
        let pneumonia = (0..pneumonia).map(|n| film(&format!("person{n}_virus_1.jpeg"), true));
        normal.chain(pneumonia).collect()
    }

    #[test]
    fn an_epoch_takes_each_film_once_or_as_many_of_each_class() {
        let films = films(10, 30);
        let films: Vec<&Film> = films.iter().collect();
        let mut rng = rng(1, Purpose::Order, 1);
        let recipe = |balanced| Recipe {
            balanced,
            ..Recipe::original()
        };
        let names = |order: &[&Film]| {
            let mut names: Vec<String> = order.iter().map(|film| film.name.clone()).collect();
            names.sort();
            names
        };
        assert_eq!(
            names(&order(&films, &recipe(false), &mut rng)),
            names(&films)
        );
        let balanced = order(&films, &recipe(true), &mut rng);
        assert_eq!(balanced.iter().filter(|film| film.pneumonia).count(), 20);
        assert_eq!(balanced.len(), 40);
        // Each normal film twice, no film with pneumonia more than once.
        for film in films {
            let times = balanced
                .iter()
                .filter(|other| other.name == film.name)
                .count();
            assert!(
                if film.pneumonia {
                    times <= 1
                } else {
                    times == 2
                },
                "{}: {times}",
                film.name
            );
        }
    }

    #[test]
    fn an_epoch_takes_a_film_with_the_other_class_s_detail_several_times() {
        // Normal films are sharp and others soft, but for the first of each class.
        let films = films(100, 100).into_iter().enumerate().map(|(at, film)| {
            let sharp = film.pneumonia == (at % 100 == 0);
            striped(&film, if sharp { 0.3 } else { 0.1 } + at as f32 * 1e-4)
        });
        let films: Vec<Film> = films.collect();
        let films: Vec<&Film> = films.iter().collect();
        let recipe = Recipe {
            unlinked: 6.0,
            ..Recipe::original()
        };
        let order = order(&films, &recipe, &mut rng(1, Purpose::Order, 1));
        for (at, film) in films.iter().enumerate() {
            let times = order.iter().filter(|other| other.name == film.name).count();
            assert!(
                times >= 1 && (times > 3) == (at % 100 == 0),
                "{}: {times}",
                film.name
            );
        }
    }

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
        let films = films(2, 2);
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
