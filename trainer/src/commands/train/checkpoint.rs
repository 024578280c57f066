//! The checkpoint: everything needed to resume a run, in one file written after each epoch.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use candle_core::{Device, Tensor};
use learning::adam::Adam;
use learning::average::Average;
use learning::learner::Learner;
use learning::parameters::Parameters;
use learning::settings::Settings;
use pneumonia_cnn::network::{Weights, architecture, weights};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use super::history::Epoch;
use crate::data::files::write_atomically;

const FILE: &str = "checkpoint.safetensors";
const ENTRY: &str = "run";
/// Prefix of the tensor names of the averaged weights.
const AVERAGE: &str = "average.";

/// The contents of a checkpoint besides its tensors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    pub settings: Settings,
    /// Hash of the film list: a run can't be resumed with other films.
    pub file_list_sha256: String,
    /// Hash of the films' aspect ratios.
    pub shapes_sha256: String,
    /// Number of optimiser steps.
    pub steps: usize,
    /// One entry per finished epoch.
    pub history: Vec<Epoch>,
}

pub fn path(run: &Path) -> PathBuf {
    run.join(FILE)
}

/// Replaces the checkpoint in the folder `run`.
pub fn save(run: &Path, learner: &Learner, progress: &Progress) -> Result<()> {
    let weights = learner.parameters.detached()?;
    let mut state = learner.adam.state()?;
    if let Some(average) = &learner.average {
        for (name, tensor) in average.weights()?.iter() {
            state.insert(format!("{AVERAGE}{name}"), tensor.clone());
        }
    }
    let state = state.iter().map(|(name, tensor)| (name.as_str(), tensor));
    let entry = (ENTRY.to_owned(), serde_json::to_string(progress)?);
    let bytes = weights::write(weights.iter().chain(state), entry)?;
    write_atomically(&path(run), &bytes)
}

/// Reads the checkpoint in the folder `run`.
pub fn load(run: &Path) -> Result<(Learner, Progress)> {
    let path = path(run);
    let bytes = fs::read(&path).with_context(|| format!("can't read {}", path.display()))?;
    parse(&bytes).with_context(|| format!("{} can't be used", path.display()))
}

fn parse(bytes: &[u8]) -> Result<(Learner, Progress)> {
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    let entry = header
        .metadata()
        .as_ref()
        .and_then(|entries| entries.get(ENTRY));
    let progress: Progress = serde_json::from_str(entry.context("it is no checkpoint of a run")?)?;

    let mut tensors = BTreeMap::new();
    for (name, view) in SafeTensors::deserialize(bytes)?.tensors() {
        if view.dtype() != safetensors::Dtype::F32 {
            bail!("tensor {name} is of type {}", view.dtype());
        }
        let values = weights::f32_values(&view);
        tensors.insert(name, Tensor::from_vec(values, view.shape(), &Device::Cpu)?);
    }
    let parameters = Parameters::from_weights(&weights(&tensors, "")?)?;
    let mut adam = Adam::new(&parameters);
    adam.restore(&tensors, progress.steps)?;
    let recipe = progress.settings.recipe.recipe();
    let average = match recipe.averaging {
        Some(decay) => {
            let mean = weights(&tensors, AVERAGE)?;
            Some(Average::restore(&mean, decay, progress.steps)?)
        }
        None => None,
    };
    let learner = Learner::resume(recipe, parameters, adam, average)?;
    Ok((learner, progress))
}

/// The network's tensors among `tensors`, with `prefix` before their names.
fn weights(tensors: &BTreeMap<String, Tensor>, prefix: &str) -> Result<Weights> {
    let mut found = BTreeMap::new();
    for spec in architecture::tensors() {
        let name = format!("{prefix}{}", spec.name);
        let tensor = tensors.get(&name);
        let tensor = tensor.with_context(|| format!("there is no tensor {name}"))?;
        found.insert(spec.name, tensor.clone());
    }
    Ok(Weights::new(found)?)
}
