//! How many films wait, are read and are done, and how long the rest will take.

use crate::ui::room::FilmState;
use js_sys::Date;

/// Counts of the films in the list, and of the run: all that were read since the last time that none waited.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    pub waiting: usize,
    pub reading: usize,
    /// Films of the run that are done.
    pub finished: usize,
    /// When the run began, in milliseconds since 1970.
    began: f64,
}

impl Tally {
    /// Films that have no answer yet.
    pub fn pending(&self) -> usize {
        self.waiting + self.reading
    }

    /// Films of the run, done or not.
    pub fn total(&self) -> usize {
        self.finished + self.pending()
    }

    /// A film comes into the list.
    pub fn add(&mut self, state: &FilmState) {
        if self.pending() == 0 && is_pending(state) {
            self.finished = 0;
            self.began = Date::now();
        }
        if let Some(count) = self.count(state) {
            *count += 1;
        }
    }

    /// A film leaves the list.
    pub fn remove(&mut self, state: &FilmState) {
        if let Some(count) = self.count(state) {
            *count -= 1;
        }
    }

    /// The reading of a film goes on.
    pub fn change(&mut self, before: &FilmState, after: &FilmState) {
        self.remove(before);
        if let Some(count) = self.count(after) {
            *count += 1;
        }
        if is_pending(before) && !is_pending(after) {
            self.finished += 1;
        }
    }

    /// Seconds until the run is done, as fast as it went so far; `None` before the first film is.
    pub fn seconds_left(&self) -> Option<f64> {
        let per_film = (Date::now() - self.began) / 1000.0 / self.finished as f64;
        (self.finished > 0).then(|| per_film * self.pending() as f64)
    }

    /// Whether the last film completed a tenth of the run: often enough to be told of.
    pub fn is_milestone(&self) -> bool {
        let tenths = |films: usize| films * 10 / self.total().max(1);
        self.finished > 0 && tenths(self.finished) > tenths(self.finished - 1)
    }

    fn count(&mut self, state: &FilmState) -> Option<&mut usize> {
        match state {
            FilmState::Waiting => Some(&mut self.waiting),
            FilmState::Reading => Some(&mut self.reading),
            FilmState::Read(_) | FilmState::Failed(_) => None,
        }
    }
}

fn is_pending(state: &FilmState) -> bool {
    matches!(state, FilmState::Waiting | FilmState::Reading)
}
