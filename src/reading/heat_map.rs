//! Which parts of a film the answer comes from: each part is covered in turn, and the network runs again (occlusion
//! sensitivity; Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014, section 4.2).

mod colour;

pub use colour::colour;

use super::Reader;
use crate::Result;
use crate::input::{Input, SIZE};

/// Side of the square cover, in pixels of the network's input.
pub const COVER: usize = 24;
/// Stride from one cover to the next, in pixels of the network's input.
pub const STEP: usize = 8;
/// Number of covers along each side.
pub const PLACES: usize = (SIZE - COVER) / STEP + 1;
/// Cells of the map along each side, each a step wide.
pub const CELLS: usize = SIZE / STEP;

/// How much the logit falls when a part of the film is covered: positive where that part is evidence for pneumonia.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// For each cell, row by row: the mean fall over the covers that overlap it.
    cells: Vec<f32>,
}

impl HeatMap {
    /// Runs the network on every cover.
    ///
    /// # Errors
    /// Only through a bug in this program.
    pub fn of(reader: &Reader, input: &Input) -> Result<Self> {
        let mut falls = Vec::new();
        for row in 0..PLACES {
            falls.extend(falls_of_row(reader, input.pixels(), row)?);
        }
        Ok(Self::from_falls(&falls))
    }

    /// The map from the falls of all covers, row by row: the results of [`falls_of_row`], concatenated. Missing falls
    /// count as 0.
    pub fn from_falls(falls: &[f32]) -> Self {
        const STEPS_A_COVER: usize = COVER / STEP;
        let over = |cell: usize| {
            let first = (cell + 1).saturating_sub(STEPS_A_COVER);
            first..=cell.min(PLACES - 1)
        };
        let cells = (0..CELLS * CELLS).map(|cell| {
            let (rows, columns) = (over(cell / CELLS), over(cell % CELLS));
            let covers = rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
            let falls =
                covers.map(|(row, column)| falls.get(row * PLACES + column).unwrap_or(&0.0));
            let (sum, count) = falls.fold((0.0f32, 0.0f32), |(sum, count), fall| {
                (sum + fall, count + 1.0)
            });
            sum / count
        });
        Self {
            cells: cells.collect(),
        }
    }

    /// `CELLS * CELLS` values, row by row over the whole film.
    pub fn cells(&self) -> &[f32] {
        &self.cells
    }

    /// The largest effect in either direction; always more than 0.
    pub fn largest(&self) -> f32 {
        self.cells
            .iter()
            .fold(f32::MIN_POSITIVE, |most, cell| most.max(cell.abs()))
    }

    /// The cells with the strongest evidence for and against pneumonia: row, column and fall.
    pub fn extremes(&self) -> [(usize, usize, f32); 2] {
        let place = |at: usize| (at / CELLS, at % CELLS, self.cells[at]);
        let places = 0..self.cells.len();
        let by_fall = |a: &usize, b: &usize| self.cells[*a].total_cmp(&self.cells[*b]);
        let least = places.clone().min_by(by_fall).unwrap_or_default();
        let most = places.max_by(by_fall).unwrap_or_default();
        [place(most), place(least)]
    }
}

/// How much the logit falls under each of the [`PLACES`] covers of a row, counted from 0. The work can be cancelled
/// after each row. `input` holds the pixels of an [`Input`].
///
/// The cover has the film's mean grey, as in the paper: the grey of its surroundings would hide little of an opacity
/// larger than the cover.
///
/// # Errors
/// Only through a bug in this program.
pub fn falls_of_row(reader: &Reader, input: &[f32], row: usize) -> Result<Vec<f32>> {
    let mean = input.iter().sum::<f32>() / (SIZE * SIZE) as f32;
    // The uncovered film first.
    let mut films = input.to_vec();
    for column in 0..PLACES {
        let covered = films.len();
        films.extend_from_slice(input);
        let lines = films[covered..].chunks_exact_mut(SIZE);
        for line in lines.skip(row * STEP).take(COVER) {
            line[column * STEP..][..COVER].fill(mean);
        }
    }
    let mut logits = reader.logits(films)?.into_iter();
    let whole = logits.next().unwrap_or_default();
    Ok(logits.map(|logit| whole - logit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_the_mean_of_the_covers_over_it() {
        let mut falls = vec![0.0; PLACES * PLACES];
        falls[0] = 9.0;
        let map = HeatMap::from_falls(&falls);
        let row = |row: usize| &map.cells()[row * CELLS..][..5];
        // The corner lies under the first cover alone; the third cell of the third row lies under nine.
        assert_eq!(row(0), [9.0, 4.5, 3.0, 0.0, 0.0]);
        assert_eq!(row(2), [3.0, 1.5, 1.0, 0.0, 0.0]);
        assert_eq!(map.extremes()[0], (0, 0, 9.0));
        *falls.last_mut().unwrap() = -1.0;
        let map = HeatMap::from_falls(&falls);
        assert_eq!(map.extremes()[1], (CELLS - 1, CELLS - 1, -1.0));
        assert_eq!(map.largest(), 9.0);
    }
}
