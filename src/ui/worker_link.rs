//! The page's end of one running worker. Dropping it ends the worker.

use crate::worker::messages::{FromWorker, ToWorker};
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use js_sys::{Array, JsString, Uint8Array, WebAssembly};
use std::pin::pin;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

/// The worker's program, kept in memory: a worker is started again without any request, and is always of the
/// same version as the first.
pub struct WorkerProgram {
    /// Address of the script in memory.
    script: String,
    /// The compiled program.
    module: JsValue,
}

impl WorkerProgram {
    /// Compiles the program from what wasm-bindgen made of it: its script and its WebAssembly.
    ///
    /// # Errors
    /// When the browser refuses one of them.
    pub async fn new(script: &Uint8Array, wasm: &Uint8Array) -> Result<Self, JsValue> {
        let parts = Array::of2(
            script,
            &JsString::from(include_str!("../worker/bootstrap.js")),
        );
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let script = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let script = Url::create_object_url_with_blob(&script)?;
        let module = JsFuture::from(WebAssembly::compile(wasm)).await?;
        Ok(Self { script, module })
    }
}

impl Drop for WorkerProgram {
    fn drop(&mut self) {
        // Fails only for an address that is none.
        let _ = Url::revoke_object_url(&self.script);
    }
}

/// What comes from a worker.
pub enum Event {
    Said(FromWorker),
    /// The worker is of no use any more: why.
    Died(String),
}

/// A running worker.
pub struct WorkerLink {
    worker: Worker,
    events: mpsc::UnboundedReceiver<Event>,
    // The worker calls these, so they live as long as it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl WorkerLink {
    /// Starts a worker. It says `Started` when it is there.
    ///
    /// # Errors
    /// When the browser makes no worker.
    pub fn start(program: &WorkerProgram) -> Result<Self, JsValue> {
        let worker = Worker::new(&program.script)?;
        let (sender, events) = mpsc::unbounded();
        let error_sender = sender.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            let event = match serde_wasm_bindgen::from_value(event.data()) {
                Ok(message) => Event::Said(message),
                Err(error) => Event::Died(format!("it said what is no answer: {error}")),
            };
            // Fails only when the link is being dropped.
            let _ = sender.unbounded_send(event);
        });
        let on_error = Closure::new(move |event: web_sys::Event| {
            let reason = match event.dyn_ref::<ErrorEvent>() {
                Some(error) => error.message(),
                None => "it could not be loaded".into(),
            };
            let _ = error_sender.unbounded_send(Event::Died(reason));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(&program.module)?;
        Ok(Self {
            worker,
            events,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Sends a message; the buffers of `transfer` go over to the worker instead of being copied.
    ///
    /// # Errors
    /// When the browser cannot send it.
    pub fn say(&self, message: &ToWorker, transfer: &Array) -> Result<(), JsValue> {
        let message = serde_wasm_bindgen::to_value(message)?;
        self.worker.post_message_with_transfer(&message, transfer)
    }

    /// What the worker says next, whenever that is.
    pub async fn next(&mut self) -> Event {
        match self.events.next().await {
            Some(event) => event,
            None => Event::Died("it went away".into()),
        }
    }

    /// What the worker says within `patience`; a worker that says nothing is as good as dead.
    pub async fn next_within(&mut self, patience: Duration) -> Event {
        let wait = pin!(sleep(patience));
        match select(pin!(self.next()), wait).await {
            Either::Left((event, _)) => event,
            Either::Right(_) => Event::Died(format!(
                "it gave no answer for {} seconds",
                patience.as_secs()
            )),
        }
    }
}

impl Drop for WorkerLink {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

async fn sleep(duration: Duration) {
    let (done, wait) = oneshot::channel::<()>();
    leptos::prelude::set_timeout(move || drop(done), duration);
    // Ends by the sender's drop.
    let _ = wait.await;
}
