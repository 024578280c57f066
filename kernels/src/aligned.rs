//! Floats that begin on a cache line.
//!
//! The allocator promises no more than 16 bytes, which lets every second load of 32 bytes straddle two lines
//! and take twice its time.

use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, Zeroable};

/// The floats of one cache line, on most processors.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct CacheLine(pub [f32; CacheLine::FLOATS]);

impl CacheLine {
    pub const FLOATS: usize = 16;
}

/// Floats from the start of a cache line on, as many as were asked for.
#[derive(Clone)]
pub struct Aligned {
    lines: Vec<CacheLine>,
    count: usize,
}

impl Aligned {
    pub fn zeros(count: usize) -> Self {
        Self {
            lines: vec![CacheLine::zeroed(); count.div_ceil(CacheLine::FLOATS)],
            count,
        }
    }
}

impl Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &bytemuck::cast_slice(&self.lines)[..self.count]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut bytemuck::cast_slice_mut(&mut self.lines)[..self.count]
    }
}
