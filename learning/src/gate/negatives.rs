//! Synthetic pictures that are not frontal chest films.

use std::fmt;

use pneumonia_cnn::input::SIZE;
use pneumonia_cnn::radiograph::{Radiograph, resize};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};

/// How a picture is made. All but the last three alter or rearrange a film, and keep what does not identify a frontal
/// chest; the last three use nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Inverted,
    UpsideDown,
    Sideways,
    /// Shifted far, wrapping round at the edges.
    Rolled,
    /// A crop of about a third of each side.
    Detail,
    /// Sixteen tiles in random order.
    Shuffled,
    /// Shrunk, on a uniform background.
    Small,
    /// Only its left or its right half.
    Half,
    /// One half mirrored, inverted or upside down, or the film transposed.
    Mismatched,
    /// Smooth noise at several scales.
    Clouds,
    /// Bars, discs and rings, as in pictures of limbs and cross-sections.
    Shapes,
    Noise,
}

pub const KINDS: [Kind; 12] = [
    Kind::Inverted,
    Kind::UpsideDown,
    Kind::Sideways,
    Kind::Rolled,
    Kind::Detail,
    Kind::Shuffled,
    Kind::Small,
    Kind::Half,
    Kind::Mismatched,
    Kind::Clouds,
    Kind::Shapes,
    Kind::Noise,
];

/// The name used in tables.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Inverted => "inverted",
            Self::UpsideDown => "upside down",
            Self::Sideways => "sideways",
            Self::Rolled => "rolled: what leaves at one side comes in at the other",
            Self::Detail => "a detail, a third of the sides",
            Self::Shuffled => "shuffled parts",
            Self::Small => "small, on an even ground",
            Self::Half => "one half alone",
            Self::Mismatched => "mismatched halves",
            Self::Clouds => "clouds",
            Self::Shapes => "bars, discs and rings",
            Self::Noise => "noise",
        })
    }
}

impl Kind {
    /// A picture of this kind, made from `film`; both are `SIZE * SIZE` values of 0 to 1.
    pub fn make(self, film: &[f32], seed: u64) -> Vec<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let last = SIZE - 1;
        let rearranged = |from: &dyn Fn(usize, usize) -> (usize, usize)| -> Vec<f32> {
            let at = (0..SIZE * SIZE).map(|at| from(at / SIZE, at % SIZE));
            at.map(|(y, x)| film[y * SIZE + x]).collect()
        };
        match self {
            Self::Inverted => film.iter().map(|value| 1.0 - value).collect(),
            Self::UpsideDown => rearranged(&|y, x| (last - y, x)),
            Self::Sideways if rng.random() => rearranged(&|y, x| (x, last - y)),
            Self::Sideways => rearranged(&|y, x| (last - x, y)),
            Self::Rolled => {
                let [down, right] = [(); 2].map(|()| rng.random_range(SIZE / 4..3 * SIZE / 4));
                rearranged(&|y, x| ((y + down) % SIZE, (x + right) % SIZE))
            }
            Self::Detail => {
                let side = rng.random_range(SIZE / 4..SIZE * 2 / 5);
                let [top, left] = [(); 2].map(|()| rng.random_range(0..=SIZE - side));
                rearranged(&|y, x| (top + y * side / SIZE, left + x * side / SIZE))
            }
            Self::Shuffled => {
                const PART: usize = SIZE / 4;
                let mut parts: Vec<usize> = (0..16).collect();
                rand::seq::SliceRandom::shuffle(parts.as_mut_slice(), &mut rng);
                rearranged(&|y, x| {
                    let from = parts[y / PART * 4 + x / PART];
                    (from / 4 * PART + y % PART, from % 4 * PART + x % PART)
                })
            }
            Self::Small => small(film, &mut rng),
            Self::Half => {
                let from = if rng.random() { 0 } else { SIZE / 2 };
                rearranged(&|y, x| (y, from + x / 2))
            }
            Self::Mismatched => mismatched(film, &mut rng),
            Self::Clouds => clouds(&mut rng),
            Self::Shapes => shapes(&mut rng),
            Self::Noise => (0..SIZE * SIZE).map(|_| rng.random()).collect(),
        }
    }
}

fn small(film: &[f32], rng: &mut impl Rng) -> Vec<f32> {
    let side = rng.random_range(SIZE / 4..SIZE * 3 / 5);
    let film = resize(&Radiograph::new(SIZE, SIZE, film.to_vec()), side, side);
    let ground = if rng.random() { 0.0 } else { rng.random() };
    let mut picture = vec![ground; SIZE * SIZE];
    let [top, left] = [(); 2].map(|()| rng.random_range(0..=SIZE - side));
    for (row, film) in picture
        .chunks_exact_mut(SIZE)
        .skip(top)
        .zip(film.chunks_exact(side))
    {
        row[left..][..side].copy_from_slice(film);
    }
    picture
}

fn mismatched(film: &[f32], rng: &mut impl Rng) -> Vec<f32> {
    let last = SIZE - 1;
    let mut picture = film.to_vec();
    let which = rng.random_range(0..4);
    for y in 0..SIZE {
        for x in 0..SIZE {
            picture[y * SIZE + x] = match which {
                0 if y < SIZE / 2 => film[(last - y) * SIZE + x],
                1 if x < SIZE / 2 => 1.0 - film[y * SIZE + x],
                2 => film[x * SIZE + y],
                3 if x < SIZE / 2 => film[(last - y) * SIZE + x],
                _ => continue,
            };
        }
    }
    picture
}

/// Multi-scale noise whose amplitude falls by a random factor per scale.
fn clouds(rng: &mut impl Rng) -> Vec<f32> {
    let weakening = rng.random_range(0.3..1.0f32);
    let mut picture = vec![0f32; SIZE * SIZE];
    let mut strength = 1.0;
    for side in [2, 4, 8, 16, 32, 64] {
        let noise: Vec<f32> = (0..side * side)
            .map(|_| rng.random::<f32>() - 0.5)
            .collect();
        let noise = resize(&Radiograph::new(side, side, noise), SIZE, SIZE);
        for (value, noise) in picture.iter_mut().zip(noise) {
            *value += strength * noise;
        }
        strength *= weakening;
    }
    stretched(picture)
}

fn shapes(rng: &mut impl Rng) -> Vec<f32> {
    let ground = if rng.random::<f32>() < 0.7 {
        rng.random_range(0.0..0.15)
    } else {
        rng.random()
    };
    let mut picture = vec![ground; SIZE * SIZE];
    for _ in 0..rng.random_range(1..7) {
        let angle = rng.random_range(0.0..std::f32::consts::PI);
        let (sin, cos) = angle.sin_cos();
        let [middle_y, middle_x] = [(); 2].map(|()| rng.random::<f32>());
        let (length, width) = (
            rng.random_range(0.1..1.2f32),
            rng.random_range(0.03..0.35f32),
        );
        let (kind, hole) = (rng.random_range(0..3), rng.random_range(0.3..0.8));
        let (grey, adds) = (rng.random_range(-0.3..0.8f32), rng.random::<bool>());
        for (at, value) in picture.iter_mut().enumerate() {
            let y = (at / SIZE) as f32 / SIZE as f32 - middle_y;
            let x = (at % SIZE) as f32 / SIZE as f32 - middle_x;
            let (along, across) = ((x * cos + y * sin) / length, (y * cos - x * sin) / width);
            let distance = along * along + across * across;
            let inside = match kind {
                0 => along.abs() < 1.0 && across.abs() < 1.0,
                1 => distance < 1.0,
                _ => (hole..1.0).contains(&distance),
            };
            if inside {
                *value = (grey + if adds { *value } else { 0.0 }).clamp(0.0, 1.0);
            }
        }
    }
    // From as soft as a film of a thick body part to as sharp as a drawing.
    let side = rng.random_range(12..SIZE);
    let soft = resize(&Radiograph::new(SIZE, SIZE, picture), side, side);
    resize(&Radiograph::new(side, side, soft), SIZE, SIZE)
}

/// Stretches the values to the full range from black to white.
fn stretched(mut picture: Vec<f32>) -> Vec<f32> {
    let (low, high) = picture
        .iter()
        .fold((f32::MAX, f32::MIN), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
    picture
        .iter_mut()
        .for_each(|value| *value = (*value - low) / (high - low));
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bright at the top left, dark at the bottom right.
    fn film() -> Vec<f32> {
        (0..SIZE * SIZE)
            .map(|at| 1.0 - (at / SIZE + at % SIZE) as f32 / (2 * SIZE) as f32)
            .collect()
    }

    #[test]
    fn every_kind_makes_another_picture_between_black_and_white() {
        for kind in KINDS {
            for seed in 0..20 {
                let made = kind.make(&film(), seed);
                assert!(
                    made.iter().all(|value| (0.0..=1.0).contains(value)),
                    "{kind:?}"
                );
                let difference: f32 = made.iter().zip(film()).map(|(a, b)| (a - b).abs()).sum();
                // This film is symmetric about its diagonal, so transposing it changes nothing.
                let alike = matches!(kind, Kind::Mismatched);
                assert!(
                    alike || difference / made.len() as f32 > 0.02,
                    "{kind:?} {seed}: {difference}"
                );
                assert_eq!(made, kind.make(&film(), seed), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_film_turned_twice_is_upright_again() {
        let twice = |kind: Kind| kind.make(&kind.make(&film(), 3), 3);
        assert_eq!(twice(Kind::UpsideDown), film());
        for (a, b) in twice(Kind::Inverted).iter().zip(film()) {
            assert!((a - b).abs() < 1e-6);
        }
    }
}
