//! Known changes to a film, none of which should change the answer. The library reads a few changed copies of each film
//! (`reading`), and the trainer measures the effect of each change on many films.

mod geometry;

pub use geometry::{Angle, Geometry};

/// A change to an image with grey values from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    Flip,
    /// Down and to the right, by these fractions of the height and width. The edge is replicated.
    Shift([f32; 2]),
    /// Shows these fractions of the height and width. Above 1, the edge is replicated.
    Zoom([f32; 2]),
    /// Multiplies differences from mid-grey by this factor.
    Contrast(f32),
}

use Change::{Contrast, Flip, Shift, Zoom};

impl Change {
    /// The changed copy of `pixels`, `height` × `width`.
    pub fn apply(self, pixels: &[f32], (height, width): (usize, usize)) -> Vec<f32> {
        let moved = |geometry: Geometry| {
            let mut moved = vec![0.0; pixels.len()];
            geometry.apply(pixels, (height, width), &mut moved);
            moved
        };
        let none = Geometry::NONE;
        match self {
            Flip => moved(Geometry { flip: true, ..none }),
            Shift(shift) => moved(Geometry { shift, ..none }),
            Zoom(zoom) => moved(Geometry { zoom, ..none }),
            Contrast(factor) => {
                let changed = pixels.iter().map(|value| (value - 0.5) * factor + 0.5);
                changed.map(|value| value.clamp(0.0, 1.0)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 × 30, brighter to the right, and a little brighter downwards.
    fn film() -> Vec<f32> {
        let pixels = (0..40 * 30).map(|at| (at % 40) as f32 / 50.0 + (at / 40) as f32 / 300.0);
        pixels.collect()
    }

    fn changed(change: Change) -> Vec<f32> {
        change.apply(&film(), (30, 40))
    }

    #[test]
    fn every_change_changes_the_film_and_keeps_it_between_black_and_white() {
        for change in [Flip, Shift([0.0, 0.05]), Zoom([0.9; 2]), Contrast(1.3)] {
            let changed = changed(change);
            assert!(
                changed.iter().all(|value| (0.0..=1.0).contains(value)),
                "{change:?}"
            );
            let pairs = changed.iter().zip(film());
            let difference: f32 = pairs.map(|(a, b)| (a - b).abs()).sum();
            assert!(difference / 1200.0 > 1e-3, "{change:?}");
        }
    }

    #[test]
    fn shifting_back_restores_all_but_the_edges() {
        let there = changed(Shift([0.1; 2]));
        let back = Shift([-0.1; 2]).apply(&there, (30, 40));
        for at in [15 * 40 + 20, 10 * 40 + 12] {
            assert!((back[at] - film()[at]).abs() < 1e-5);
        }
    }

    #[test]
    fn more_contrast_keeps_mid_grey_and_spreads_the_rest() {
        let changed = Contrast(2.0).apply(&[0.0, 0.375, 0.5, 0.625], (1, 4));
        assert_eq!(changed, [0.0, 0.25, 0.5, 0.75]);
    }
}
