//! Processes the films of a batch: on all cores natively, one after the other in a browser's worker.

/// The results of `work` for each index below `count`, in order.
#[cfg(not(target_arch = "wasm32"))]
pub fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    use rayon::prelude::*;
    (0..count).into_par_iter().map(work).collect()
}

/// The results of `work` for each index below `count`, in order.
#[cfg(target_arch = "wasm32")]
pub fn map<T>(count: usize, work: impl Fn(usize) -> T) -> Vec<T> {
    (0..count).map(work).collect()
}
