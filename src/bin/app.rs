//! The page.

#[cfg(target_arch = "wasm32")]
mod page {
    use futures::FutureExt;
    use leptos::wasm_split::{SplitLoaderError, wasm_split};
    use pneumonia_cnn::ui::{Annex, open};

    pub fn main() {
        open(|| async { annex().await.ok() }.boxed_local());
    }

    /// Where the page's program is split in two: what only this function reaches is loaded when it is called
    /// (site/split.mjs).
    #[wasm_split(annex, wasm_split_path = leptos::wasm_split, fallible)]
    fn annex() -> Result<Annex, SplitLoaderError> {
        Ok(pneumonia_cnn::ui::annex())
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
