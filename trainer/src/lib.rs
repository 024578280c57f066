//! The commands of `trainer`: makes the weights that the page loads, and reads films natively.
//!
//! ```text
//! data       films and weights, from files and to files
//! commands   one for each of the command line
//! report     what `evaluate --report` writes
//! perturb    films changed as hospitals and programs change them
//! progress   progress bars
//! ```
//!
//! How a network learns is the crate [`learning`].

pub mod commands;
pub mod data;
pub mod perturb;
mod progress;
mod report;
