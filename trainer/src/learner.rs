//! A network that learns: its variables, its optimiser, and the steps that improve it.

use anyhow::Result;
use candle_core::{Device, Tensor};
use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::network::training::TrainableCnn;
use pneumonia_cnn::network::training::loss::binary_cross_entropy;
use rand::Rng;
use rayon::prelude::*;

use crate::adam::Adam;
use crate::augment::Augmentation;
use crate::dataset::Film;
use crate::parameters::Parameters;

pub struct Learner {
    pub parameters: Parameters,
    pub adam: Adam,
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
    pub fn new(parameters: Parameters, adam: Adam) -> Result<Self> {
        let network = TrainableCnn::new(&parameters.live()?)?;
        Ok(Self {
            parameters,
            adam,
            network,
        })
    }

    /// Learns from each batch in turn, and tells of each step. While one batch is learnt, the next is
    /// augmented.
    pub fn learn<'a>(
        &mut self,
        batches: impl Iterator<Item = &'a [&'a Film]> + Send,
        augmentation: &mut (impl Rng + Send),
        dropout: &mut (impl Rng + Send),
        mut tell: impl FnMut(Step) -> Result<()>,
    ) -> Result<()> {
        let mut batches = batches.map(|films| Batch::augmented(films, augmentation));
        let mut current = batches.next();
        while let Some(batch) = current {
            let batch = batch?;
            let (step, next) = rayon::join(|| self.step(&batch, dropout), || batches.next());
            tell(step?)?;
            current = next;
        }
        Ok(())
    }

    fn step(&mut self, batch: &Batch, dropout: &mut impl Rng) -> Result<Step> {
        let pass = self.network.forward(&batch.inputs, Some(dropout))?;
        let loss = binary_cross_entropy(&pass.logits, &batch.labels)?;
        self.adam.step(&self.parameters, &loss.backward()?)?;
        for (stage, moments) in &pass.moments {
            self.parameters.update_statistics(*stage, moments)?;
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

/// Films to learn from in one step.
struct Batch {
    /// `[batch, 1, 128, 128]`
    inputs: Tensor,
    /// `[batch]`, 0 or 1.
    labels: Tensor,
    pneumonia: Vec<bool>,
}

impl Batch {
    fn augmented(films: &[&Film], rng: &mut impl Rng) -> Result<Self> {
        let draws: Vec<_> = films.iter().map(|_| Augmentation::draw(rng)).collect();
        let mut pixels = vec![0f32; films.len() * SIZE * SIZE];
        pixels
            .par_chunks_exact_mut(SIZE * SIZE)
            .zip(films.par_iter().zip(draws))
            .for_each(|(pixels, (film, draw))| draw.apply(film.input.pixels(), pixels));
        let pneumonia: Vec<bool> = films.iter().map(|film| film.pneumonia).collect();
        let labels = pneumonia.iter().map(|&label| f32::from(u8::from(label)));
        Ok(Self {
            inputs: Tensor::from_vec(pixels, (films.len(), 1, SIZE, SIZE), &Device::Cpu)?,
            labels: Tensor::from_iter(labels, &Device::Cpu)?,
            pneumonia,
        })
    }
}
