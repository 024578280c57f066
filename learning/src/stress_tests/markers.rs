//! Films with the other class's markers: burnt-in letters and text, such as the side marker and the time of exposure.
//! Each machine writes them in its own way, so they give the class away where the classes come from different machines.

use std::ops::Range;

use pneumonia_cnn::input::{Input, SIZE};

use crate::dataset::LabelledFilm;
use crate::parallel::*;

/// An R in rows of 5 pixels; the highest of the 5 bits is the leftmost pixel.
const R: [u8; 7] = [
    0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001,
];
const COLUMNS: usize = 5;
/// Grey value of a marker; white is 1.
const GREY: f32 = 0.9;

/// `films` with markers that contradict the class: normal films get a large R and a line of text in their upper
/// corners, as films with pneumonia have; in films with pneumonia, these corners are covered with the grey around them.
pub fn swapped(films: &[&LabelledFilm]) -> Vec<LabelledFilm> {
    let changed = films.par_iter().map(|film| {
        let mut pixels = film.input.pixels().to_vec();
        let markers = if film.pneumonia {
            [0.1, 0.9].map(|x| Marker::new(Sign::Nothing, [0.1, x], [24.0, 20.0]))
        } else {
            [
                Marker::new(Sign::R, [0.1, 0.08], [12.0, 9.0]),
                Marker::new(Sign::Text, [0.03, 0.9], [3.0, 20.0]),
            ]
        };
        for marker in markers {
            marker.apply(&mut pixels);
        }
        film.seen_as(Input::from_pixels(pixels))
    });
    changed.collect()
}

struct Marker {
    sign: Sign,
    /// Row and column of its upper left corner, which may lie outside the film.
    from: [f32; 2],
    /// Height and width in pixels.
    size: [f32; 2],
}

#[derive(Clone, Copy)]
enum Sign {
    R,
    /// A line of small characters.
    Text,
    /// A patch in the grey of its surroundings.
    Nothing,
}

impl Marker {
    /// Centred on `middle`, in fractions of the film's height and width; `size` is in pixels.
    fn new(sign: Sign, middle: [f32; 2], size: [f32; 2]) -> Self {
        let from = [0, 1].map(|axis| middle[axis] * SIZE as f32 - size[axis] / 2.0);
        Self { sign, from, size }
    }

    /// Draws it onto `SIZE * SIZE` grey values.
    fn apply(&self, pixels: &mut [f32]) {
        let [rows, columns] = [0, 1].map(|axis| {
            let bound = |value: f32| (value.round().max(0.0) as usize).min(SIZE);
            bound(self.from[axis])..bound(self.from[axis] + self.size[axis])
        });
        let around = mean_along_the_sides(pixels, &rows, &columns);
        for row in rows {
            for column in columns.clone() {
                // Position within the marker, 0 to 1.
                let [y, x] = [(row, 0), (column, 1)].map(|(at, axis)| {
                    ((at as f32 + 0.5 - self.from[axis]) / self.size[axis]).clamp(0.0, 0.999)
                });
                let at = row * SIZE + column;
                let written = match self.sign {
                    Sign::Nothing => {
                        pixels[at] = around;
                        continue;
                    }
                    Sign::R => {
                        let bits = R[(y * R.len() as f32) as usize];
                        bits >> (COLUMNS - 1 - (x * COLUMNS as f32) as usize) & 1 == 1
                    }
                    // At this size text looks like random dots.
                    Sign::Text => (at as u32).wrapping_mul(0x9E37_79B9) >> 31 == 1,
                };
                if written {
                    pixels[at] = pixels[at].max(GREY);
                }
            }
        }
    }
}

/// Mean along the border of a rectangle.
fn mean_along_the_sides(pixels: &[f32], rows: &Range<usize>, columns: &Range<usize>) -> f32 {
    if rows.is_empty() || columns.is_empty() {
        return 0.0;
    }
    let across = [rows.start, rows.end - 1]
        .into_iter()
        .flat_map(|row| columns.clone().map(move |column| row * SIZE + column));
    let down = [columns.start, columns.end - 1]
        .into_iter()
        .flat_map(|column| rows.clone().map(move |row| row * SIZE + column));
    let sides: Vec<usize> = across.chain(down).collect();
    sides.iter().map(|&at| pixels[at]).sum::<f32>() / sides.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::tests_support::film;

    #[test]
    fn normal_films_get_markers_and_others_lose_them() {
        let grey = |pneumonia| {
            let mut pixels = vec![0.3; SIZE * SIZE];
            if pneumonia {
                Marker::new(Sign::R, [0.1, 0.08], [12.0, 9.0]).apply(&mut pixels);
            }
            film("a.png", pneumonia).seen_as(Input::from_pixels(pixels))
        };
        let films = [grey(false), grey(true)];
        let films: Vec<&LabelledFilm> = films.iter().collect();
        let bright = |film: &LabelledFilm| {
            film.input
                .pixels()
                .iter()
                .filter(|grey| **grey > 0.35)
                .count()
        };
        let changed = swapped(&films);
        assert!(
            (40..200).contains(&bright(&changed[0])),
            "{}",
            bright(&changed[0])
        );
        assert_eq!(bright(films[0]), 0);
        assert!(bright(films[1]) > 20);
        assert_eq!(bright(&changed[1]), 0);
    }

    #[test]
    fn a_letter_stands_at_its_place_and_is_brighter_than_the_film() {
        let mut pixels = vec![0.2; SIZE * SIZE];
        Marker::new(Sign::R, [0.1, 0.1], [14.0, 10.0]).apply(&mut pixels);
        // On the stem of the R, in the gap inside its bowl, and beside it.
        let at = |y: usize, x: usize| pixels[y * SIZE + x];
        assert_eq!((at(7, 9), at(9, 13), at(7, 20)), (GREY, 0.2, 0.2));
    }
}
