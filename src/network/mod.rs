//! The network: 128×128 grey values → one logit, positive for pneumonia.
//!
//! ```text
//! architecture   the names and shapes of the tensors
//! model          the network that reads films
//! gate           a small network that rejects everything but frontal chest films
//! weights        the tensors of the safetensors file
//! metadata       its metadata
//! card           the prose of the model card
//! cpu            plain slices of candle's tensors
//! ```
//!
//! The arithmetic of a convolution stage, which inference and training share, is in the crate [`pneumonia_kernels`].
//!
//! `tests/golden.rs` checks the network against an independent implementation. The trainable network is in the crate
//! `learning`, whose tests show that the two are equivalent.

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
