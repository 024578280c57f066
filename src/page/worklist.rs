//! Which films the worklist shows, and in which order.

use std::cmp::Ordering;

use super::film::{Label, Outcome};

/// The filters of the list: value and display name.
pub const SHOWN: [(&str, &str); 7] = [
    ("all", "All films"),
    ("pneumonia", "Pneumonia"),
    ("no-pneumonia", "No pneumonia"),
    ("cannot-assess", "Cannot assess"),
    ("failed", "No answer"),
    ("pending", "Not read yet"),
    ("contradicts", "Verdict contradicts label"),
];

/// What the list needs to know about a film.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    /// Folder and name.
    pub path: String,
    pub label: Option<Label>,
    pub outcome: Outcome,
    /// None for a film that was not read or can't be assessed.
    pub probability: Option<f64>,
}

/// A column that the list can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Probability,
    Verdict,
    State,
}

/// What the visitor asked to see.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrangement {
    /// Part of the file's name or folder, in lower case.
    pub name: String,
    /// One of `SHOWN`.
    pub shown: String,
    /// The sort column, and whether descending; none for the order in which the films were chosen.
    pub sorted: Option<(Column, bool)>,
}

impl Arrangement {
    /// Sorts by the column ascending, then descending, then in the order in which the films were chosen.
    pub fn sort_by(&mut self, column: Column) {
        self.sorted = match self.sorted {
            Some((last, false)) if last == column => Some((column, true)),
            Some((last, true)) if last == column => None,
            _ => Some((column, false)),
        };
    }

    /// The indices of the films to show among `entries`, in order.
    pub fn arrange(&self, entries: &[Entry]) -> Vec<usize> {
        let mut shown: Vec<usize> = (0..entries.len())
            .filter(|&place| self.shows(&entries[place]))
            .collect();
        if let Some((column, down)) = self.sorted {
            // Stable, so that ties stay in the order in which the films were chosen.
            shown.sort_by(|&a, &b| entries[a].compared(&entries[b], column, down));
        }
        shown
    }

    fn shows(&self, entry: &Entry) -> bool {
        let outcome = match self.shown.as_str() {
            "pneumonia" => entry.outcome == Outcome::Pneumonia,
            "no-pneumonia" => entry.outcome == Outcome::NoPneumonia,
            "cannot-assess" => entry.outcome == Outcome::CannotAssess,
            "failed" => entry.outcome == Outcome::Failed,
            "pending" => matches!(entry.outcome, Outcome::Reading | Outcome::Waiting),
            "contradicts" => entry.outcome.contradicts(entry.label),
            _ => true,
        };
        outcome && (self.name.is_empty() || entry.path.to_lowercase().contains(&self.name))
    }
}

impl Entry<'_> {
    /// Films without a probability come last in both directions.
    fn compared(&self, other: &Self, column: Column, down: bool) -> Ordering {
        let directed = |order: Ordering| if down { order.reverse() } else { order };
        match column {
            Column::Name => directed(self.name.cmp(other.name)),
            Column::Verdict => directed(self.outcome.cmp(&other.outcome)),
            Column::State => {
                let (own, others) = (self.outcome.progress(), other.outcome.progress());
                directed(own.cmp(others))
            }
            Column::Probability => match (self.probability, other.probability) {
                (Some(own), Some(others)) => directed(own.total_cmp(&others)),
                (own, others) => others.is_some().cmp(&own.is_some()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry<'static>> {
        let entry = |path: &'static str, label, outcome, probability| Entry {
            name: path.rsplit('/').next().unwrap_or_default(),
            path: path.into(),
            label,
            outcome,
            probability,
        };
        vec![
            entry(
                "b/two.png",
                Some(Label::Normal),
                Outcome::Pneumonia,
                Some(0.9),
            ),
            entry(
                "a/one.png",
                Some(Label::Pneumonia),
                Outcome::Pneumonia,
                Some(0.95),
            ),
            entry("a/three.png", None, Outcome::NoPneumonia, Some(0.1)),
            entry("c.png", None, Outcome::CannotAssess, None),
            entry("d.png", None, Outcome::Waiting, None),
        ]
    }

    fn shown(change: impl Fn(&mut Arrangement)) -> Vec<usize> {
        let mut arrangement = Arrangement {
            name: String::new(),
            shown: SHOWN[0].0.into(),
            sorted: None,
        };
        change(&mut arrangement);
        arrangement.arrange(&entries())
    }

    #[test]
    fn each_choice_shows_its_films_and_the_first_shows_all() {
        for ((choice, _), films) in SHOWN.iter().zip([
            vec![0, 1, 2, 3, 4],
            vec![0, 1],
            vec![2],
            vec![3],
            vec![],
            vec![4],
            vec![0],
        ]) {
            assert_eq!(
                shown(|list| list.shown = (*choice).into()),
                films,
                "{choice}"
            );
        }
    }

    #[test]
    fn a_name_is_looked_for_in_folders_too() {
        assert_eq!(shown(|list| list.name = "a/".into()), [1, 2]);
        assert_eq!(shown(|list| list.name = "two".into()), [0]);
    }

    #[test]
    fn a_column_sorts_upwards_then_downwards_then_not() {
        let sorted =
            |times: usize, column| shown(|list| (0..times).for_each(|_| list.sort_by(column)));
        assert_eq!(sorted(1, Column::Probability), [2, 0, 1, 3, 4]);
        // Films without a probability stay last.
        assert_eq!(sorted(2, Column::Probability), [1, 0, 2, 3, 4]);
        assert_eq!(sorted(3, Column::Probability), [0, 1, 2, 3, 4]);
        assert_eq!(sorted(1, Column::Name), [3, 4, 1, 2, 0]);
        assert_eq!(sorted(1, Column::Verdict), [0, 1, 2, 3, 4]);
        assert_eq!(sorted(2, Column::Verdict), [4, 3, 2, 0, 1]);
    }
}
