//! The network: 128×128 grey values → one logit, positive for pneumonia.
//!
//! ```text
//! architecture   which tensors there are, their names and shapes
//! model          the network that reads films
//! gate           a small network that tells which pictures can be read
//! weights        metadata               the safetensors file
//! card           what is known of the model beside figures
//! cpu            plain slices out of candle's tensors
//! ```
//!
//! The arithmetic of a convolution stage, which both networks use, is the crate [`pneumonia_kernels`].
//!
//! `tests/golden.rs` checks it against an independent implementation. The network in training is in the crate
//! `learning`, whose tests show that both are one.

pub mod architecture;
pub mod card;
pub mod cpu;
pub mod gate;
pub mod metadata;
pub mod model;
mod parallel;
pub mod weights;

pub use gate::{Gate, Unassessable};
pub use metadata::Metadata;
pub use model::PneumoniaCnn;
pub use weights::Weights;
