//! At which operating point and for which prevalence films are judged: one choice for the whole page. A reading carries
//! probabilities only, so that a change shows in every card at once, without reading again.
//!
//! ```text
//! terms       the choice, and what a reading says by it
//! panel       where it is made
//! roc_curve   what there is to choose from, drawn
//! ```

mod panel;
mod roc_curve;
mod terms;

pub use panel::OperatingPointPanel;
pub use roc_curve::RocCurve;
pub use terms::{Choice, Judgement, Terms};
