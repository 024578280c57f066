//! What a worker needs to start, and how it gets its network.

use super::all_formats::AllFormats;
use super::link::{Died, RunningWorker, WorkerLink, WorkerProgram};
use crate::network::weights::MAX_FILE_BYTES;
use crate::worker::answers::Model;
use crate::worker::messages::{FromWorker, ToWorker};
use js_sys::Uint8Array;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Everything that a worker needs, in memory; what few films need may still be loading.
pub struct WorkerResources {
    /// Reads PNG and JPEG.
    pub program: Rc<WorkerProgram>,
    pub all_formats: Rc<AllFormats>,
    /// A worker that is already waiting for its program.
    pub first_worker: Cell<Option<RunningWorker>>,
    pub weights: Uint8Array,
}

/// A worker that can read films, and its network; or why the weights can't be used.
pub type Prepared = Result<(WorkerLink, Arc<Model>), Vec<String>>;

impl WorkerResources {
    /// A worker that reads PNG and JPEG.
    pub async fn start(&self) -> Result<Prepared, Died> {
        let link = match self.first_worker.take() {
            Some(worker) => WorkerLink::new(worker, &self.program)?,
            None => WorkerLink::start(&self.program)?,
        };
        prepare(link, &self.weights).await
    }

    /// A worker with the program that reads all formats.
    pub async fn start_for_all_formats(&self, program: &WorkerProgram) -> Result<WorkerLink, Died> {
        let prepared = prepare(WorkerLink::start(program)?, &self.weights).await?;
        let (link, _) = prepared.map_err(|sentences| Died(sentences.join(" ")))?;
        Ok(link)
    }
}

/// Gives a worker its weights.
async fn prepare(mut link: WorkerLink, weights: &Uint8Array) -> Result<Prepared, Died> {
    match link.ask(&ToWorker::Weights(weights.clone())).await? {
        FromWorker::Prepared(model) => Ok(Ok((link, Arc::from(model)))),
        FromWorker::WeightsRefused(sentences) => Ok(Err(sentences)),
        _ => Err(unexpected_answer()),
    }
}

/// For a worker whose answer does not fit the question.
pub fn unexpected_answer() -> Died {
    Died("it sent an unexpected answer".into())
}

/// A weights file's bytes, if a worker can read films with them; otherwise why not. A separate worker tries them, so
/// that the network in use stays until the new one is known to work.
pub async fn try_weights(program: &WorkerProgram, file: &Blob) -> Result<Uint8Array, Vec<String>> {
    // Checked before reading the file, which may be larger than memory.
    if file.size() > MAX_FILE_BYTES as f64 {
        return Err(vec![format!(
            "The file is {:.0} MB; this network's weights take about 0.2 MB.",
            file.size() / 1e6
        )]);
    }
    let Ok(bytes) = JsFuture::from(file.array_buffer()).await else {
        return Err(vec![
            "The browser could not open this file. Choose it again.".into(),
        ]);
    };
    let bytes = Uint8Array::new(&bytes);
    let trial = async { prepare(WorkerLink::start(program)?, &bytes).await };
    match trial.await {
        Ok(Ok(_)) => Ok(bytes),
        Ok(Err(sentences)) => Err(sentences),
        Err(Died(reason)) => Err(vec![format!(
            "The reader stopped when it loaded this file ({reason})."
        )]),
    }
}
