//! The input of a training step: augmented films and their targets.

use candle_core::{Device, Tensor};
use pneumonia_cnn::input::SIZE;
use rand::{Rng, RngExt};

use crate::Result;
use crate::augmentation::Augmentation;
use crate::dataset::LabelledFilm;
use crate::parallel::*;
use crate::recipe::Recipe;

/// The films of one training step.
pub struct Batch {
    /// `[batch, 1, 128, 128]`
    pub inputs: Tensor,
    /// `[batch]`, from 0 to 1.
    pub labels: Tensor,
    /// The films' classes, without mixup.
    pub pneumonia: Vec<bool>,
}

impl Batch {
    /// Augments `films` with draws from `rng` and applies the recipe's mixup.
    pub fn augmented(films: &[&LabelledFilm], recipe: &Recipe, rng: &mut impl Rng) -> Result<Self> {
        let draw =
            |film: &&LabelledFilm| Augmentation::draw(&recipe.augmentation, film.aspect_ratio, rng);
        let draws: Vec<_> = films.iter().map(draw).collect();
        let mut pixels = vec![0f32; films.len() * SIZE * SIZE];
        pixels
            .par_chunks_exact_mut(SIZE * SIZE)
            .zip(films.par_iter().zip(draws))
            .for_each(|(pixels, (film, draw))| draw.apply(film.input.pixels(), pixels));
        let pneumonia: Vec<bool> = films.iter().map(|film| film.pneumonia).collect();
        let label = |&pneumonia: &bool| f32::from(u8::from(pneumonia));
        let mut labels: Vec<f32> = pneumonia.iter().map(label).collect();
        if recipe.mixup > 0.0 {
            mix(&mut pixels, &mut labels, recipe.mixup, rng);
        }
        let inputs = Tensor::from_vec(pixels, (films.len(), 1, SIZE, SIZE), &Device::Cpu)?;
        let labels = Tensor::new(labels.as_slice(), &Device::Cpu)?;
        Ok(Self {
            inputs,
            labels,
            pneumonia,
        })
    }
}

/// Mixes up to half of the batch's next film into each film, with that probability, and the same share of its label.
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
}
