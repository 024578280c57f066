//! The worker for browsers with relaxed SIMD: the same program, compiled with the feature `relaxed-simd`. It is a
//! separate binary because Trunk names its output after the binary.

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
