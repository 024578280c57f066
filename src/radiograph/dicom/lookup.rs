//! Lookup tables in a file (PS3.3, C.11.1.1 and C.7.6.3.1.5).

use super::attributes::Attributes;
use super::element::Tag;
use super::{damaged, tags};
use crate::Result;
use crate::radiograph::lookup::LookupTable;

/// The table of an item of a LUT sequence, `None` when there is none; see [`lookup`].
pub(super) fn lookup_in(item: &Attributes, inputs: [f64; 2]) -> Result<Option<LookupTable>> {
    lookup(item, tags::LUT_DESCRIPTOR, tags::LUT_DATA, inputs)
}

/// The table that `descriptor` and `data` of `attributes` describe, `None` when there is none. `inputs` are the least
/// and the largest value that it will map.
pub(super) fn lookup(
    attributes: &Attributes,
    descriptor: Tag,
    data: Tag,
    inputs: [f64; 2],
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
    let entries: Vec<u16> = if data.len() >= 2 * length {
        attributes.words(data).take(length).collect()
    } else if bits <= 8 && data.len() >= length {
        data.iter().take(length).map(|&byte| byte.into()).collect()
    } else {
        return Err(broken());
    };
    let first = first_value(first, length, inputs);
    let table = LookupTable::new(first, entries, bits.into()).ok_or_else(broken)?;
    // Some machines give the size of the word, or of something else: the entries show how many bits they have.
    let in_use = table.bits_in_use();
    Ok(Some(if in_use == 0 {
        table
    } else {
        table.with_bits(in_use)
    }))
}

/// The first value that a table of `length` entries maps. Whether its word is signed depends on what it maps
/// (PS3.3, C.11.2.1.1), so it is what covers more of the `inputs`.
fn first_value(word: u16, length: usize, [least, largest]: [f64; 2]) -> i32 {
    let (unsigned, signed) = (i32::from(word), i32::from(word as i16));
    let covered = |first: i32| {
        let end = f64::from(first) + length as f64;
        end.min(largest) - f64::from(first).max(least)
    };
    if covered(signed) > covered(unsigned) {
        signed
    } else {
        unsigned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_is_signed_if_the_table_fits_the_values_then() {
        let minus_1024 = -1024_i16 as u16;
        assert_eq!(first_value(minus_1024, 4096, [-1024.0, 3071.0]), -1024);
        assert_eq!(first_value(minus_1024, 100, [0.0, 65535.0]), 64512);
        assert_eq!(first_value(7, 100, [-50.0, 50.0]), 7);
    }
}
