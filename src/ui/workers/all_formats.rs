//! The program that reads films of all formats. It is loaded when the page is ready, so that a first visit does not
//! wait for decoders that few films need.

use super::download::{Meter, download_program};
use super::link::{WorkerProgram, WorkerScript};
use futures::future::{LocalBoxFuture, Shared};
use futures::{FutureExt, try_join};
use std::cell::RefCell;
use std::rc::Rc;

const SCRIPT: &str = "worker-all-formats.js";
const WASM: &str = "worker-all-formats_bg.wasm";

type Loading = Shared<LocalBoxFuture<'static, Result<Rc<WorkerProgram>, String>>>;

/// The program, or its download.
#[derive(Default)]
pub struct AllFormats(RefCell<Option<Loading>>);

impl AllFormats {
    /// The program, or a sentence that says why it could not be loaded. Starts the download if it has not started yet
    /// or has failed.
    pub async fn load(&self) -> Result<Rc<WorkerProgram>, String> {
        let loading = self.download();
        loading.await
    }

    fn download(&self) -> Loading {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(loading) if !matches!(loading.peek(), Some(Err(_))) => loading.clone(),
            _ => last.insert(program().boxed_local().shared()).clone(),
        }
    }
}

async fn program() -> Result<Rc<WorkerProgram>, String> {
    let unseen = Meter::new(2, &|_| ());
    let files = try_join!(
        WorkerScript::load(SCRIPT, &unseen),
        download_program(WASM, &unseen)
    );
    match files {
        Ok((script, module)) => Ok(Rc::new(WorkerProgram { script, module })),
        Err(error) => Err(error.to_string()),
    }
}
