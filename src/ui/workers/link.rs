//! The page's connection to one worker.

use super::download::{DownloadError, Meter, download};
use crate::worker::messages::{FromWorker, ToWorker};
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::{Array, JsString, WebAssembly};
use std::pin::pin;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

/// How long to wait for an answer. A slow phone takes a few seconds for a film of the largest allowed size.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A worker's script in memory: wasm-bindgen's, followed by the code that starts the program.
pub struct WorkerScript {
    address: String,
}

impl WorkerScript {
    /// Loads wasm-bindgen's script.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn load(path: &str, meter: &Meter<'_>) -> Result<Self, DownloadError> {
        let script = download(path, meter).await?;
        let parts = Array::of2(
            &script,
            &JsString::from(include_str!("../../worker/bootstrap.js")),
        );
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        Blob::new_with_u8_array_sequence_and_options(&parts, &options)
            .and_then(|script| Url::create_object_url_with_blob(&script))
            .map(|address| Self { address })
            .map_err(|_| DownloadError::Broken { path: path.into() })
    }
}

impl Drop for WorkerScript {
    fn drop(&mut self) {
        // Fails only for an invalid URL.
        let _ = Url::revoke_object_url(&self.address);
    }
}

/// A worker's program, kept in memory so that a restart makes no request and gets the same version.
pub struct WorkerProgram {
    pub script: WorkerScript,
    pub module: WebAssembly::Module,
}

/// The worker is no longer usable; says why.
pub struct Died(pub String);

impl Died {
    /// Message for a visitor when the worker died on a film.
    pub const ON_A_FILM: &str = "The reader stopped on this film, so there is no answer for it. \
                                 Save it as an ordinary PNG and choose that.";
}

impl From<JsValue> for Died {
    fn from(error: JsValue) -> Self {
        Self(format!("{error:?}"))
    }
}

/// A running worker, with or without its program. Dropping it terminates the worker.
pub struct RunningWorker {
    worker: Worker,
    answers: mpsc::UnboundedReceiver<Result<JsValue, Died>>,
    // The worker calls these, so they must live as long as it does.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl RunningWorker {
    /// Starts a worker, which then waits for its program.
    ///
    /// # Errors
    /// When the browser cannot create a worker.
    pub fn start(script: &WorkerScript) -> Result<Self, Died> {
        let worker = Worker::new(&script.address)?;
        let (sender, answers) = mpsc::unbounded();
        let error_sender = sender.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            // Fails only when the worker is being dropped.
            let _ = sender.unbounded_send(Ok(event.data()));
        });
        let on_error = Closure::new(move |event: web_sys::Event| {
            let reason = match event.dyn_ref::<ErrorEvent>() {
                Some(error) => error.message(),
                None => "it could not be loaded".into(),
            };
            let _ = error_sender.unbounded_send(Err(Died(reason)));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            answers,
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

/// A worker with its program, which answers every question.
pub struct WorkerLink {
    running: RunningWorker,
}

impl WorkerLink {
    /// Starts a worker.
    ///
    /// # Errors
    /// When the browser cannot create a worker.
    pub fn start(program: &WorkerProgram) -> Result<Self, Died> {
        Self::new(RunningWorker::start(&program.script)?, program)
    }

    /// Sends a waiting worker its program.
    ///
    /// # Errors
    /// When the browser cannot send it.
    pub fn new(running: RunningWorker, program: &WorkerProgram) -> Result<Self, Died> {
        running.worker.post_message(&program.module)?;
        Ok(Self { running })
    }

    /// Asks a question, and waits for the answer.
    ///
    /// # Errors
    /// When the worker dies before it answers. One that does not answer within a minute is considered dead.
    pub async fn ask(&mut self, question: &ToWorker) -> Result<FromWorker, Died> {
        let question = serde_wasm_bindgen::to_value(question).map_err(JsValue::from)?;
        self.running.worker.post_message(&question)?;
        match select(pin!(self.next()), pin!(sleep(ANSWER_TIMEOUT))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Died(format!(
                "it gave no answer for {} seconds",
                ANSWER_TIMEOUT.as_secs()
            ))),
        }
    }

    /// The worker's next message. An unasked one mostly says how the worker died.
    ///
    /// # Errors
    /// When the worker has died.
    pub async fn next(&mut self) -> Result<FromWorker, Died> {
        let answer = match self.running.answers.next().await {
            Some(answer) => answer?,
            None => return Err(Died("it disappeared".into())),
        };
        serde_wasm_bindgen::from_value(answer).map_err(|error| {
            Died(format!(
                "it sent an answer that the page does not understand: {error}"
            ))
        })
    }
}

async fn sleep(duration: Duration) {
    let (done, wait) = oneshot::channel::<()>();
    leptos::prelude::set_timeout(move || drop(done), duration);
    // Ends when the sender is dropped.
    let _ = wait.await;
}
