//! Reading and writing films and weights.
//!
//! ```text
//! films      the command-line arguments that name labelled films
//! folder     loading a folder of labelled films
//! pictures   finding and loading the images below a folder
//! weights    loading a weights file, or the shipped weights
//! files      writing files atomically
//! ```

pub mod files;
pub mod films;
pub mod folder;
pub mod pictures;
pub mod weights;
