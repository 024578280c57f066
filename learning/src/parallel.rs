//! Runs on all cores with the feature `rayon`, and the same calls sequentially without it.

#[cfg(feature = "rayon")]
pub use rayon::{join, prelude::*};

#[cfg(not(feature = "rayon"))]
pub use sequential::*;

#[cfg(not(feature = "rayon"))]
mod sequential {
    use std::slice::{ChunksExact, ChunksExactMut, Iter};

    /// Calls both in turn.
    pub fn join<A, B>(first: impl FnOnce() -> A, second: impl FnOnce() -> B) -> (A, B) {
        (first(), second())
    }

    /// With rayon, a parallel iterator of known length.
    pub trait IndexedParallelIterator: Iterator {}

    impl<I: Iterator> IndexedParallelIterator for I {}

    pub trait ParallelSlice<T> {
        fn par_iter(&self) -> Iter<'_, T>;
        fn par_chunks_exact(&self, size: usize) -> ChunksExact<'_, T>;
    }

    impl<T> ParallelSlice<T> for [T] {
        fn par_iter(&self) -> Iter<'_, T> {
            self.iter()
        }

        fn par_chunks_exact(&self, size: usize) -> ChunksExact<'_, T> {
            self.chunks_exact(size)
        }
    }

    pub trait ParallelSliceMut<T> {
        fn par_chunks_exact_mut(&mut self, size: usize) -> ChunksExactMut<'_, T>;
    }

    impl<T> ParallelSliceMut<T> for [T] {
        fn par_chunks_exact_mut(&mut self, size: usize) -> ChunksExactMut<'_, T> {
            self.chunks_exact_mut(size)
        }
    }
}
