//! The page's end of its workers.
//!
//! ```text
//! start.js     asks for the files that reading needs before the page's program is there
//! download     files from the page's own folder
//! link         a running worker, with questions and answers
//! resources    what a worker that reads is made of
//! decoder      a worker that decodes rare formats, and all formats at full depth
//! ```

mod decoder;
mod download;
mod link;
mod resources;

pub use decoder::{Decode, Decoder, DecoderProgram};
pub use download::{Meter, Progress, READER_FILES, download, download_program};
pub use link::{Died, RunningWorker, WorkerProgram, WorkerScript};
pub use resources::{ReaderLink, WorkerResources, out_of_turn, try_weights};
