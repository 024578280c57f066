//! How many films are waiting, being read and done, and how long the rest will take.

use super::film::FilmState;

/// Counts of the films in the list, and of the current run: all films since the list last had none pending.
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

    /// Adds a film to the list at `now`, in milliseconds since 1970.
    pub fn add(&mut self, state: &FilmState, now: f64) {
        if self.pending() == 0 && state.is_pending() {
            self.finished = 0;
            self.began = now;
        }
        if let Some(count) = self.count(state) {
            *count += 1;
        }
    }

    /// Removes a film from the list.
    pub fn remove(&mut self, state: &FilmState) {
        if let Some(count) = self.count(state) {
            *count -= 1;
        }
    }

    /// Moves a film from one state to the next.
    pub fn change(&mut self, before: &FilmState, after: &FilmState) {
        self.remove(before);
        if let Some(count) = self.count(after) {
            *count += 1;
        }
        if before.is_pending() && !after.is_pending() {
            self.finished += 1;
        }
    }

    /// Seconds from `now` until the run is done, at the pace so far; `None` until the first film is done.
    pub fn seconds_left(&self, now: f64) -> Option<f64> {
        let per_film = (now - self.began) / 1000.0 / self.finished as f64;
        (self.finished > 0).then(|| per_film * self.pending() as f64)
    }

    /// Whether the last film completed a tenth of the run: often enough for an announcement.
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

/// The remaining time in words, in round numbers because it is an estimate.
pub fn duration(seconds: f64) -> String {
    match seconds {
        ..10.0 => "a few seconds left".into(),
        ..90.0 => format!("about {:.0}\u{a0}s left", (seconds / 10.0).ceil() * 10.0),
        _ => format!("about {:.0}\u{a0}min left", (seconds / 60.0).ceil()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests_support::read;

    /// Reads that many films of a run.
    fn read_all(tally: &mut Tally, films: usize) {
        for _ in 0..films {
            tally.change(&FilmState::Waiting, &FilmState::Reading);
            tally.change(&FilmState::Reading, &read(0.5));
        }
    }

    #[test]
    fn a_run_counts_its_films_and_ends_when_none_waits() {
        let mut tally = Tally::default();
        (0..10).for_each(|_| tally.add(&FilmState::Waiting, 0.0));
        assert_eq!((tally.pending(), tally.total()), (10, 10));
        assert_eq!(tally.seconds_left(500.0), None);
        read_all(&mut tally, 4);
        assert_eq!((tally.finished, tally.pending(), tally.total()), (4, 6, 10));
        assert_eq!(tally.seconds_left(4000.0), Some(6.0));
        // A film that is removed while waiting no longer belongs to the run.
        tally.remove(&FilmState::Waiting);
        assert_eq!(tally.total(), 9);
        read_all(&mut tally, 5);
        assert_eq!(tally.pending(), 0);
        // The next film starts a new run.
        tally.add(&FilmState::Waiting, 9000.0);
        assert_eq!((tally.finished, tally.total()), (0, 1));
    }

    #[test]
    fn each_tenth_of_a_run_is_a_milestone_once() {
        let mut tally = Tally::default();
        (0..50).for_each(|_| tally.add(&FilmState::Waiting, 0.0));
        let mut told = Vec::new();
        for film in 1..=50 {
            read_all(&mut tally, 1);
            told.extend(tally.is_milestone().then_some(film));
        }
        assert_eq!(told, [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
    }

    #[test]
    fn a_film_that_is_read_again_is_not_counted_twice() {
        let mut tally = Tally::default();
        tally.add(&read(0.5), 0.0);
        tally.change(&read(0.5), &read(0.5));
        assert_eq!((tally.finished, tally.total()), (0, 0));
    }

    #[test]
    fn durations_are_told_in_round_numbers() {
        for (seconds, words) in [
            (3.0, "a few seconds left"),
            (41.0, "about 50\u{a0}s left"),
            (100.0, "about 2\u{a0}min left"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }
}
