//! How a weights file's tensors differ from those that this network needs.

use std::fmt;

/// Faults beyond this number are counted, not listed.
const MAX_LISTED: usize = 60;

/// What is wrong with one tensor.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TensorFault {
    #[error(
        "The weights file has no tensor `{name}`, which this network needs with shape {expected:?}."
    )]
    Missing { name: String, expected: Vec<usize> },
    #[error("The weights file has a tensor `{0}` that this network does not have.")]
    Unexpected(String),
    #[error(
        "Tensor `{name}` of the weights file has shape {actual:?}; this network needs {expected:?}."
    )]
    Shape {
        name: String,
        expected: Vec<usize>,
        actual: Vec<usize>,
    },
    #[error(
        "Tensor `{name}` of the weights file has type {actual}; this network needs F32 or F16."
    )]
    Type { name: String, actual: String },
    #[error("Tensor `{name}` of the weights file holds {value}, which is {problem}.")]
    Value {
        name: String,
        value: f32,
        problem: &'static str,
    },
}

/// The faults of a file's tensors, one per faulty tensor; never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorFaults(pub Vec<TensorFault>);

impl TensorFaults {
    /// One sentence per fault; if there are too many to read, the last sentence counts the rest.
    pub fn sentences(&self) -> Vec<String> {
        let told = self.0.iter().take(MAX_LISTED);
        let mut sentences: Vec<String> = told.map(ToString::to_string).collect();
        let more = self.0.len().saturating_sub(MAX_LISTED);
        if more > 0 {
            sentences.push(format!("{more} more tensors do not match."));
        }
        sentences
    }
}

impl fmt::Display for TensorFaults {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.sentences().join(" "))
    }
}

impl From<TensorFault> for super::Error {
    fn from(fault: TensorFault) -> Self {
        Self::Tensors(TensorFaults(vec![fault]))
    }
}
