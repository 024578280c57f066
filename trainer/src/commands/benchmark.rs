//! Measures the speed of inference and training on this machine.

use std::time::Instant;

use anyhow::{Context, Result};
use candle_core::{Device, Tensor};
use candle_nn::Module;
use clap::Args;
use learning::dataset::LabelledFilm;
use learning::learner::Learner;
use learning::learner::training_set::TrainingSet;
use learning::rng::{Purpose, rng};
use learning::settings::Settings;
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::network::PneumoniaCnn;

use rand::RngExt;
use serde::Serialize;

use super::arguments::at_least_1;
use crate::data::weights;

/// Seconds of inference or training that one repeat measures.
const REPEAT_SECONDS: f64 = 1.0;

/// Measure the speed of inference and training on this machine.
///
/// The inputs are random noise, already in memory: the time hardly depends on what an image shows. Inference is the
/// forward pass alone; training uses the original recipe and includes the augmentation.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Images per forward pass or training step
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = at_least_1)]
    batch: usize,
    /// Number of threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = at_least_1)]
    threads: Option<usize>,
    /// Number of measurements, of about a second each
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = at_least_1)]
    repeats: usize,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    batch: usize,
    threads: usize,
    forward_ms_per_image: Quartiles,
    training_images_per_second: Quartiles,
}

#[derive(Clone, Copy, Serialize)]
struct Quartiles {
    median: f64,
    q1: f64,
    q3: f64,
}

/// Runs `trainer benchmark`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let threads = arguments.threads.unwrap_or_else(rayon::current_num_threads);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.build().context("can't start the threads")?;
    let figures = pool.install(|| measure(arguments, threads))?;
    if arguments.json {
        println!("{}", serde_json::to_string(&figures)?);
    } else {
        let Figures {
            forward_ms_per_image: reading,
            training_images_per_second: learning,
            ..
        } = figures;
        println!(
            "batches of {}, {threads} threads, median (quartiles) of {}:\n\
             reading   {:.3} ms an image ({:.3} to {:.3})\n\
             learning  {:.0} images/s ({:.0} to {:.0})",
            arguments.batch,
            arguments.repeats,
            reading.median,
            reading.q1,
            reading.q3,
            learning.median,
            learning.q1,
            learning.q3
        );
    }
    Ok(())
}

fn measure(arguments: &Arguments, threads: usize) -> Result<Figures> {
    let films: Vec<LabelledFilm> = (0..arguments.batch).map(film_of_noise).collect();
    let films: Vec<&LabelledFilm> = films.iter().collect();

    let network = PneumoniaCnn::new(&weights::shipped()?)?;
    let pixels: Vec<f32> = films
        .iter()
        .flat_map(|film| film.input.pixels().to_vec())
        .collect();
    let inputs = Tensor::from_vec(pixels, (films.len(), 1, SIZE, SIZE), &Device::Cpu)?;
    let reading = rates(arguments, || {
        network.forward(&inputs)?;
        Ok(1)
    })?;

    // Several steps per epoch, since each batch is augmented while the previous one is trained on.
    const STEPS: usize = 10;
    let settings = Settings::of_the_original(arguments.batch);
    let mut learner = Learner::new(settings.recipe.recipe(), settings.seed)?;
    let set = TrainingSet::new(&films.repeat(STEPS), &settings.recipe.recipe());
    let learning = rates(arguments, || {
        learner.epoch(&settings, 1, &set, |_, _| ())?;
        Ok(STEPS)
    })?;
    Ok(Figures {
        batch: arguments.batch,
        threads,
        forward_ms_per_image: quartiles(reading.iter().map(|rate| 1e3 / rate).collect()),
        training_images_per_second: quartiles(learning),
    })
}

/// Images per second in each repeat of `work`, which returns the number of batches processed.
fn rates(arguments: &Arguments, mut work: impl FnMut() -> Result<usize>) -> Result<Vec<f64>> {
    work()?;
    (0..arguments.repeats)
        .map(|_| {
            let start = Instant::now();
            let mut batches = 0;
            while start.elapsed().as_secs_f64() < REPEAT_SECONDS {
                batches += work()?;
            }
            Ok((batches * arguments.batch) as f64 / start.elapsed().as_secs_f64())
        })
        .collect()
}

fn quartiles(mut values: Vec<f64>) -> Quartiles {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (below, above) = (
            values[place.floor() as usize],
            values[place.ceil() as usize],
        );
        below + (above - below) * place.fract()
    };
    Quartiles {
        median: at(0.5),
        q1: at(0.25),
        q3: at(0.75),
    }
}

fn film_of_noise(index: usize) -> LabelledFilm {
    let mut rng = rng(1, Purpose::Order, index);
    let noise = (0..SIZE * SIZE).map(|_| rng.random::<f32>()).collect();
    let input = Input::from_pixels(noise);
    LabelledFilm::new(
        &format!("noise {index}.png"),
        index % 2 == 1,
        input,
        [0; 32],
    )
}
