//! Plain slices of candle's tensors, for our own operations.

use std::ops::{Deref, Range};

use candle_core::{CpuStorage, Layout, Result, Storage, Tensor, bail};

/// The values of a contiguous tensor of 32-bit floats.
pub fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    Ok(&storage.as_slice::<f32>()?[range(layout)?])
}

fn range(layout: &Layout) -> Result<Range<usize>> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(start..end),
        None => bail!("this operation takes contiguous tensors"),
    }
}

/// A contiguous tensor's values, row-major, without a copy.
pub struct View<S> {
    storage: S,
    range: Range<usize>,
}

/// Views a contiguous tensor of 32-bit floats in main memory.
pub fn view(tensor: &Tensor) -> Result<View<impl Deref<Target = Storage> + Sync>> {
    let (storage, layout) = tensor.storage_and_layout();
    let range = range(layout)?;
    let view = View { storage, range };
    view.values()?;
    Ok(view)
}

impl<S: Deref<Target = Storage>> View<S> {
    fn values(&self) -> Result<&[f32]> {
        match &*self.storage {
            Storage::Cpu(storage) => storage.as_slice(),
            _ => bail!("this operation takes tensors in main memory"),
        }
    }
}

impl<S: Deref<Target = Storage>> Deref for View<S> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // `view` has checked that the values are there.
        self.values()
            .map_or(&[], |values| &values[self.range.clone()])
    }
}
