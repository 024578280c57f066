//! What a worker that reads is made of, and how it gets its network.

use super::decoder::DecoderProgram;
use super::link::{Died, RunningWorker, WorkerLink, WorkerProgram};
use crate::network::weights::MAX_FILE_BYTES;
use crate::worker::answers::Model;
use crate::worker::messages::{FromWorker, ToWorker};
use js_sys::{Array, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Everything that a worker needs, in memory; what few films need may still be on its way.
pub struct WorkerResources {
    pub program: Rc<WorkerProgram>,
    /// A worker that waits for its program already.
    pub first_worker: Cell<Option<RunningWorker>>,
    pub weights: Uint8Array,
    pub decoder: Rc<DecoderProgram>,
}

/// To a worker that reads.
pub type ReaderLink = WorkerLink<ToWorker, FromWorker>;

impl WorkerResources {
    /// A worker that has its weights; or, in the inner `Err`, why the weights can't be used.
    pub async fn start(&self) -> Result<Result<(ReaderLink, Arc<Model>), Vec<String>>, Died> {
        let mut link = match self.first_worker.take() {
            Some(worker) => ReaderLink::new(worker, &self.program)?,
            None => ReaderLink::start(&self.program)?,
        };
        let prepared = prepare(&mut link, &self.weights).await?;
        Ok(prepared.map(|model| (link, model)))
    }
}

/// Gives a worker its weights; in the inner `Err`, why it can't use them.
async fn prepare(
    link: &mut ReaderLink,
    weights: &Uint8Array,
) -> Result<Result<Arc<Model>, Vec<String>>, Died> {
    // Not transferred: the next worker needs the same weights.
    let weights = ToWorker::Weights(weights.clone());
    match link.ask(&weights, &Array::new()).await? {
        FromWorker::Prepared(model) => Ok(Ok(Arc::from(model))),
        FromWorker::WeightsRefused(sentences) => Ok(Err(sentences)),
        _ => Err(out_of_turn()),
    }
}

/// The end of a worker that answered what it was not asked.
pub fn out_of_turn() -> Died {
    Died("it answered out of turn".into())
}

/// A weights file's bytes, if a worker can read films with them; otherwise why not. A worker of its own tries, so that
/// the network in use stays until the other is known to work.
pub async fn try_weights(program: &WorkerProgram, file: &Blob) -> Result<Uint8Array, Vec<String>> {
    // Before the file is read: it may be larger than the memory.
    if file.size() > MAX_FILE_BYTES as f64 {
        return Err(vec![format!(
            "The file has {:.0} MB; this network's weights take a fifth of one.",
            file.size() / 1e6
        )]);
    }
    let Ok(bytes) = JsFuture::from(file.array_buffer()).await else {
        return Err(vec![
            "The browser could not open this file. Choose it again.".into(),
        ]);
    };
    let bytes = Uint8Array::new(&bytes);
    let trial = async {
        let mut link = ReaderLink::start(program)?;
        prepare(&mut link, &bytes).await
    };
    match trial.await {
        Ok(Ok(_)) => Ok(bytes),
        Ok(Err(sentences)) => Err(sentences),
        Err(Died(reason)) => Err(vec![format!(
            "The reader stopped when it loaded this file ({reason})."
        )]),
    }
}
