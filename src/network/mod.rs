//! The network: 128×128 grey values → one logit, positive for pneumonia.
//!
//! ```text
//! architecture   which tensors there are, their names and shapes, the dropout rates
//! model          the forward pass, in evaluation and in training
//! convolution    a stage's convolution, ReLU and max-pool as one operation with its gradients
//! batch_norm     dropout     loss       the other operations that training needs, with gradients
//! kernels        the arithmetic on plain slices that those operations do
//! weights        metadata               the safetensors file
//! ```
//!
//! Everything here is checked against finite differences in `tests/gradients.rs`, and against an
//! independent implementation in `tests/golden.rs`.

pub mod architecture;
pub mod batch_norm;
pub mod convolution;
mod cpu;
pub mod dropout;
mod kernels;
pub mod loss;
pub mod metadata;
pub mod model;
mod parallel;
pub mod weights;

pub use metadata::Metadata;
pub use model::PneumoniaCnn;
pub use weights::Weights;
