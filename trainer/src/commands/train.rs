//! Trains the network on a folder of films and writes the weights into another.

mod checkpoint;
mod history;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use learning::dataset::{self, LabelledFilm};
use learning::learner::Learner;
use learning::learner::training_set::TrainingSet;
use learning::recipe::Selection;
use learning::settings::Settings;
use learning::split::{Split, patients};
use learning::stress_tests::{DECISIVE, Predictions, REPORTED, StressTests};
use learning::validation::{self, ScoredFilms};
use learning::{calibration, gate, operating_points};
use pneumonia_cnn::metrics;
use pneumonia_cnn::network::architecture;
use pneumonia_cnn::network::metadata::{Architecture, Counts, Metadata, Training};
use pneumonia_cnn::network::{Gate, Weights};

use self::checkpoint::Progress;
use self::history::Epoch;
use self::settings::{Inputs, SettingsArguments, command};
use crate::data::files::write_atomically;
use crate::data::films::Films;
use crate::data::pictures;
use crate::progress;

/// Train the network on a folder of films.
///
/// Writes into the folder RUN: best.safetensors (the last weights, or with the original recipe those with the lowest
/// validation loss), last.safetensors, history.csv, curves.svg, and checkpoint.safetensors for --resume. Stopping it at
/// any time (Ctrl-C, kill -9) loses at most the current epoch. The same films, settings and seed give the same bytes.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    #[command(flatten)]
    films: Films,
    /// Folder for the results, created if missing
    #[arg(long, value_name = "RUN")]
    out: PathBuf,
    /// Folder of images that are not frontal chest films, with one subfolder per kind; the "cannot assess" gate is
    /// trained on these and on synthetic images
    #[arg(long, value_name = "DIR")]
    others: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingsArguments,
    /// Resume the run in RUN after its last finished epoch, with the same settings (only the original recipe allows
    /// more --epochs)
    #[arg(long)]
    resume: bool,
}

/// Runs `trainer train`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let Arguments {
        films,
        others,
        out,
        settings,
        resume,
    } = arguments;
    let settings = &Settings::from(settings);
    check_folder(out, *resume)?;
    let others = match others {
        Some(folder) => pictures::by_folder(folder)?,
        None => Vec::new(),
    };
    let labelled = films.load()?;
    let inputs = Inputs {
        shapes: films.shapes.is_some(),
        others: !others.is_empty(),
    };
    let films = &labelled.films;
    let split = Split::by_patient(films, settings.validation_fraction, settings.seed)?;
    let of = |indices: &[usize]| indices.iter().map(|&index| &films[index]).collect();
    let (training, validation): (Vec<&LabelledFilm>, Vec<&LabelledFilm>) =
        (of(&split.training), of(&split.validation));
    describe("training", &training);
    describe("validation", &validation);
    println!(
        "the gate: {} other images, plus synthetic ones",
        others.len()
    );
    let gate = gate::fit(&training, &validation, &others, &gate::KINDS, settings.seed)?;

    let (learner, progress) = if *resume {
        let (learner, mut progress) = checkpoint::load(out)?;
        check_same(&mut progress, settings, films)?;
        println!("going on after epoch {}", progress.history.len());
        (learner, progress)
    } else {
        let progress = Progress {
            settings: settings.clone(),
            file_list_sha256: dataset::file_list_sha256(films),
            shapes_sha256: dataset::shapes_sha256(films),
            steps: 0,
            history: Vec::new(),
        };
        (
            Learner::new(settings.recipe.recipe(), settings.seed)?,
            progress,
        )
    };
    let mut run = Run {
        folder: out,
        stress_tests: StressTests::new(films, Vec::new()),
        learning: TrainingSet::new(&training, &settings.recipe.recipe()),
        training,
        changed: validation::changed(&validation, settings),
        validation,
        gate,
        gate_pictures: others.len(),
        inputs,
        learner,
        progress,
    };
    if run.progress.history.len() >= settings.epochs {
        run.write_again()?;
    }
    while run.progress.history.len() < settings.epochs {
        run.epoch()?;
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

fn describe(side: &str, films: &[&LabelledFilm]) {
    let Counts { normal, pneumonia } = dataset::count(films.iter().copied());
    let patients = patients(films.iter().copied()).len();
    println!(
        "{side}: {normal} normal films and {pneumonia} with pneumonia, of {patients} patients"
    );
}

/// A run between two epochs.
struct Run<'a> {
    folder: &'a Path,
    training: Vec<&'a LabelledFilm>,
    /// The training films, each repeated as the recipe prescribes.
    learning: TrainingSet<'a>,
    validation: Vec<&'a LabelledFilm>,
    stress_tests: StressTests<'a>,
    /// Augmented copies of the validation films.
    changed: Vec<LabelledFilm>,
    gate: Gate,
    /// Number of images from `--others` that the gate was trained on.
    gate_pictures: usize,
    inputs: Inputs,
    learner: Learner,
    progress: Progress,
}

impl Run<'_> {
    /// Trains one epoch, validates and writes all results.
    fn epoch(&mut self) -> Result<()> {
        let started = Instant::now();
        let number = self.progress.history.len() + 1;
        let (loss, accuracy) = self.learn(number)?;
        let weights = self.learner.weights()?.rounded()?;
        let scored = validation::score(&weights, &self.validation)?;
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
        let past = &self.progress.history;
        let best = match self.selection() {
            Selection::Last => true,
            Selection::LowestValidationLoss => past
                .iter()
                .all(|past| epoch.validation_loss < past.validation_loss),
        };
        println!(
            "epoch {number}/{}: loss {loss:.4}, accuracy {accuracy:.4}; validation loss {:.4}, accuracy {:.4}, \
             AUC {:.4}{} ({:.0} s)",
            self.progress.settings.epochs,
            epoch.validation_loss,
            epoch.validation_accuracy,
            epoch.validation_auc,
            match self.selection() {
                Selection::LowestValidationLoss if best => ", the best so far",
                Selection::LowestValidationLoss | Selection::Last => "",
            },
            started.elapsed().as_secs_f64(),
        );
        self.progress.history.push(epoch);
        self.save(&weights, best, &scored)
    }

    /// Writes the results of a finished run again, with this version of the program.
    fn write_again(&mut self) -> Result<()> {
        let weights = self.learner.weights()?.rounded()?;
        let scored = validation::score(&weights, &self.validation)?;
        let best = self.selection() == Selection::Last;
        self.save(&weights, best, &scored)
    }

    fn selection(&self) -> Selection {
        let recipe = self.progress.settings.recipe.recipe();
        recipe.schedule.selection()
    }

    /// Whether the run may end with these weights. Only then are the stress tests run, which read each film many times.
    fn may_be_selected(&self) -> bool {
        match self.selection() {
            Selection::Last => self.progress.history.len() == self.progress.settings.epochs,
            Selection::LowestValidationLoss => true,
        }
    }

    /// Trains one epoch and returns its mean loss and accuracy.
    fn learn(&mut self, epoch: usize) -> Result<(f64, f64)> {
        let settings = &self.progress.settings;
        let bar = progress::bar(self.training.len(), "films");
        bar.set_prefix(format!("epoch {epoch}/{} ", settings.epochs));
        let (mut loss_sum, mut correct, mut seen) = (0.0, 0, 0);
        self.learner
            .epoch(settings, epoch, &self.learning, |step, of| {
                loss_sum += step.loss * step.films as f64;
                correct += step.correct;
                seen += step.films;
                bar.set_length(of as u64);
                bar.inc(step.films as u64);
                bar.set_message(format!(
                    ", loss {:.4}, accuracy {:.4}",
                    loss_sum / seen as f64,
                    correct as f64 / seen as f64
                ));
            })?;
        bar.finish_and_clear();
        Ok((loss_sum / seen as f64, correct as f64 / seen as f64))
    }

    /// Writes the checkpoint last: if the run is stopped before that, the epoch is repeated and writes the same bytes.
    fn save(&mut self, weights: &Weights, best: bool, scored: &ScoredFilms) -> Result<()> {
        let bytes = weights.to_safetensors(&self.metadata(weights, scored)?)?;
        write_atomically(&self.folder.join("last.safetensors"), &bytes)?;
        if best {
            write_atomically(&self.folder.join("best.safetensors"), &bytes)?;
        }
        history::write(self.folder, &self.progress.history)?;
        self.progress.steps = self.learner.adam.steps();
        checkpoint::save(self.folder, &self.learner, &self.progress)
    }

    fn metadata(&self, weights: &Weights, scored: &ScoredFilms) -> Result<Metadata> {
        let settings = &self.progress.settings;
        let calibration = calibration::calibrate(&scored.logits, &self.validation);
        let calibrated = calibration::scored(&calibration, &scored.logits, &self.validation);
        let predictions = if self.may_be_selected() {
            self.stress_tests.predict(weights, &self.validation)?
        } else {
            Predictions::default()
        };
        let stressed = |name| calibration::calibrated(&calibration, predictions.of(name));
        let changed: Vec<&LabelledFilm> = self.changed.iter().collect();
        let harder = calibration::scored(
            &calibration,
            &validation::logits(weights, &changed)?,
            &changed,
        );
        let decisive = DECISIVE.map(stressed);
        let operating_points = operating_points::operating_points(&calibrated, &decisive, &harder)?;
        let threshold = operating_points.balanced.threshold;
        let training = &self.training;
        Ok(Metadata {
            name: architecture::MODEL.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            architecture: Architecture::current(),
            calibration,
            operating_points,
            roc: operating_points::roc(&calibrated),
            gate: self.gate.clone(),
            training: Training {
                command: command(settings, self.inputs),
                seed: settings.seed,
                epochs: settings.epochs,
                epoch: self.progress.history.len(),
                batch_size: settings.batch_size,
                learning_rate: settings.learning_rate,
                validation_fraction: settings.validation_fraction,
                films: dataset::count(training.iter().copied()),
                patients: dataset::count_patients(training),
                file_list_sha256: self.progress.file_list_sha256.clone(),
                gate_pictures: self.gate_pictures,
            },
            validation: validation::figures(scored, &calibration, threshold, &self.validation),
            stress_tests: REPORTED
                .iter()
                .filter_map(|(name, source)| {
                    validation::test_result(source, &stressed(name), threshold)
                })
                .collect(),
            external: Vec::new(),
        })
    }
}

/// A resumed run gives the same bytes only with the settings and films it started with. A larger number of epochs does
/// not affect those already done, unless the learning rate depends on the length of the run.
fn check_same(progress: &mut Progress, settings: &Settings, films: &[LabelledFilm]) -> Result<()> {
    let mut began = progress.settings.clone();
    if !began.recipe.recipe().schedule.depends_on_length() {
        began.epochs = settings.epochs;
    }
    if began != *settings {
        bail!(
            "the run began with other settings ({}); give the same to resume it",
            command(&began, Inputs::default())
        );
    }
    if progress.file_list_sha256 != dataset::file_list_sha256(films)
        || progress.shapes_sha256 != dataset::shapes_sha256(films)
    {
        bail!(
            "the films or their shapes have changed since the run began; start a new run in another folder"
        );
    }
    progress.settings.epochs = settings.epochs;
    Ok(())
}
