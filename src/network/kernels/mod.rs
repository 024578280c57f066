//! The arithmetic of a convolution stage, on plain slices of one picture.
//!
//! Sums are taken in an order that depends on nothing but the shapes, so results do not depend on the
//! number of threads.

mod convolve;
mod padded;
mod pool;
mod weight_gradient;

pub(super) use convolve::{PackedWeights, convolve};
pub(super) use padded::Padded;
pub(super) use pool::{NO_WINNER, max_pool_relu};
pub(super) use weight_gradient::weight_gradient;

/// Output channels that are computed together, so that each value loaded is used this many times.
const BLOCK: usize = 4;

/// Pixels of a row that are computed together. With `BLOCK` channels they make as many running sums as
/// the registers hold: eight of AVX2's sixteen, or eight of the sixteen that a wasm engine has on x86-64.
const TILE: usize = if cfg!(target_arch = "wasm32") { 8 } else { 16 };

/// `a * b + c`; fused where the processor does that in one instruction. (Where it doesn't, `mul_add` would
/// call a slow library function.)
#[inline(always)]
fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// Compiles one kernel twice, portable and for AVX2 with fused multiply-add, and picks at run time.
macro_rules! dispatch {
    ($portable:ident => $name:ident($($argument:ident: $type:ty),* $(,)?)) => {
        pub(in crate::network) fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $type),*) {
                    $portable::<true>($($argument),*);
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: both features were found on this processor.
                    return unsafe { avx2($($argument),*) };
                }
            }
            $portable::<false>($($argument),*);
        }
    };
}
use dispatch;
