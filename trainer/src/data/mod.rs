//! Films and weights, from files and to files.
//!
//! ```text
//! films      the folder of labelled films that a command names
//! folder     how it is read
//! pictures   the pictures below a folder
//! weights    the weights that a command names, or those that the page ships
//! files      writing whole files or none
//! ```

pub mod files;
pub mod films;
pub mod folder;
pub mod pictures;
pub mod weights;
