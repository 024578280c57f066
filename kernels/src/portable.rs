//! Results that are the same on every machine, bit for bit, at the cost of speed.
//!
//! Otherwise kernels use the processor's widest registers and, where available, fused multiply-add, and functions such
//! as `exp` come from the system's maths library, so the last bits differ between machines.

use std::sync::atomic::{AtomicBool, Ordering};

static REQUIRED: AtomicBool = AtomicBool::new(false);

/// Makes this process compute the same bits as every other that calls this, natively and in a browser.
///
/// This holds on x86-64 and in wasm, whose four-float registers round alike. On other targets results may still differ.
pub fn require() {
    REQUIRED.store(true, Ordering::Relaxed);
}

/// Whether results must be the same on every machine.
pub fn is_required() -> bool {
    REQUIRED.load(Ordering::Relaxed)
}

/// The system's function, or the crate `libm`'s where results must be the same on every machine.
macro_rules! functions {
    ($($(#[$documentation:meta])* $name:ident($($argument:ident),+) -> $float:ty = $method:ident;)+) => {
        $(
            $(#[$documentation])*
            pub fn $name($($argument: $float),+) -> $float {
                if is_required() {
                    libm::$name($($argument),+)
                } else {
                    functions!(@method $method $($argument),+)
                }
            }
        )+
    };
    (@method $method:ident $first:ident $(, $other:ident)*) => { $first.$method($($other),*) };
}

functions! {
    expf(x) -> f32 = exp;
    exp(x) -> f64 = exp;
    /// The natural logarithm.
    logf(x) -> f32 = ln;
    /// The natural logarithm of `1 + x`.
    log1pf(x) -> f32 = ln_1p;
    powf(base, exponent) -> f32 = powf;
    sinf(x) -> f32 = sin;
    cosf(x) -> f32 = cos;
    cos(x) -> f64 = cos;
}
