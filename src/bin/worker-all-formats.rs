//! The worker that reads all file formats. The others read only PNG and JPEG, to keep the first download small.

#[cfg(target_arch = "wasm32")]
fn main() {
    pneumonia_cnn::worker::reader::run();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!(
        "This program is one of the page's workers. Trunk builds it for browsers: run `trunk serve` or `./dev serve`."
    );
}
