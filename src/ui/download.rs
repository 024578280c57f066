//! Files from the page's own folder, with progress. Used while the page loads, and never after.

use js_sys::{Reflect, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

/// Why a file of the page did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    #[error("{path} could not be loaded: the server answered {status}. Try again later.")]
    Refused { path: String, status: u16 },
    #[error("{path} could not be loaded: the connection failed. Check it and try again.")]
    Broken { path: String },
}

/// Bytes that have come, and how many there will be where the server says it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    pub loaded: u64,
    pub total: Option<u64>,
}

/// Loads files side by side, and tells the progress of all together.
///
/// # Errors
/// The first file that did not arrive.
pub async fn download_all(
    paths: &[&str],
    on_progress: impl Fn(Progress),
) -> Result<Vec<Uint8Array>, DownloadError> {
    let parts = RefCell::new(vec![Progress::default(); paths.len()]);
    let downloads = paths.iter().enumerate().map(|(index, path)| {
        let (parts, on_progress) = (&parts, &on_progress);
        download(path, move |part| {
            parts.borrow_mut()[index] = part;
            on_progress(sum(&parts.borrow()));
        })
    });
    futures::future::try_join_all(downloads).await
}

/// Loads one file.
///
/// # Errors
/// When the server refuses it or the connection breaks.
pub async fn download(
    path: &str,
    on_progress: impl Fn(Progress),
) -> Result<Uint8Array, DownloadError> {
    let broken = |_| DownloadError::Broken { path: path.into() };
    let request = RequestInit::new();
    // The names of these files carry no hash, so a cached copy may be older than the page: ask the server.
    request.set_cache(RequestCache::NoCache);
    let response: Response =
        JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(path, &request))
            .await
            .map_err(broken)?
            .unchecked_into();
    if !response.ok() {
        return Err(DownloadError::Refused {
            path: path.into(),
            status: response.status(),
        });
    }
    let mut progress = Progress {
        loaded: 0,
        total: length(&response),
    };
    let mut chunks = Vec::new();
    on_progress(progress);
    if let Some(body) = response.body() {
        let reader = ReadableStreamDefaultReader::new(&body).map_err(broken)?;
        while let Some(chunk) = next_chunk(&reader).await.map_err(broken)? {
            progress.loaded += u64::from(chunk.length());
            chunks.push(chunk);
            on_progress(progress);
        }
    }
    Ok(join(&chunks))
}

/// How long the body will be. Unknown when it is compressed: the header then counts other bytes.
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

fn sum(parts: &[Progress]) -> Progress {
    Progress {
        loaded: parts.iter().map(|part| part.loaded).sum(),
        total: parts.iter().map(|part| part.total).sum(),
    }
}
