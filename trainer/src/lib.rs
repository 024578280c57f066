//! The `trainer` command line: trains the weights that the page loads, and reads films natively.
//!
//! ```text
//! data       reading and writing films and weights
//! commands   one module per subcommand
//! report     the output of `evaluate --report`
//! perturb    perturbations of films for the robustness tests
//! progress   progress bars
//! ```
//!
//! The training itself is in the crate [`learning`].

pub mod commands;
pub mod data;
pub mod perturb;
mod progress;
mod report;
