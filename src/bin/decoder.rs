//! The worker that opens films of rare formats: neither PNG nor JPEG.

#[cfg(target_arch = "wasm32")]
fn main() {
    pneumonia_cnn::worker::decoder::run();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!(
        "This program is one of the page's workers. Trunk builds it for browsers: run `trunk serve` or `./dev serve`."
    );
}
