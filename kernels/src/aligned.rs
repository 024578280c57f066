//! Cache-line-aligned buffers of floats.
//!
//! The allocator guarantees only 16-byte alignment, with which every second 32-byte load may straddle two cache lines
//! and take twice as long.

use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, Zeroable};

/// The floats of one cache line, on most processors.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct CacheLine(pub [f32; CacheLine::FLOATS]);

impl CacheLine {
    pub const FLOATS: usize = 16;
}

/// A buffer of `count` floats that starts on a cache line.
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
