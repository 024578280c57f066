//! The page's connections to its workers.
//!
//! ```text
//! start.js      requests the files that reading needs, before the page's program is loaded
//! download      downloads files from the page's own folder
//! link          a running worker, with questions and answers
//! all_formats   the program that reads all formats, which is loaded later
//! resources     what a worker needs to start
//! ```

mod all_formats;
mod download;
mod link;
mod resources;

pub use download::{DownloadProgress, Meter, READER_FILES, download, download_program};
pub use link::{Died, RunningWorker, WorkerLink, WorkerProgram, WorkerScript};
pub use resources::{WorkerResources, try_weights, unexpected_answer};
