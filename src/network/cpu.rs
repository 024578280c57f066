//! Plain slices out of candle's tensors, for the operations written here.

use candle_core::{CpuStorage, Layout, Result, Tensor, bail};

/// The values of a contiguous tensor of 32-bit floats.
pub fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("this operation takes contiguous tensors");
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// A copy of a tensor's values, row-major.
pub fn values(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}
