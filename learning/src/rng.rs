//! Randomness, all of it from one seed.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// What random numbers are drawn for. Each purpose has streams of its own, so a change in how many numbers
/// one takes changes no other, and a resumed run draws what an unbroken one would have drawn.
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

/// The generator for `purpose`; `part` is the epoch, or whatever else sets uses of one purpose apart.
pub fn rng(seed: u64, purpose: Purpose, part: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((purpose as u64) << 32 | part as u64);
    rng
}
