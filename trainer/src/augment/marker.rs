//! Letters and lines of text on a film, such as the side marker and the time of exposure. Each machine writes them in its
//! own way, so where the classes come from different machines they give the class away.

use pneumonia_cnn::input::SIZE;
use rand::{Rng, RngExt};

/// Rows of 5 pixels, from the left the highest bit.
const LETTERS: [[u8; 7]; 2] = [
    [
        0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001,
    ], // R
    [
        0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111,
    ], // L
];
const LETTER: [usize; 2] = [7, 5];
/// Where letters and text stand: within this share of the sides from a corner.
const CORNER: f32 = 0.3;

/// A letter or a line of text near a corner, or a patch that hides what stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marker {
    kind: Kind,
    /// Of its middle, as shares of the film's height and width.
    place: [f32; 2],
    /// Height and width in pixels.
    size: [f32; 2],
    grey: f32,
    seed: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Letter(usize),
    /// Small signs beside each other.
    Text,
    /// The grey of its surroundings.
    Nothing,
}

impl Marker {
    pub fn draw(rng: &mut impl Rng) -> Self {
        let kind = match rng.random_range(0..4) {
            0 | 1 => Kind::Letter(usize::from(rng.random::<f32>() < 0.2)),
            2 => Kind::Text,
            _ => Kind::Nothing,
        };
        let size = match kind {
            Kind::Letter(_) => {
                let height = rng.random_range(4.0..14.0);
                [height, height * rng.random_range(0.6..1.0)]
            }
            Kind::Text => [rng.random_range(2.0..5.0), rng.random_range(8.0..30.0)],
            Kind::Nothing => [(); 2].map(|()| rng.random_range(8.0..24.0)),
        };
        let mut near_an_end = || {
            let place = rng.random_range(0.02..CORNER);
            if rng.random() { place } else { 1.0 - place }
        };
        Self {
            kind,
            place: [near_an_end(), near_an_end()],
            size,
            grey: rng.random_range(0.6..1.0),
            seed: rng.random(),
        }
    }

    /// An R, its middle at that share of the film's height and width, of that height and width in pixels.
    pub fn letter(place: [f32; 2], size: [f32; 2]) -> Self {
        Self {
            kind: Kind::Letter(0),
            place,
            size,
            grey: 0.9,
            seed: 0,
        }
    }

    /// A line of text.
    pub fn text(place: [f32; 2], size: [f32; 2]) -> Self {
        Self {
            kind: Kind::Text,
            ..Self::letter(place, size)
        }
    }

    /// The grey around it, in the place of what stands there.
    pub fn nothing(place: [f32; 2], size: [f32; 2]) -> Self {
        Self {
            kind: Kind::Nothing,
            ..Self::letter(place, size)
        }
    }

    /// Writes it on `SIZE * SIZE` grey values.
    pub fn apply(&self, pixels: &mut [f32]) {
        let from = [0, 1].map(|axis| self.place[axis] * SIZE as f32 - self.size[axis] / 2.0);
        let span = [0, 1].map(|axis| {
            let bound = |value: f32| (value.round().max(0.0) as usize).min(SIZE);
            bound(from[axis])..bound(from[axis] + self.size[axis])
        });
        let [rows, columns] = span;
        let around = Self::surroundings(pixels, &rows, &columns);
        for row in rows {
            for column in columns.clone() {
                // Where in the sign, 0 to 1.
                let y = ((row as f32 + 0.5 - from[0]) / self.size[0]).clamp(0.0, 0.999);
                let x = ((column as f32 + 0.5 - from[1]) / self.size[1]).clamp(0.0, 0.999);
                let pixel = &mut pixels[row * SIZE + column];
                match self.kind {
                    Kind::Nothing => *pixel = around,
                    Kind::Letter(letter) => {
                        let bits = LETTERS[letter][(y * LETTER[0] as f32) as usize];
                        if bits >> (LETTER[1] - 1 - (x * LETTER[1] as f32) as usize) & 1 == 1 {
                            *pixel = pixel.max(self.grey);
                        }
                    }
                    Kind::Text => {
                        // Pseudo-random dots, as text looks at this size.
                        let at = (row * SIZE + column) as u32;
                        if (at ^ self.seed).wrapping_mul(0x9E37_79B9) >> 31 == 1 {
                            *pixel = pixel.max(self.grey);
                        }
                    }
                }
            }
        }
    }

    /// The mean grey along the sides of the sign's rectangle.
    fn surroundings(
        pixels: &[f32],
        rows: &std::ops::Range<usize>,
        columns: &std::ops::Range<usize>,
    ) -> f32 {
        if rows.is_empty() || columns.is_empty() {
            return 0.0;
        }
        let across = [rows.start, rows.end - 1];
        let across = across
            .into_iter()
            .flat_map(|row| columns.clone().map(move |column| row * SIZE + column));
        let down = [columns.start, columns.end - 1];
        let down = down
            .into_iter()
            .flat_map(|column| rows.clone().map(move |row| row * SIZE + column));
        let (sum, count) = across.chain(down).fold((0.0, 0.0), |(sum, count), at| {
            (sum + pixels[at], count + 1.0)
        });
        sum / count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, rng};

    fn marker(kind: Kind) -> Marker {
        Marker {
            kind,
            place: [0.1, 0.1],
            size: [14.0, 10.0],
            grey: 0.9,
            seed: 7,
        }
    }

    #[test]
    fn a_letter_is_brighter_than_the_film_and_stays_at_its_place() {
        let mut pixels = vec![0.2; SIZE * SIZE];
        marker(Kind::Letter(1)).apply(&mut pixels);
        // An L: its left side, and its foot.
        let at = |y: usize, x: usize| pixels[y * SIZE + x];
        assert_eq!((at(7, 9), at(18, 15), at(8, 15)), (0.9, 0.9, 0.2));
        let changed = pixels.iter().filter(|value| **value != 0.2).count();
        assert!((20..=60).contains(&changed), "{changed}");
    }

    #[test]
    fn nothing_takes_a_letter_away() {
        let mut pixels = vec![0.2; SIZE * SIZE];
        marker(Kind::Letter(0)).apply(&mut pixels);
        let wider = Marker {
            size: [18.0, 14.0],
            ..marker(Kind::Nothing)
        };
        wider.apply(&mut pixels);
        assert!(pixels.iter().all(|value| (value - 0.2).abs() < 1e-5));
    }

    #[test]
    fn every_draw_lies_on_the_film() {
        let mut rng = rng(1, Purpose::Augmentation, 0);
        for _ in 0..1000 {
            let mut pixels = vec![0.5; SIZE * SIZE];
            Marker::draw(&mut rng).apply(&mut pixels);
            assert!(pixels.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }
}
