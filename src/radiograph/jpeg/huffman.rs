//! Huffman codes of JPEG's entropy-coded data (ITU-T T.81, annexes C and F).

/// Codes of up to this length are found at once, which are nearly all.
const QUICK: u32 = 9;

/// A Huffman table.
#[derive(Debug)]
pub(super) struct Table {
    /// By the next [`QUICK`] bits: the symbol, and the length of its code; 0 for longer codes.
    quick: Vec<(u8, u8)>,
    /// For each length: the first code, where its symbol stands, and one more than the last code.
    lengths: [(u32, usize, u32); 17],
    symbols: Vec<u8>,
}

impl Table {
    /// The table that has `counts[i]` codes of `i + 1` bits (T.81, C.2); `None` for an impossible one.
    pub fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut quick = vec![(0, 0); 1 << QUICK];
        let mut lengths = [(0, 0, 0); 17];
        let (mut code, mut place) = (0u32, 0usize);
        for (length, &count) in (1..).zip(counts) {
            let end = code + u32::from(count);
            let of_length = symbols.get(place..place + usize::from(count))?;
            if end > 1 << length {
                return None;
            }
            lengths[length as usize] = (code, place, end);
            if length <= QUICK {
                let width = 1usize << (QUICK - length);
                for (code, &symbol) in (code..end).zip(of_length) {
                    let start = code as usize * width;
                    quick[start..start + width].fill((symbol, length as u8));
                }
            }
            place += of_length.len();
            code = end << 1;
        }
        Some(Self {
            quick,
            lengths,
            symbols: symbols.to_vec(),
        })
    }
}

/// The bits of entropy-coded data, up to a marker or the end of the file.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The next bits, the first at the top.
    buffer: u64,
    available: u32,
}

/// The data end, or hold a code that their table does not.
pub(super) struct EndsOrBreaks;

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            buffer: 0,
            available: 0,
        }
    }

    /// Fills the buffer. After the end come zeros, which count as not available.
    fn fill(&mut self) {
        while self.available <= 56 {
            let (byte, length) = match self.bytes {
                [0xFF, 0x00, ..] => (0xFF, 2),
                [0xFF, ..] | [] => return,
                [byte, ..] => (*byte, 1),
            };
            self.bytes = &self.bytes[length..];
            self.buffer |= u64::from(byte) << (56 - self.available);
            self.available += 8;
        }
    }

    fn drop_bits(&mut self, count: u32) -> Result<(), EndsOrBreaks> {
        self.available = self.available.checked_sub(count).ok_or(EndsOrBreaks)?;
        self.buffer <<= count;
        Ok(())
    }

    /// The symbol of the next code.
    pub fn symbol(&mut self, table: &Table) -> Result<u8, EndsOrBreaks> {
        if self.available < 16 {
            self.fill();
        }
        let (symbol, length) = table.quick[(self.buffer >> (64 - QUICK)) as usize];
        if length > 0 {
            self.drop_bits(length.into())?;
            return Ok(symbol);
        }
        for length in QUICK + 1..=16 {
            let code = (self.buffer >> (64 - length)) as u32;
            let (first, place, end) = table.lengths[length as usize];
            if (first..end).contains(&code) {
                self.drop_bits(length)?;
                return Ok(table.symbols[place + (code - first) as usize]);
            }
        }
        Err(EndsOrBreaks)
    }

    /// The value of the next `count` bits, at most 16, as they stand for positive and negative numbers
    /// (T.81, F.2.2.1).
    pub fn value(&mut self, count: u32) -> Result<i32, EndsOrBreaks> {
        if count == 0 {
            return Ok(0);
        }
        if self.available < count {
            self.fill();
        }
        let bits = (self.buffer >> (64 - count)) as i32;
        self.drop_bits(count)?;
        Ok(if bits < 1 << (count - 1) {
            bits - (1 << count) + 1
        } else {
            bits
        })
    }

    /// Goes on after a restart marker (T.81, B.2.1), whatever is left before it.
    pub fn restart(&mut self) -> Result<(), EndsOrBreaks> {
        (self.buffer, self.available) = (0, 0);
        loop {
            match self.bytes {
                [0xFF, 0xD0..=0xD7, rest @ ..] => {
                    self.bytes = rest;
                    return Ok(());
                }
                // A fill byte, or padding after the last bits.
                [0xFF, 0xFF, ..] | [0xFF, 0x00, ..] => self.bytes = &self.bytes[1..],
                [0xFF, ..] | [] => return Err(EndsOrBreaks),
                [_, rest @ ..] => self.bytes = rest,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes 0, 10 and 110 for 4, 5 and 6.
    fn table() -> Table {
        let mut counts = [0; 16];
        counts[..3].fill(1);
        Table::new(&counts, &[4, 5, 6]).unwrap()
    }

    #[test]
    fn symbols_and_values_come_in_turn_and_end_at_a_marker() {
        // 0, then 0101 for -10; 110, a stuffed byte of ones for 255.
        let mut bits = Bits::new(&[0b0010_1110, 0xFF, 0x00, 0xFF, 0xD9]);
        assert_eq!(bits.symbol(&table()).ok(), Some(4));
        assert_eq!(bits.value(4).ok(), Some(-10));
        assert_eq!(bits.symbol(&table()).ok(), Some(6));
        assert_eq!(bits.value(8).ok(), Some(255));
        assert!(bits.symbol(&table()).is_err());
    }

    #[test]
    fn a_long_code_is_found_too() {
        let mut counts = [0; 16];
        (counts[0], counts[11]) = (1, 1);
        let table = Table::new(&counts, &[1, 2]).unwrap();
        let mut bits = Bits::new(&[0b1000_0000, 0b0000_0000]);
        assert_eq!(bits.symbol(&table).ok(), Some(2));
        assert_eq!(bits.symbol(&table).ok(), Some(1));
    }

    #[test]
    fn a_table_with_more_codes_than_there_are_is_none() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Table::new(&counts, &[1, 2, 3]).is_none());
        counts[0] = 2;
        assert!(Table::new(&counts, &[1]).is_none());
    }
}
