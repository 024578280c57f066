//! Classifies chest X-rays as pneumonia or normal.
//!
//! Films go through the same pipeline in the trainer, on the command line and in the browser:
//!
//! ```text
//! file bytes ─ radiograph ─▶ grey image ─ input ─▶ 128×128 ─ network ─▶ logit ─ reading ─▶ verdict
//! ```
//!
//! `metrics` compares the verdicts with the ground truth, `svg` draws the curves, and `csv` reads and writes tables.
//!
//! The modules named so far depend on neither the page nor the trainer. `worker` runs the pipeline off the page's main
//! thread, `page` holds what the page decides without a browser, and `ui` is the page.

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
