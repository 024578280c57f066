//! Tells chest X-rays with pneumonia from those without.
//!
//! A film takes the same way in the trainer, on the command line and in the browser:
//!
//! ```text
//! file bytes ─ radiograph ─▶ grey picture ─ input ─▶ 128×128 ─ network ─▶ logit ─ reading ─▶ verdict
//! ```
//!
//! `metrics` judges such verdicts by what is true, `svg` draws the curves, and `csv` writes tables.
//!
//! The rooms before `worker` know neither the page nor the trainer. `worker` runs the way above off the
//! page's main thread, and `ui` is the page.

pub mod change;
pub mod csv;
pub mod error;
pub mod input;
pub mod metrics;
pub mod network;
pub mod page;
pub mod radiograph;
pub mod reading;
pub mod svg;
pub mod worker;

#[cfg(target_arch = "wasm32")]
pub mod ui;

pub use error::{Error, Result};
