//! Whether a film's verdict hangs on what does not matter: a few copies of it are changed a little and read too.

use super::Verdict;
use crate::change::Change;
use Change::{Contrast, Flip, Shift, Zoom};

/// What is done to the copies, and what it is called. All of it is less than two films of one person differ by, and no
/// physician would judge the film otherwise for it.
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

/// The names of the changes after which the verdict at `threshold` is another. `changed` are the probabilities after
/// each of [`CHANGES`].
pub fn turned(threshold: f64, probability: f64, changed: &[f64]) -> Vec<&'static str> {
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
            turned(0.6, 0.7, &changed),
            ["flipped left to right", "moved 4 % up"]
        );
        assert_eq!(turned(0.9, 0.7, &changed), ["shown with more contrast"]);
        assert!(turned(0.3, 0.7, &changed).is_empty());
        // No copy of a film that can't be judged was read.
        assert!(turned(0.6, 0.7, &[]).is_empty());
    }
}
