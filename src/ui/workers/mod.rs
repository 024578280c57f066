//! The page's end of its workers.
//!
//! ```text
//! start.js      asks for the files that reading needs before the page's program is there
//! download      files from the page's own folder
//! link          a running worker, with questions and answers
//! all_formats   the program that reads all formats, which comes later
//! resources     what a worker is made of
//! ```

mod all_formats;
mod download;
mod link;
mod resources;

pub use download::{DownloadProgress, Meter, READER_FILES, download, download_program};
pub use link::{Died, RunningWorker, WorkerLink, WorkerProgram, WorkerScript};
pub use resources::{WorkerResources, out_of_turn, try_weights};
