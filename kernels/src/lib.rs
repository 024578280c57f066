//! The arithmetic of the network's layers, on plain slices of one film.
//!
//! Maps are channels-last, `[height, width, channels]`: a register holds neighbouring channels of one pixel,
//! so the kernels are the same for wide and for tiny maps and know no ragged rows.
//!
//! ```text
//! aligned           memory that suits the registers
//! lanes             the registers: wasm's and every processor's four floats, AVX2's eight, AVX-512's sixteen
//! product           a small block of a matrix product, which all multiplications of a convolution go through
//! direct  winograd  3×3 convolution by its definition, and by Winograd's method with a quarter of the work
//! convolve          one of the two, and what becomes of its output: ReLU and max-pool, or the map itself
//! weight_gradient   the gradient of a convolution's weights
//! layers            batch norm and dense layers
//! portable          the same results on every machine
//! ```
//!
//! Sums are taken in an order that depends on nothing but the shapes, so results do not depend on the
//! number of threads.

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

/// Side of the square of output pixels that is computed at a time: what one step of Winograd's method gives,
/// and whole windows of the pool.
const TILE: usize = 4;

/// Compiles a kernel for the registers every machine of the target has and for better ones: natively AVX-512 or
/// AVX2, picked at run time unless results must be portable; in wasm relaxed SIMD, in a build of its own that the page
/// picks.
macro_rules! dispatch {
    ($(#[$documentation:meta])* $kernel:ident as $name:ident($($argument:ident: $type:ty),* $(,)?)) => {
        $(#[$documentation])*
        // In a caller that is compiled for size it would be compiled for size.
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
                    // SAFETY: it was found on this processor.
                    return unsafe { avx512($($argument),*) };
                }
                if fastest && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: both features were found on this processor.
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
