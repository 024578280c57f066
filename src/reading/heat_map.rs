//! Which parts of a film the answer comes from: one after the other is covered, and the network asked again
//! (occlusion sensitivity; Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014,
//! section 4.2).

mod colour;

pub use colour::colour;

use super::Reader;
use crate::Result;
use crate::input::{Input, SIZE};

/// Side of the square cover, in pixels of the network's input.
pub const COVER: usize = 24;
/// From one cover to the next, in pixels of the network's input.
pub const STEP: usize = 8;
/// Covers along each side.
pub const PLACES: usize = (SIZE - COVER) / STEP + 1;
/// Cells of the map along each side, each a step wide.
pub const CELLS: usize = SIZE / STEP;

/// How much the logit falls when a part of the film is covered: positive where the film speaks for pneumonia.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Of each cell, row by row: the mean fall of the covers over it.
    cells: Vec<f32>,
}

impl HeatMap {
    /// Asks the network for every cover.
    ///
    /// # Errors
    /// Only by a fault of this program.
    pub fn of(reader: &Reader, input: &Input) -> Result<Self> {
        let mut falls = Vec::new();
        for row in 0..PLACES {
            falls.extend(falls_of_row(reader, input.pixels(), row)?);
        }
        Ok(Self::from_falls(&falls))
    }

    /// The map of the falls of all covers, row by row: those of [`falls_of_row`] after each other. Falls that are
    /// missing count as none.
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

    /// The largest effect in either direction; more than 0.
    pub fn largest(&self) -> f32 {
        self.cells
            .iter()
            .fold(f32::MIN_POSITIVE, |most, cell| most.max(cell.abs()))
    }

    /// The cells that speak most for pneumonia and most against it: row, column and fall.
    pub fn extremes(&self) -> [(usize, usize, f32); 2] {
        let place = |at: usize| (at / CELLS, at % CELLS, self.cells[at]);
        let places = 0..self.cells.len();
        let by_fall = |a: &usize, b: &usize| self.cells[*a].total_cmp(&self.cells[*b]);
        let least = places.clone().min_by(by_fall).unwrap_or_default();
        let most = places.max_by(by_fall).unwrap_or_default();
        [place(most), place(least)]
    }
}

/// How much the logit falls under each cover of one row of [`PLACES`], from 0: a step of the work, after which it can
/// be cancelled. `input` are the pixels of an [`Input`].
///
/// The cover is the film's mean grey, as in the paper: a cover of the grey around it would hide little of an opacity
/// that is larger than itself.
///
/// # Errors
/// Only by a fault of this program.
pub fn falls_of_row(reader: &Reader, input: &[f32], row: usize) -> Result<Vec<f32>> {
    let mean = input.iter().sum::<f32>() / (SIZE * SIZE) as f32;
    // The whole film first.
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
        // Alone under the first cover is the corner; the third cell lies under nine.
        assert_eq!(row(0), [9.0, 4.5, 3.0, 0.0, 0.0]);
        assert_eq!(row(2), [3.0, 1.5, 1.0, 0.0, 0.0]);
        assert_eq!(map.extremes()[0], (0, 0, 9.0));
        *falls.last_mut().unwrap() = -1.0;
        let map = HeatMap::from_falls(&falls);
        assert_eq!(map.extremes()[1], (CELLS - 1, CELLS - 1, -1.0));
        assert_eq!(map.largest(), 9.0);
    }
}
