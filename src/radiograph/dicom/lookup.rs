//! Lookup tables in a file (PS3.3, C.11.1.1 and C.7.6.3.1.5).

use super::attributes::{Attributes, Tag};
use super::damaged;
use crate::Result;
use crate::radiograph::lookup::LookupTable;

/// The table that `descriptor` and `data` of `attributes` describe, `None` when there is none. The first value it maps
/// is signed if the stored values are.
pub(super) fn lookup(
    attributes: &Attributes,
    descriptor: Tag,
    data: Tag,
    signed: bool,
) -> Result<Option<LookupTable>> {
    let (Some(descriptor), Some(data)) = (attributes.bytes(descriptor), attributes.bytes(data))
    else {
        return Ok(None);
    };
    let broken = || damaged("one of its lookup tables is broken");
    let descriptor: Vec<u16> = attributes.words(descriptor).collect();
    let &[length, first, bits] = descriptor.as_slice() else {
        return Err(broken());
    };
    let length = match length {
        // 0 stands for 65,536, which does not fit into 16 bits.
        0 => 1 << 16,
        length => usize::from(length),
    };
    let first = if signed {
        i32::from(first as i16)
    } else {
        i32::from(first)
    };
    let entries: Vec<u16> = if data.len() >= 2 * length {
        attributes.words(data).take(length).collect()
    } else if bits <= 8 && data.len() >= length {
        data.iter().take(length).map(|&byte| byte.into()).collect()
    } else {
        return Err(broken());
    };
    LookupTable::new(first, entries, bits.into())
        .map(Some)
        .ok_or_else(broken)
}
