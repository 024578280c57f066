//! A worker's end of its conversation with the page.

use js_sys::Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// A worker's answer to the page.
pub struct Reply<Answer> {
    pub answer: Answer,
    /// Buffers in it that are transferred to the page instead of being copied.
    pub transfer: Array,
}

impl<Answer> From<Answer> for Reply<Answer> {
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            transfer: Array::new(),
        }
    }
}

/// Answers the page's questions until the page terminates the worker.
pub fn serve<Question: DeserializeOwned, Answer: Serialize>(
    mut answer: impl FnMut(Question) -> Reply<Answer> + 'static,
) {
    console_error_panic_hook::set_once();
    let scope = scope();
    // Not async: an error thrown inside a promise would not reach the page as the worker's `error` event.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match serde_wasm_bindgen::from_value(event.data()) {
            Ok(question) => send(answer(question)),
            Err(error) => {
                wasm_bindgen::throw_str(&format!("it received an unknown message: {error}"))
            }
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// An answer that cannot be sent ends the worker with an exception; the page notices and starts another.
fn send<Answer: Serialize>(Reply { answer, transfer }: Reply<Answer>) {
    match serde_wasm_bindgen::to_value(&answer) {
        Ok(value) => scope()
            .post_message_with_transfer(&value, &transfer)
            .unwrap_or_else(|error| wasm_bindgen::throw_val(error)),
        Err(error) => wasm_bindgen::throw_val(error.into()),
    }
}

pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
