//! Weights for the commands that read films: from a file, or the shipped weights.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use pneumonia_cnn::reading::Reader;

/// The weights that the page ships, embedded so that the program needs no other file.
const SHIPPED: &[u8] = include_bytes!("../../../model/pneumonia-cnn.safetensors");

/// Loads `path`, or the shipped weights.
pub fn load(path: Option<&Path>) -> Result<Reader> {
    let Some(path) = path else {
        return Ok(Reader::from_safetensors(SHIPPED)?);
    };
    let bytes = fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    Reader::from_safetensors(&bytes).with_context(|| path.display().to_string())
}

/// The tensors of the shipped weights.
pub fn shipped() -> pneumonia_cnn::Result<pneumonia_cnn::network::Weights> {
    pneumonia_cnn::network::Weights::from_safetensors(SHIPPED)
}
