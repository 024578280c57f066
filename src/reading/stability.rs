//! Whether a film's verdict depends on irrelevant details: a few slightly changed copies of it are read, too.

use super::Verdict;
use crate::change::Change;
use Change::{Contrast, Flip, Shift, Zoom};

/// The changes and their names. Each is smaller than the difference between two films of one person, and none would
/// change a physician's reading.
pub const CHANGES: [(&str, Change); 9] = [
    ("flipped left to right", Flip),
    ("moved 4 % up", Shift([-0.04, 0.0])),
    ("moved 4 % down", Shift([0.04, 0.0])),
    ("moved 4 % to the left", Shift([0.0, -0.04])),
    ("moved 4 % to the right", Shift([0.0, 0.04])),
    ("cropped by 10 %", Zoom([0.9; 2])),
    ("shown with a margin of 10 %", Zoom([1.1; 2])),
    ("shown with less contrast", Contrast(0.8)),
    ("shown with more contrast", Contrast(1.2)),
];

/// The names of the changes that flip the verdict at `threshold`. `changed` holds the probabilities after each of
/// [`CHANGES`].
pub fn flipping_changes(threshold: f64, probability: f64, changed: &[f64]) -> Vec<&'static str> {
    let verdict = Verdict::at(threshold, probability);
    let names = CHANGES.iter().map(|(name, _)| *name).zip(changed);
    names
        .filter(|(_, changed)| Verdict::at(threshold, **changed) != verdict)
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_the_verdict_depends_on_the_threshold() {
        let changed = [0.5, 0.4, 0.8, 0.7, 0.7, 0.7, 0.7, 0.7, 0.95];
        assert_eq!(
            flipping_changes(0.6, 0.7, &changed),
            ["flipped left to right", "moved 4 % up"]
        );
        assert_eq!(
            flipping_changes(0.9, 0.7, &changed),
            ["shown with more contrast"]
        );
        assert!(flipping_changes(0.3, 0.7, &changed).is_empty());
        // The copies of a film that can't be assessed are not read.
        assert!(flipping_changes(0.6, 0.7, &[]).is_empty());
    }
}
