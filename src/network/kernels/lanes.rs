//! Several floats that one instruction works on, so that each kernel is written once for all machines.

use wide::f32x4;

/// A register of floats.
pub(super) trait Lanes: Copy {
    /// Floats in the register.
    const COUNT: usize;

    fn splat(value: f32) -> Self;

    /// The first `COUNT` of `values`.
    fn load(values: &[f32]) -> Self;

    /// Writes to the first `COUNT` of `values`.
    fn store(self, values: &mut [f32]);

    /// `self * factor + sum`, fused where the machine can.
    fn multiply_add(self, factor: Self, sum: Self) -> Self;

    /// The floats' sum.
    fn sum(self) -> f32;
}

/// SSE2, NEON or wasm's SIMD, whichever the target has from the start.
impl Lanes for f32x4 {
    const COUNT: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        f32x4::splat(value)
    }

    #[inline(always)]
    fn load(values: &[f32]) -> Self {
        f32x4::from([values[0], values[1], values[2], values[3]])
    }

    #[inline(always)]
    fn store(self, values: &mut [f32]) {
        values[..4].copy_from_slice(self.as_array());
    }

    #[inline(always)]
    fn multiply_add(self, factor: Self, sum: Self) -> Self {
        self.mul_add(factor, sum)
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        self.reduce_add()
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    use super::Lanes;

    /// AVX2 with fused multiply-add. Only [`super::super::dispatch`] names it, behind a check that the
    /// processor has both, which makes every use of its instructions below sound.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(__m256);

    impl Lanes for Avx2 {
        const COUNT: usize = 8;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            // SAFETY: see `Avx2`.
            Self(unsafe { _mm256_set1_ps(value) })
        }

        #[inline(always)]
        fn load(values: &[f32]) -> Self {
            let values = &values[..Self::COUNT];
            // SAFETY: see `Avx2`; the slice holds eight floats, and the load may be unaligned.
            Self(unsafe { _mm256_loadu_ps(values.as_ptr()) })
        }

        #[inline(always)]
        fn store(self, values: &mut [f32]) {
            let values = &mut values[..Self::COUNT];
            // SAFETY: see `Avx2`; the slice holds eight floats, and the store may be unaligned.
            unsafe { _mm256_storeu_ps(values.as_mut_ptr(), self.0) }
        }

        #[inline(always)]
        fn multiply_add(self, factor: Self, sum: Self) -> Self {
            // SAFETY: see `Avx2`.
            Self(unsafe { _mm256_fmadd_ps(self.0, factor.0, sum.0) })
        }

        #[inline(always)]
        fn sum(self) -> f32 {
            let mut values = [0.0; Self::COUNT];
            self.store(&mut values);
            values.iter().sum()
        }
    }
}
