//! The page.

#[cfg(target_arch = "wasm32")]
mod page {
    use futures::FutureExt;
    #[cfg(feature = "split")]
    use leptos::wasm_split::{SplitLoaderError, wasm_split};
    #[cfg(feature = "split")]
    use pneumonia_cnn::ui::DeferredParts;
    use pneumonia_cnn::ui::open;

    #[cfg(feature = "split")]
    pub fn main() {
        open(|| async { deferred().await.ok() }.boxed_local());
    }

    /// The unsplit build, for development.
    #[cfg(not(feature = "split"))]
    pub fn main() {
        open(|| async { Some(pneumonia_cnn::ui::parts()) }.boxed_local());
    }

    /// The split point: code reachable only through this function goes into a second wasm file, which is loaded when it
    /// is called (site/split.mjs).
    #[cfg(feature = "split")]
    #[wasm_split(deferred, wasm_split_path = leptos::wasm_split, fallible)]
    fn deferred() -> Result<DeferredParts, SplitLoaderError> {
        Ok(pneumonia_cnn::ui::parts())
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    page::main();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!(
        "This program is the page. Trunk builds it for browsers: run `trunk serve` or `./dev serve`."
    );
}
