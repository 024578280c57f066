//! The worker for browsers with relaxed SIMD: compiled with the feature `relaxed-simd`, otherwise the same. A
//! program of its own because Trunk names what it makes after the program.

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
