//! SIMD registers of floats behind one trait, so that each kernel is written once for all machines.
//!
//! Kernels keep registers in arrays and fill them in loops, not closures: a closure is compiled without the target
//! features of the enclosing function, and is not always inlined.

use std::ops::{Add, Sub};

use wide::f32x4;

/// Channels are padded to a multiple of this: floats in the widest register.
pub(super) const WIDEST: usize = 16;

/// A register of floats.
pub(super) trait Lanes: Copy + Add<Output = Self> + Sub<Output = Self> {
    /// Floats per register.
    const COUNT: usize;

    fn splat(value: f32) -> Self;

    /// Loads the first `COUNT` of `values`.
    fn load(values: &[f32]) -> Self;

    /// Writes to the first `COUNT` of `values`.
    fn store(self, values: &mut [f32]);

    /// `self * factor + sum`, fused where the hardware can.
    fn multiply_add(self, factor: Self, sum: Self) -> Self;

    /// Loads the `COUNT` values from `at` on, without a bounds check.
    ///
    /// # Safety
    /// `at + COUNT` must not exceed the length of `values`.
    #[inline(always)]
    unsafe fn load_at(values: &[f32], at: usize) -> Self {
        // SAFETY: guaranteed by the caller.
        Self::load(unsafe { values.get_unchecked(at..at + Self::COUNT) })
    }

    /// Writes to the `COUNT` values from `at` on, without a bounds check.
    ///
    /// # Safety
    /// `at + COUNT` must not exceed the length of `values`.
    #[inline(always)]
    unsafe fn store_at(self, values: &mut [f32], at: usize) {
        // SAFETY: guaranteed by the caller.
        self.store(unsafe { values.get_unchecked_mut(at..at + Self::COUNT) });
    }

    /// Loads `N` registers of consecutive values.
    #[inline(always)]
    fn load_all<const N: usize>(values: &[f32]) -> [Self; N] {
        let values = &values[..N * Self::COUNT];
        let mut lanes = [Self::splat(0.0); N];
        for (index, lanes) in lanes.iter_mut().enumerate() {
            *lanes = Self::load(&values[index * Self::COUNT..]);
        }
        lanes
    }

    /// Writes registers to consecutive values.
    #[inline(always)]
    fn store_all<const N: usize>(lanes: [Self; N], values: &mut [f32]) {
        let values = &mut values[..N * Self::COUNT];
        for (index, lanes) in lanes.into_iter().enumerate() {
            lanes.store(&mut values[index * Self::COUNT..]);
        }
    }
}

/// SSE2, NEON or wasm SIMD, whichever is the target's baseline.
impl Lanes for f32x4 {
    const COUNT: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        f32x4::splat(value)
    }

    #[inline(always)]
    fn load(values: &[f32]) -> Self {
        let values: [f32; 4] = values[..4].try_into().expect("four floats");
        f32x4::new(values)
    }

    #[inline(always)]
    fn store(self, values: &mut [f32]) {
        values[..4].copy_from_slice(self.as_array());
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, sum: Self) -> Self {
        self.mul_add(factor, sum)
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::ops::{Add, Sub};

    use super::Lanes;

    /// A register with fused multiply-add. Used only after a check that the processor supports it, as in
    /// [`crate::dispatch`], which makes every intrinsic below sound.
    macro_rules! register {
        ($(#[$documentation:meta])* $name:ident($register:ty): $count:literal floats,
            $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident, $multiply_add:ident) => {
            $(#[$documentation])*
            #[derive(Clone, Copy)]
            pub(crate) struct $name($register);

            impl Add for $name {
                type Output = Self;

                #[inline(always)]
                fn add(self, other: Self) -> Self {
                    // SAFETY: see `register`.
                    Self(unsafe { $add(self.0, other.0) })
                }
            }

            impl Sub for $name {
                type Output = Self;

                #[inline(always)]
                fn sub(self, other: Self) -> Self {
                    // SAFETY: see `register`.
                    Self(unsafe { $sub(self.0, other.0) })
                }
            }

            impl Lanes for $name {
                const COUNT: usize = $count;

                #[inline(always)]
                fn splat(value: f32) -> Self {
                    // SAFETY: see `register`.
                    Self(unsafe { $splat(value) })
                }

                #[inline(always)]
                fn load(values: &[f32]) -> Self {
                    let values = &values[..Self::COUNT];
                    // SAFETY: see `register`; the slice holds that many floats, and the load may be unaligned.
                    Self(unsafe { $load(values.as_ptr()) })
                }

                #[inline(always)]
                fn store(self, values: &mut [f32]) {
                    let values = &mut values[..Self::COUNT];
                    // SAFETY: see `register`; the slice holds that many floats, and the store may be unaligned.
                    unsafe { $store(values.as_mut_ptr(), self.0) }
                }

                #[inline(always)]
                fn multiply_add(self, factor: Self, sum: Self) -> Self {
                    // SAFETY: see `register`.
                    Self(unsafe { $multiply_add(self.0, factor.0, sum.0) })
                }
            }
        };
    }

    register! {
        /// AVX2 with fused multiply-add.
        Avx2(__m256): 8 floats,
        _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_add_ps, _mm256_sub_ps, _mm256_fmadd_ps
    }
    register! {
        /// AVX-512.
        Avx512(__m512): 16 floats,
        _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_add_ps, _mm512_sub_ps, _mm512_fmadd_ps
    }
}

#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
pub(super) use relaxed::Relaxed;

#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
mod relaxed {
    use std::arch::wasm32::*;
    use std::ops::{Add, Sub};

    use super::Lanes;

    /// wasm SIMD with relaxed SIMD's multiply-add, which engines fuse where the processor can. Only in the build that
    /// browsers without relaxed SIMD never load.
    #[derive(Clone, Copy)]
    pub(crate) struct Relaxed(v128);

    impl Add for Relaxed {
        type Output = Self;

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }
    }

    impl Sub for Relaxed {
        type Output = Self;

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            Self(f32x4_sub(self.0, other.0))
        }
    }

    impl Lanes for Relaxed {
        const COUNT: usize = 4;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            Self(f32x4_splat(value))
        }

        #[inline(always)]
        fn load(values: &[f32]) -> Self {
            let values = &values[..Self::COUNT];
            // SAFETY: the slice holds four floats, and the load may be unaligned.
            Self(unsafe { v128_load(values.as_ptr().cast()) })
        }

        #[inline(always)]
        fn store(self, values: &mut [f32]) {
            let values = &mut values[..Self::COUNT];
            // SAFETY: the slice holds four floats, and the store may be unaligned.
            unsafe { v128_store(values.as_mut_ptr().cast(), self.0) }
        }

        #[inline(always)]
        fn multiply_add(self, factor: Self, sum: Self) -> Self {
            Self(f32x4_relaxed_madd(self.0, factor.0, sum.0))
        }
    }
}
