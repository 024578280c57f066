//! Training, from a folder of films to a folder with weights.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use pneumonia_cnn::network::Weights;
use pneumonia_cnn::network::architecture;
use pneumonia_cnn::network::metadata::{Architecture, Calibration, Counts, Metadata, Training};
use rand::seq::SliceRandom;

use crate::adam::Adam;
use crate::checkpoint::{self, Progress};
use crate::dataset::{self, Dataset, Film};
use crate::files::write_atomically;
use crate::history::{self, Epoch};
use crate::learner::Learner;
use crate::metrics;
use crate::parameters::Parameters;
use crate::progress;
use crate::rng::{Purpose, rng};
use crate::settings::Settings;
use crate::split::{Split, patients};
use crate::validate::{self, ScoredFilms};

/// Train the network on a folder of films.
///
/// Writes into the folder RUN: best.safetensors (the weights with the lowest validation loss), last.safetensors,
/// history.csv, curves.svg, and checkpoint.safetensors for --resume. Stopping it at any moment (Ctrl-C, kill -9)
/// loses at most the epoch that was running. The same films, settings and seed give the same bytes.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder with NORMAL/ and PNEUMONIA/ in it, or with a train/ folder that has them (as the Kaggle data set)
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Folder for the results; it is made if need be
    #[arg(long, value_name = "RUN")]
    out: PathBuf,
    #[command(flatten)]
    settings: Settings,
    /// Go on with the run in RUN after its last finished epoch (give the same settings; --epochs may grow)
    #[arg(long)]
    resume: bool,
}

/// Runs `trainer train`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let Arguments {
        data,
        out,
        settings,
        resume,
    } = arguments;
    check_folder(out, *resume)?;
    let dataset = Dataset::load(data)?;
    dataset.report_skipped();
    let films = &dataset.films;
    let split = Split::by_patient(films, settings.validation_fraction, settings.seed)?;
    let training: Vec<&Film> = split.training.iter().map(|&index| &films[index]).collect();
    let validation: Vec<&Film> = split
        .validation
        .iter()
        .map(|&index| &films[index])
        .collect();
    describe("training", &training);
    describe("validation", &validation);

    let mut run = Run::start(arguments, dataset.file_list_sha256())?;
    while run.progress.history.len() < settings.epochs {
        run.epoch(&training, &validation)?;
    }
    println!("done: {}", out.join("best.safetensors").display());
    Ok(())
}

fn check_folder(out: &Path, resume: bool) -> Result<()> {
    let checkpoint = checkpoint::path(out);
    if resume && !checkpoint.exists() {
        bail!(
            "{} has no run to resume; leave out --resume to start one",
            out.display()
        );
    }
    if !resume && checkpoint.exists() {
        bail!(
            "{} holds a run already: add --resume to go on with it, or choose another folder",
            out.display()
        );
    }
    fs::create_dir_all(out).with_context(|| format!("can't make the folder {}", out.display()))
}

fn describe(side: &str, films: &[&Film]) {
    let Counts { normal, pneumonia } = dataset::count(films.iter().copied());
    let patients = patients(films.iter().copied()).len();
    println!(
        "{side}: {normal} normal films and {pneumonia} with pneumonia, of {patients} patients"
    );
}

/// A run between two epochs.
struct Run<'a> {
    folder: &'a Path,
    learner: Learner,
    progress: Progress,
}

impl<'a> Run<'a> {
    /// A new run, or the resumed one.
    fn start(arguments: &'a Arguments, file_list_sha256: String) -> Result<Self> {
        let Arguments {
            out,
            settings,
            resume,
            ..
        } = arguments;
        let (parameters, adam, progress) = if *resume {
            let (parameters, adam, mut progress) = checkpoint::load(out)?;
            check_same(&mut progress, settings, &file_list_sha256)?;
            println!("going on after epoch {}", progress.history.len());
            (parameters, adam, progress)
        } else {
            let mut rng = rng(settings.seed, Purpose::Initialisation, 0);
            let parameters = Parameters::initialise(&mut rng)?;
            let adam = Adam::new(&parameters, settings.learning_rate);
            let settings = settings.clone();
            (
                parameters,
                adam,
                Progress {
                    settings,
                    file_list_sha256,
                    steps: 0,
                    history: Vec::new(),
                },
            )
        };
        Ok(Self {
            folder: out,
            learner: Learner::new(parameters, adam)?,
            progress,
        })
    }

    /// One pass over the training films, then everything about it is written.
    fn epoch(&mut self, training: &[&Film], validation: &[&Film]) -> Result<()> {
        let started = Instant::now();
        let number = self.progress.history.len() + 1;
        let (loss, accuracy) = self.learn(number, training)?;
        let weights = self.learner.parameters.detached()?.rounded()?;
        let scored = validate::score(&weights, validation)?;
        let epoch = Epoch {
            epoch: number,
            loss,
            accuracy,
            validation_loss: scored.loss,
            validation_accuracy: metrics::evaluate(&scored.films, 0.5)
                .accuracy
                .unwrap_or(f64::NAN),
            validation_auc: metrics::roc_auc(&scored.films).unwrap_or(f64::NAN),
        };
        let best = self
            .progress
            .history
            .iter()
            .all(|past| epoch.validation_loss < past.validation_loss);
        println!(
            "epoch {number}/{}: loss {loss:.4}, accuracy {accuracy:.4}; validation loss {:.4}, accuracy {:.4}, \
             AUC {:.4}{} ({:.0} s)",
            self.progress.settings.epochs,
            epoch.validation_loss,
            epoch.validation_accuracy,
            epoch.validation_auc,
            if best { ", the best so far" } else { "" },
            started.elapsed().as_secs_f64(),
        );
        self.progress.history.push(epoch);
        self.save(&weights, best, &scored, training, validation)
    }

    /// Trains one epoch; mean loss and accuracy over it.
    fn learn(&mut self, epoch: usize, films: &[&Film]) -> Result<(f64, f64)> {
        let Settings {
            seed,
            epochs,
            batch_size,
            ..
        } = self.progress.settings;
        let mut order: Vec<&Film> = films.to_vec();
        order.shuffle(&mut rng(seed, Purpose::Order, epoch));
        let mut augmentation = rng(seed, Purpose::Augmentation, epoch);
        let mut dropout = rng(seed, Purpose::Dropout, epoch);
        let bar = progress::bar(films.len(), "films");
        bar.set_prefix(format!("epoch {epoch}/{epochs} "));
        let (mut loss_sum, mut correct, mut seen) = (0.0, 0, 0);
        let batches = order.chunks(batch_size);
        self.learner
            .learn(batches, &mut augmentation, &mut dropout, |step| {
                if !step.loss.is_finite() {
                    bail!(
                        "the loss is no longer a number in epoch {epoch}: try a lower --learning-rate"
                    );
                }
                loss_sum += step.loss * step.films as f64;
                correct += step.correct;
                seen += step.films;
                bar.inc(step.films as u64);
                bar.set_message(format!(
                    ", loss {:.4}, accuracy {:.4}",
                    loss_sum / seen as f64,
                    correct as f64 / seen as f64
                ));
                Ok(())
            })?;
        bar.finish_and_clear();
        Ok((loss_sum / seen as f64, correct as f64 / seen as f64))
    }

    /// The checkpoint comes last: if the run is stopped before, the epoch is done again and writes the
    /// same bytes.
    fn save(
        &mut self,
        weights: &Weights,
        best: bool,
        scored: &ScoredFilms,
        training: &[&Film],
        validation: &[&Film],
    ) -> Result<()> {
        let bytes = weights.to_safetensors(&self.metadata(scored, training, validation))?;
        write_atomically(&self.folder.join("last.safetensors"), &bytes)?;
        if best {
            write_atomically(&self.folder.join("best.safetensors"), &bytes)?;
        }
        history::write(self.folder, &self.progress.history)?;
        self.progress.steps = self.learner.adam.steps();
        let Learner {
            parameters, adam, ..
        } = &self.learner;
        checkpoint::save(self.folder, parameters, adam, &self.progress)
    }

    fn metadata(&self, scored: &ScoredFilms, training: &[&Film], validation: &[&Film]) -> Metadata {
        let settings = &self.progress.settings;
        let threshold = metrics::youden_threshold(&scored.films).unwrap_or(0.5);
        Metadata {
            name: architecture::MODEL.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            architecture: Architecture::current(),
            threshold,
            calibration: Calibration::IDENTITY,
            training: Training {
                command: settings.command(),
                seed: settings.seed,
                epochs: settings.epochs,
                epoch: self.progress.history.len(),
                batch_size: settings.batch_size,
                learning_rate: settings.learning_rate,
                validation_fraction: settings.validation_fraction,
                films: dataset::count(training.iter().copied()),
                patients: dataset::count_patients(training),
                file_list_sha256: self.progress.file_list_sha256.clone(),
            },
            validation: validate::figures(scored, threshold, validation),
        }
    }
}

/// A run can only end in the same bytes when it goes on with what it began with. More epochs change nothing in
/// those already done.
fn check_same(progress: &mut Progress, settings: &Settings, file_list_sha256: &str) -> Result<()> {
    let began = Settings {
        epochs: settings.epochs,
        ..progress.settings.clone()
    };
    if began != *settings {
        bail!(
            "the run began with other settings ({}); give the same to resume it",
            began.command()
        );
    }
    if progress.file_list_sha256 != file_list_sha256 {
        bail!("the films have changed since the run began; start a new run in another folder");
    }
    progress.settings.epochs = settings.epochs;
    Ok(())
}
