//! A network that learns: its variables, its optimiser, and the steps that improve it.

mod batch;
pub mod training_set;

use anyhow::Result;
use pneumonia_cnn::network::Weights;
use pneumonia_cnn::network::training::TrainableCnn;
use pneumonia_cnn::network::training::loss::binary_cross_entropy;
use rand::Rng;

use self::batch::Batch;
use self::training_set::TrainingSet;
use crate::adam::Adam;
use crate::average::Average;
use crate::parameters::Parameters;
use crate::recipe::Recipe;
use crate::rng::{Purpose, rng};
use crate::settings::Settings;

pub struct Learner {
    pub parameters: Parameters,
    pub adam: Adam,
    pub average: Option<Average>,
    recipe: Recipe,
    /// Shares its tensors with `parameters`.
    network: TrainableCnn,
}

/// What a step showed of its films before it changed the network.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub films: usize,
    /// The settings' one, as far as the recipe lets it be there at this point of the run.
    pub learning_rate: f64,
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
            network,
        })
    }

    /// The weights to use: the running mean, or where the recipe has none the last.
    pub fn weights(&self) -> Result<Weights> {
        match &self.average {
            Some(average) => average.weights(),
            None => self.parameters.detached(),
        }
    }

    /// Learns from `films` in the order and with the changes that epoch `epoch` (from 1) draws, and tells of each step, and
    /// how many films all steps of the epoch take. While one batch is learnt, the next is augmented.
    pub fn epoch(
        &mut self,
        settings: &Settings,
        epoch: usize,
        films: &TrainingSet,
        mut tell: impl FnMut(Step, usize) -> Result<()>,
    ) -> Result<()> {
        let Settings {
            seed, batch_size, ..
        } = *settings;
        let recipe = self.recipe.clone();
        let order = films.epoch(&mut rng(seed, Purpose::Order, epoch));
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
            learning_rate: rate,
            loss: f64::from(loss.to_scalar::<f32>()?),
            correct: logits.iter().zip(&batch.pneumonia).filter(right).count(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Film;
    use crate::dataset::tests_support::film;
    use crate::recipe::Schedule;

    #[test]
    fn the_learning_rate_follows_epochs_however_many_films_each_takes() {
        let films = ["a", "b", "c", "d"].map(|name| film(name, name > "b"));
        let films: Vec<&Film> = films.iter().collect();
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
        let mut rates = |epoch, films: &[&Film]| {
            let mut rates = Vec::new();
            let tell = |step: Step, _| {
                rates.push(step.learning_rate / settings.learning_rate);
                Ok(())
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
}
