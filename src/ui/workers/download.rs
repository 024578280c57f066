//! Downloads files from the page's own folder, with progress. Used only while the page is loading.

use js_sys::{Promise, Reflect, Uint8Array, WebAssembly};
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

#[wasm_bindgen]
extern "C" {
    /// The files that reading needs in this browser: a worker's script and program, and the weights. start.js has
    /// already requested them.
    #[wasm_bindgen(thread_local_v2, js_namespace = pageFiles, js_name = reader)]
    pub static READER_FILES: Vec<String>;

    /// Requests a file, or takes over the request that start.js made.
    #[wasm_bindgen(js_namespace = pageFiles)]
    fn fetch(path: &str) -> Promise;
}

/// Why one of the page's files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    #[error("{path} could not be loaded: the server answered {status}. Try again later.")]
    Refused { path: String, status: u16 },
    #[error("{path} could not be loaded: the connection failed. Check it and try again.")]
    Broken { path: String },
    #[error("{path} is damaged. Try again later.")]
    NoProgram { path: String },
}

/// Bytes so far, and in total if the server says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct DownloadProgress {
    pub loaded: u64,
    pub total: Option<u64>,
}

/// Reports the progress of several files as one.
pub struct Meter<'a> {
    /// Files whose length is not known yet.
    awaited: Cell<usize>,
    loaded: Cell<u64>,
    total: Cell<Option<u64>>,
    on_progress: &'a dyn Fn(DownloadProgress),
}

impl<'a> Meter<'a> {
    pub fn new(files: usize, on_progress: &'a dyn Fn(DownloadProgress)) -> Self {
        Self {
            awaited: Cell::new(files),
            loaded: Cell::new(0),
            total: Cell::new(Some(0)),
            on_progress,
        }
    }

    /// Called when a file starts to arrive, with its length if known.
    fn begin(&self, length: Option<u64>) {
        self.awaited.update(|files| files - 1);
        let total = self.total.get().zip(length);
        self.total.set(total.map(|(sum, length)| sum + length));
        self.tell();
    }

    fn add(&self, bytes: u32) {
        self.loaded.update(|sum| sum + u64::from(bytes));
        self.tell();
    }

    fn tell(&self) {
        let all_known = self.awaited.get() == 0;
        (self.on_progress)(DownloadProgress {
            loaded: self.loaded.get(),
            total: self.total.get().filter(|_| all_known),
        });
    }
}

/// Loads a file.
///
/// # Errors
/// When the server refuses it or the connection breaks.
pub async fn download(path: &str, meter: &Meter<'_>) -> Result<Uint8Array, DownloadError> {
    let response = answer(path).await?;
    body(&response, meter)
        .await
        .map_err(|_| DownloadError::Broken { path: path.into() })
}

/// Loads a WebAssembly program, which the browser compiles while it arrives.
///
/// # Errors
/// When the server refuses it, the connection breaks, or the browser cannot compile it.
pub async fn download_program(
    path: &str,
    meter: &Meter<'_>,
) -> Result<WebAssembly::Module, DownloadError> {
    let broken = |_| DownloadError::Broken { path: path.into() };
    let response = answer(path).await?;
    let copy = response.clone().map_err(broken)?;
    let answered = Promise::resolve(&JsValue::from(response));
    let compiling = JsFuture::from(WebAssembly::compile_streaming(&answered));
    let bytes = body(&copy, meter).await.map_err(broken)?;
    // Streaming compilation fails if the server does not know the type `application/wasm`: compiles the bytes instead.
    let module = match compiling.await {
        Ok(module) => Ok(module),
        Err(_) => JsFuture::from(WebAssembly::compile(&bytes)).await,
    };
    module.map(JsCast::unchecked_into).map_err(|error| {
        leptos::logging::error!("{path} cannot be used: {error:?}");
        DownloadError::NoProgram { path: path.into() }
    })
}

async fn answer(path: &str) -> Result<Response, DownloadError> {
    let response: Response = JsFuture::from(fetch(path))
        .await
        .map_err(|_| DownloadError::Broken { path: path.into() })?
        .unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        Err(DownloadError::Refused {
            path: path.into(),
            status: response.status(),
        })
    }
}

async fn body(response: &Response, meter: &Meter<'_>) -> Result<Uint8Array, JsValue> {
    meter.begin(length(response));
    let mut chunks = Vec::new();
    if let Some(body) = response.body() {
        let reader = ReadableStreamDefaultReader::new(&body)?;
        while let Some(chunk) = next_chunk(&reader).await? {
            meter.add(chunk.length());
            chunks.push(chunk);
        }
    }
    Ok(join(&chunks))
}

/// Length of the body. Unknown when it is compressed: the header then counts the compressed bytes.
fn length(response: &Response) -> Option<u64> {
    let header = |name| response.headers().get(name).ok().flatten();
    match header("content-encoding") {
        None => header("content-length")?.parse().ok(),
        Some(_) => None,
    }
}

async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let next = JsFuture::from(reader.read()).await?;
    if Reflect::get(&next, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Ok(Some(Reflect::get(&next, &"value".into())?.dyn_into()?))
}

fn join(chunks: &[Uint8Array]) -> Uint8Array {
    let whole = Uint8Array::new_with_length(chunks.iter().map(Uint8Array::length).sum());
    let mut offset = 0;
    for chunk in chunks {
        whole.set(chunk, offset);
        offset += chunk.length();
    }
    whole
}
