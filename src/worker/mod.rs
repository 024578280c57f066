//! The programs that run off the page's main thread, so that the page never blocks: `reader` goes the way from
//! file bytes to reading, and `decoder` opens the files of rare formats for it. Questions come from, and answers go
//! to, `ui`.

pub mod decoder;
pub mod messages;
pub mod reader;

use js_sys::Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// What a worker says to the page.
struct Reply<Answer> {
    answer: Answer,
    /// Buffers in it that go over to the page instead of being copied.
    transfer: Array,
}

impl<Answer> From<Answer> for Reply<Answer> {
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            transfer: Array::new(),
        }
    }
}

/// Answers the page's questions until the page ends the worker.
fn serve<Question: DeserializeOwned, Answer: Serialize>(
    mut answer: impl FnMut(Question) -> Reply<Answer> + 'static,
) {
    console_error_panic_hook::set_once();
    let scope = scope();
    // Not async: an error thrown inside a promise would not reach the page as the worker's `error` event.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match serde_wasm_bindgen::from_value(event.data()) {
            Ok(question) => send(answer(question)),
            Err(error) => wasm_bindgen::throw_str(&format!("a message that is none: {error}")),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// An answer that cannot be sent ends the worker by an exception; the page sees that and starts another.
fn send<Answer: Serialize>(Reply { answer, transfer }: Reply<Answer>) {
    match serde_wasm_bindgen::to_value(&answer) {
        Ok(value) => scope()
            .post_message_with_transfer(&value, &transfer)
            .unwrap_or_else(|error| wasm_bindgen::throw_val(error)),
        Err(error) => wasm_bindgen::throw_val(error.into()),
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
