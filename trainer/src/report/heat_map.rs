//! Which parts of a film the answer comes from, by covering one after the other (Zeiler and Fergus 2014).

use anyhow::Result;
use pneumonia_cnn::input::{Input, SIZE};
use pneumonia_cnn::radiograph::Radiograph;
use pneumonia_cnn::reading::Reader;

/// Side of the cover, and from one cover to the next, in pixels of the network's input.
pub const COVER: usize = 24;
pub const STEP: usize = 8;
/// Covers along each side.
pub const PLACES: usize = (SIZE - COVER) / STEP + 1;

/// How much the logit falls when a part is covered with the film's mean grey: positive where the film speaks for
/// pneumonia.
pub struct HeatMap {
    /// `PLACES * PLACES`, row by row.
    pub falls: Vec<f32>,
}

impl HeatMap {
    pub fn of(reader: &Reader, input: &Input) -> Result<Self> {
        let mean = input.pixels().iter().sum::<f32>() / (SIZE * SIZE) as f32;
        let covered = (0..PLACES * PLACES).map(|place| {
            let mut pixels = input.pixels().to_vec();
            let (top, left) = (place / PLACES * STEP, place % PLACES * STEP);
            for row in pixels.chunks_exact_mut(SIZE).skip(top).take(COVER) {
                row[left..][..COVER].fill(mean);
            }
            Input::new(&Radiograph::new(SIZE, SIZE, pixels))
        });
        let covered: Vec<Input> = covered.collect();
        let whole = reader.read(input)?.logit;
        let readings = reader.read_batch(&covered)?;
        Ok(Self {
            falls: readings
                .iter()
                .map(|reading| whole - reading.logit)
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights_file;

    /// Whatever the weights, covering what is the mean grey already changes nothing.
    #[test]
    fn a_blank_film_has_no_part_that_matters() {
        let reader = weights_file::load(None).unwrap();
        let blank = Input::new(&Radiograph::new(1, 1, vec![0.5]));
        let map = HeatMap::of(&reader, &blank).unwrap();
        assert_eq!(map.falls.len(), PLACES * PLACES);
        assert!(map.falls.iter().all(|fall| fall.abs() < 1e-3));
    }

    #[test]
    fn only_covers_over_the_one_thing_on_a_film_matter() {
        let reader = weights_file::load(None).unwrap();
        let mut pixels = vec![0.4; SIZE * SIZE];
        pixels[12 * SIZE + 12] = 1.0;
        let map = HeatMap::of(&reader, &Input::new(&Radiograph::new(SIZE, SIZE, pixels))).unwrap();
        let covers = |place: usize| place / PLACES * STEP <= 12 && place % PLACES * STEP <= 12;
        let largest = |over: bool| {
            let places = (0..PLACES * PLACES).filter(|&place| covers(place) == over);
            places
                .map(|place| map.falls[place].abs())
                .fold(0.0, f32::max)
        };
        assert!(
            largest(true) > 10.0 * largest(false),
            "{} {}",
            largest(true),
            largest(false)
        );
    }
}
