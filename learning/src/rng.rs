//! Random number generators, all derived from one seed.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// What random numbers are drawn for. Each purpose has its own streams, so drawing more numbers for one does not affect
/// the others, and a resumed run draws the same numbers as an uninterrupted one.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Purpose {
    Split = 1,
    Initialisation = 2,
    Order = 3,
    Augmentation = 4,
    Dropout = 5,
    Gate = 6,
    Validation = 7,
}

/// The generator for `purpose`; `part` is the epoch, or whatever else distinguishes uses of a purpose.
pub fn rng(seed: u64, purpose: Purpose, part: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((purpose as u64) << 32 | part as u64);
    rng
}
