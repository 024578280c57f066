//! The page's logic that needs no browser: compiled and tested natively, displayed by `ui`.
//!
//! ```text
//! film          a film in the list: its label, its progress and its outcome
//! film_files    which files in a folder are films, and which label the folder implies
//! judgement     what a reading means at an operating point
//! tally         how many films are waiting, being read and done
//! worklist      which films the list shows, and in which order
//! list_scroll   which rows of the list are rendered, and what its keys do
//! label_table   labels from a table
//! cases         which films count towards an evaluation
//! export        all answers as a table
//! viewport      the position and orientation of a film in its viewer
//! commands      the viewer's commands and their keys
//! heat_map      a heat map described in words
//! numbers       number formatting
//! ```

pub mod cases;
pub mod commands;
pub mod export;
pub mod film;
pub mod film_files;
pub mod heat_map;
pub mod judgement;
pub mod label_table;
pub mod list_scroll;
pub mod numbers;
pub mod tally;
pub mod viewport;
pub mod worklist;

#[cfg(test)]
mod tests_support;
