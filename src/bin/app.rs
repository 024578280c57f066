//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    pneumonia_cnn::ui::open();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!(
        "This program is the page. Trunk builds it for browsers: run `trunk serve` or `./dev serve`."
    );
}
