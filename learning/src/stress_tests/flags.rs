//! How often the page marks wrong and right answers "uncertain" or "unstable".

use pneumonia_cnn::reading::{Reader, flipping_changes};

use crate::Result;
use crate::dataset::LabelledFilm;
use crate::parallel::*;

/// Wrong and right answers at the balanced operating point, and how many are marked uncertain or unstable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlagCounts {
    pub errors: usize,
    pub marked_errors: usize,
    pub right: usize,
    pub marked_right: usize,
}

impl FlagCounts {
    /// Counts the answers of `reader` to `films`.
    pub fn count(reader: &Reader, films: &[&LabelledFilm]) -> Result<Self> {
        let answers = films.par_iter().map(|film| {
            let reading = reader.read(&film.input)?;
            let changed = reader.read_changed(&film.input)?;
            let turned = flipping_changes(reading.threshold, reading.probability, &changed);
            let error = (reading.probability >= reading.threshold) != film.pneumonia;
            Ok((error, reading.uncertain || !turned.is_empty()))
        });
        let answers = answers.collect::<Result<Vec<(bool, bool)>>>()?;
        let count = |error: bool, only_marked: bool| {
            let counted = answers
                .iter()
                .filter(|(wrong, marked)| *wrong == error && (*marked || !only_marked));
            counted.count()
        };
        Ok(Self {
            errors: count(true, false),
            marked_errors: count(true, true),
            right: count(false, false),
            marked_right: count(false, true),
        })
    }
}
