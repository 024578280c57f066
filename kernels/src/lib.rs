//! The arithmetic of the network's layers, on plain slices of one film.
//!
//! Feature maps are channels-last, `[height, width, channels]`: a register holds consecutive channels of one pixel, so
//! the kernels suit wide and tiny maps alike and need no remainder loops.
//!
//! ```text
//! aligned           cache-line-aligned buffers
//! lanes             SIMD registers: four floats (every target), eight (AVX2), sixteen (AVX-512)
//! product           the matrix-product block that all convolutions share
//! direct  winograd  3×3 convolution by its definition, and by Winograd's method with a quarter of the products
//! convolve          picks one of the two; the output is ReLU and max-pool, or the map itself
//! weight_gradient   the gradient of a convolution's weights
//! layers            batch norm and dense layers
//! portable          the same results on every machine
//! ```
//!
//! The order of summation depends only on the shapes, so results do not depend on the number of threads.

mod aligned;
mod convolve;
mod direct;
mod lanes;
mod layers;
mod output;
mod padded;
pub mod portable;
mod product;
#[cfg(test)]
mod tests;
mod weight_gradient;
mod winograd;

pub use convolve::{PreparedWeights, convolve};
pub use layers::{dense, scale_and_shift};
pub use output::{NO_ARGMAX, Output, max_unpool};
pub use padded::Padded;
pub use weight_gradient::{WeightGradient, weight_gradient};

/// Side of the square of output pixels that is computed at a time: one tile of Winograd's method, and a whole number of
/// pooling windows.
const TILE: usize = 4;

/// Compiles a kernel for the target's baseline registers and for faster ones: natively AVX-512 or AVX2, selected at run
/// time unless results must be portable; in wasm relaxed SIMD, in a separate build that the page selects.
macro_rules! dispatch {
    ($(#[$documentation:meta])* $kernel:ident as $name:ident($($argument:ident: $type:ty),* $(,)?)) => {
        $(#[$documentation])*
        // Inlined into a caller optimised for size, it would be optimised for size too.
        #[inline(never)]
        pub fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $type),*) {
                    $kernel::<$crate::lanes::Avx2>($($argument),*);
                }
                #[target_feature(enable = "avx512f")]
                fn avx512($($argument: $type),*) {
                    $kernel::<$crate::lanes::Avx512>($($argument),*);
                }
                let fastest = !$crate::portable::is_required();
                if fastest && is_x86_feature_detected!("avx512f") {
                    // SAFETY: the feature was detected on this processor.
                    return unsafe { avx512($($argument),*) };
                }
                if fastest && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: both features were detected on this processor.
                    return unsafe { avx2($($argument),*) };
                }
            }
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            {
                #[target_feature(enable = "relaxed-simd")]
                fn relaxed($($argument: $type),*) {
                    $kernel::<$crate::lanes::Relaxed>($($argument),*);
                }
                if !$crate::portable::is_required() {
                    return relaxed($($argument),*);
                }
            }
            $kernel::<wide::f32x4>($($argument),*);
        }
    };
}
use dispatch;
