//! A network in training: its variables, its optimiser, and the training steps.

mod batch;
pub mod training_set;

use crate::network::TrainableCnn;
use crate::network::loss::{binary_cross_entropy, sigmoid};
use candle_core::Tensor;
use pneumonia_cnn::network::Weights;
use rand::Rng;

use self::batch::Batch;
use self::training_set::TrainingSet;
use crate::adam::Adam;
use crate::average::Average;
use crate::dataset::LabelledFilm;
use crate::parallel::join;
use crate::parameters::Parameters;
use crate::recipe::Recipe;
use crate::rng::{Purpose, rng};
use crate::settings::Settings;
use crate::{Error, Result};

pub struct Learner {
    pub parameters: Parameters,
    pub adam: Adam,
    pub average: Option<Average>,
    recipe: Recipe,
    /// Shares its tensors with `parameters`.
    network: TrainableCnn,
}

/// Metrics of a step, computed before its update.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub films: usize,
    /// The settings' learning rate, scaled by the recipe's schedule.
    pub learning_rate: f64,
    /// Mean over the films.
    pub loss: f64,
    /// Films classified correctly at a probability of one half.
    pub correct: usize,
}

impl Learner {
    /// Starts with new parameters.
    pub fn new(recipe: Recipe, seed: u64) -> Result<Self> {
        let parameters = Parameters::initialise(&mut rng(seed, Purpose::Initialisation, 0))?;
        let adam = Adam::new(&parameters);
        let average = recipe.averaging;
        let average = average.map(|decay| Average::new(&parameters.detached()?, decay));
        let average = average.transpose()?;
        Self::resume(recipe, parameters, adam, average)
    }

    /// Resumes from a learner's saved state.
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
            network,
        })
    }

    /// The weights to use: the running average, or the latest weights if the recipe has none.
    pub fn weights(&self) -> Result<Weights> {
        match &self.average {
            Some(average) => average.weights(),
            None => self.parameters.detached(),
        }
    }

    /// Trains on `films` for epoch `epoch` (from 1), which seeds their order and augmentation. Reports each step to
    /// `tell`, with the number of films in the epoch. While one batch is trained on, the next is augmented.
    ///
    /// # Errors
    /// When the loss is not finite.
    pub fn epoch(
        &mut self,
        settings: &Settings,
        epoch: usize,
        films: &TrainingSet,
        mut tell: impl FnMut(Step, usize),
    ) -> Result<()> {
        let Settings {
            seed,
            mut batch_size,
            ..
        } = *settings;
        let recipe = self.recipe.clone();
        let mut order = films.epoch(&mut rng(seed, Purpose::Order, epoch));
        if recipe.consistency.is_some() {
            let films = (batch_size / 2).max(1);
            batch_size = 2 * films;
            order = twice_a_batch(&order, films);
        }
        let steps = order.len().div_ceil(batch_size) as f64;
        let mut done = 0.0;
        let mut augmentation = rng(seed, Purpose::Augmentation, epoch);
        let mut dropout = rng(seed, Purpose::Dropout, epoch);
        let mut batches = order
            .chunks(batch_size)
            .map(|films| Batch::augmented(films, &recipe, &mut augmentation));
        let mut current = batches.next();
        while let Some(batch) = current {
            let batch = batch?;
            // Counted in epochs, because their lengths differ in recipes that repeat films.
            let progress = ((epoch - 1) as f64 + done / steps) / settings.epochs as f64;
            let rate = settings.learning_rate * recipe.schedule.factor(progress);
            let (step, next) = join(|| self.step(batch, rate, &mut dropout), || batches.next());
            let step = step?;
            if !step.loss.is_finite() {
                return Err(Error::Diverged {
                    epoch,
                    learning_rate: rate,
                });
            }
            tell(step, order.len());
            done += 1.0;
            current = next;
        }
        Ok(())
    }

    fn step(&mut self, batch: Batch, rate: f64, dropout: &mut impl Rng) -> Result<Step> {
        let drop = self.recipe.dropout.as_ref().map(|rates| (rates, dropout));
        let pass = self.network.forward(&batch.inputs, drop)?;
        let labels = match self.recipe.consistency {
            Some(weight) => consistent(&batch.labels, &pass.logits, weight)?,
            None => batch.labels,
        };
        let loss = binary_cross_entropy(&pass.logits, &labels)?;
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
            learning_rate: rate,
            loss: f64::from(loss.to_scalar::<f32>()?),
            correct: logits.iter().zip(&batch.pneumonia).filter(right).count(),
        })
    }
}

/// `order` in batches of `films` films, each followed by the same films again as the batch's second half.
fn twice_a_batch<'a>(order: &[&'a LabelledFilm], films: usize) -> Vec<&'a LabelledFilm> {
    let batches = order.chunks(films);
    batches.flat_map(|films| [films, films].concat()).collect()
}

/// `labels` moved by `weight` towards the probabilities of the same films in the other half of the batch; all are
/// `[batch]`. No gradient flows through these probabilities, so each prediction moves towards the other (consistency
/// training; Sajjadi, Javanmardi and Tasdizen 2016).
fn consistent(labels: &Tensor, logits: &Tensor, weight: f32) -> candle_core::Result<Tensor> {
    let films = logits.elem_count() / 2;
    let weight = f64::from(weight);
    let probabilities = sigmoid(&logits.detach())?;
    let first = probabilities.narrow(0, 0, films)?;
    let second = probabilities.narrow(0, films, films)?;
    (labels * (1.0 - weight))? + (Tensor::cat(&[second, first], 0)? * weight)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;
    use crate::recipe::Schedule;

    #[test]
    fn the_learning_rate_follows_epochs_however_many_films_each_takes() {
        let films = ["a", "b", "c", "d"].map(|name| film(name, name > "b"));
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let recipe = Recipe {
            schedule: Schedule::Cosine { warm_up: 0.0 },
            ..Recipe::original()
        };
        let settings = Settings {
            epochs: 4,
            seed: 1,
            ..Settings::of_the_original(1)
        };
        let mut learner = Learner::new(recipe.clone(), 1).unwrap();
        let mut rates = |epoch, films: &[&LabelledFilm]| {
            let mut rates = Vec::new();
            let tell = |step: Step, _| {
                rates.push(step.learning_rate / settings.learning_rate);
            };
            let films = TrainingSet::new(films, &recipe);
            learner.epoch(&settings, epoch, &films, tell).unwrap();
            rates
        };
        let half_wave = |progress: f64| 0.5 * (1.0 + (progress * std::f64::consts::PI).cos());
        for (epoch, taken) in [(1, 4), (2, 2), (4, 4)] {
            let rates = rates(epoch, &films[..taken]);
            assert_eq!(rates.len(), taken);
            for (step, rate) in rates.into_iter().enumerate() {
                let begun = (epoch - 1) as f64 + step as f64 / taken as f64;
                let expected = half_wave(begun / 4.0);
                assert!((rate - expected).abs() < 1e-12, "{epoch}, {step}: {rate}");
            }
        }
    }

    #[test]
    fn consistency_training_shows_each_film_twice_per_batch() {
        let films = ["a", "b", "c"].map(|name| film(name, false));
        let order: Vec<&LabelledFilm> = films.iter().collect();
        let names = twice_a_batch(&order, 2).into_iter().map(|film| &film.name);
        let expected = [0, 1, 0, 1, 2, 2].map(|at| &films[at].name);
        assert_eq!(names.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn targets_blend_the_label_with_the_other_views_prediction() {
        let tensor = |values: [f32; 4]| Tensor::new(&values, &candle_core::Device::Cpu).unwrap();
        let odds = |probability: f32| (probability / (1.0 - probability)).ln();
        let logits = tensor([0.9, 0.2, 0.6, 0.4].map(odds));
        let labels = tensor([1.0, 0.0, 1.0, 0.0]);
        let found = consistent(&labels, &logits, 0.75)
            .unwrap()
            .to_vec1::<f32>()
            .unwrap();
        for (found, expected) in found.iter().zip([0.7, 0.3, 0.925, 0.15]) {
            assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
        }
    }
}
