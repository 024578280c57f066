//! What the page decides without a browser: compiled and tested natively, shown by `ui`.
//!
//! ```text
//! film          a film in the list: its label, how far its reading is, what became of it
//! film_files    which files of a folder are films, and what their folders say of them
//! judgement     what a reading says at an operating point
//! tally         how many films wait, are read and are done
//! worklist      which films the list shows, and in which order
//! list_scroll   which rows of the list are drawn, and where its keys go
//! label_table   labels from a table
//! cases         which films count in an evaluation
//! export        all answers as a table
//! viewport      how a film lies in its viewer
//! commands      what a viewer can do, and by which keys
//! heat_map      a heat map in words
//! numbers       numbers as the page writes them
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
