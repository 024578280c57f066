//! The arithmetic of a convolution stage, on plain slices of one picture.
//!
//! Sums are taken in an order that depends on nothing but the shapes, so results do not depend on the
//! number of threads.

mod convolve;
mod lanes;
mod padded;
mod pool;
mod weight_gradient;

pub(super) use convolve::{PackedWeights, convolve};
pub(super) use padded::Padded;
pub(super) use pool::{NO_WINNER, max_pool_relu};
pub(super) use weight_gradient::weight_gradient;

/// Output channels that are computed together, so that each value loaded is used this many times.
const BLOCK: usize = 4;

/// Rows of padded pictures are a multiple of this many floats, enough for the widest tile of any kernel.
const WIDEST_TILE: usize = 16;

/// Compiles a kernel for the registers every machine of the target has and, on x86-64, for AVX2 too, and
/// picks at run time.
macro_rules! dispatch {
    ($kernel:ident as $name:ident($($argument:ident: $type:ty),* $(,)?)) => {
        pub(in crate::network) fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $type),*) {
                    $kernel::<$crate::network::kernels::lanes::Avx2>($($argument),*);
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: both features were found on this processor.
                    return unsafe { avx2($($argument),*) };
                }
            }
            $kernel::<wide::f32x4>($($argument),*);
        }
    };
}
use dispatch;
