//! Prints the contents of a weights file.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use pneumonia_cnn::network::architecture::{self, Role};

use crate::data::weights;

/// Print a weights file's architecture, parameters and metadata.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Weights file (safetensors) [default: the shipped weights]
    #[arg(value_name = "FILE")]
    weights: Option<PathBuf>,
}

/// Runs `trainer info`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let reader = weights::load(arguments.weights.as_deref())?;
    println!("{:<22} {:<16} {:>10}", "tensor", "shape", "parameters");
    for tensor in architecture::tensors() {
        let kind = match tensor.role {
            Role::RunningMean | Role::RunningVariance => "  (statistic, not trained)",
            _ => "",
        };
        let shape = format!("{:?}", tensor.shape);
        println!(
            "{:<22} {shape:<16} {:>10}{kind}",
            tensor.name,
            tensor.elements()
        );
    }
    println!(
        "{} trainable parameters\n",
        architecture::trainable_parameters()
    );
    let gate = &reader.metadata().gate;
    println!("{} gate parameters\n", gate.parameters());
    let mut metadata = serde_json::to_value(reader.metadata())?;
    // Print only the gate's threshold, not its thousands of weights.
    metadata["gate"] = serde_json::json!({ "threshold": gate.threshold });
    println!("{}", serde_json::to_string_pretty(&metadata)?);
    Ok(())
}
