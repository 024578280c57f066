//! Random changes to a training film: shear, zoom and horizontal flip, as the original's
//! `ImageDataGenerator(shear_range=0.2, zoom_range=0.2, horizontal_flip=True)` makes them.

use pneumonia_cnn::input::SIZE;
use rand::{Rng, RngExt};

/// Largest shear, in degrees.
const SHEAR: f32 = 0.2;
/// Each axis shows between 80 % and 120 % of the film.
const ZOOM: f32 = 0.2;

/// One draw of the changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augmentation {
    /// In radians.
    shear: f32,
    /// Share of the film that is shown, vertically and horizontally.
    zoom: [f32; 2],
    flip: bool,
}

impl Augmentation {
    pub fn draw(rng: &mut impl Rng) -> Self {
        Self {
            shear: rng.random_range(-SHEAR..=SHEAR).to_radians(),
            zoom: [(); 2].map(|()| rng.random_range(1.0 - ZOOM..=1.0 + ZOOM)),
            flip: rng.random(),
        }
    }

    /// Writes the changed film of `pixels` to `changed`, both `SIZE * SIZE` values. Places outside the film
    /// repeat its nearest edge; between pixels values are interpolated bilinearly.
    pub fn apply(&self, pixels: &[f32], changed: &mut [f32]) {
        let middle = (SIZE as f32 - 1.0) / 2.0;
        let last = SIZE as f32 - 1.0;
        let [zoom_y, zoom_x] = self.zoom;
        let (sin, cos) = self.shear.sin_cos();
        for (row, changed) in changed.chunks_exact_mut(SIZE).enumerate() {
            for (column, changed) in changed.iter_mut().enumerate() {
                let column = if self.flip { SIZE - 1 - column } else { column };
                let (dy, dx) = (row as f32 - middle, column as f32 - middle);
                // The shear matrix [[1, -sin], [0, cos]] times the zoom matrix, around the middle.
                let y = (zoom_y * dy - sin * zoom_x * dx + middle).clamp(0.0, last);
                let x = (cos * zoom_x * dx + middle).clamp(0.0, last);
                *changed = interpolate(pixels, y, x);
            }
        }
    }
}

fn interpolate(pixels: &[f32], y: f32, x: f32) -> f32 {
    let (top, left) = (y as usize, x as usize);
    let (bottom, right) = ((top + 1).min(SIZE - 1), (left + 1).min(SIZE - 1));
    let (down, across) = (y - top as f32, x - left as f32);
    let between = |a: f32, b: f32, share: f32| a + (b - a) * share;
    let row = |y: usize| between(pixels[y * SIZE + left], pixels[y * SIZE + right], across);
    between(row(top), row(bottom), down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, rng};

    const NONE: Augmentation = Augmentation {
        shear: 0.0,
        zoom: [1.0, 1.0],
        flip: false,
    };

    fn changed(augmentation: Augmentation) -> Vec<f32> {
        let mut changed = vec![0.0; SIZE * SIZE];
        augmentation.apply(&ramp(), &mut changed);
        changed
    }

    fn ramp() -> Vec<f32> {
        (0..SIZE * SIZE)
            .map(|at| (at % SIZE) as f32 + 1000.0 * (at / SIZE) as f32)
            .collect()
    }

    #[test]
    fn no_change_changes_nothing() {
        assert_eq!(changed(NONE), ramp());
    }

    #[test]
    fn a_flip_mirrors_left_and_right() {
        let flipped = changed(Augmentation { flip: true, ..NONE });
        for at in [0, 5, SIZE + 1, SIZE * SIZE - 1] {
            let mirrored = at - at % SIZE + SIZE - 1 - at % SIZE;
            assert_eq!(flipped[at], ramp()[mirrored]);
        }
    }

    #[test]
    fn zoom_keeps_the_middle_and_moves_the_edges() {
        let zoomed = changed(Augmentation {
            zoom: [1.0, 0.8],
            ..NONE
        });
        // Column 0 lies 63.5 left of the middle; at 80 % it shows the film 50.8 left of it.
        assert!((zoomed[0] - 12.7).abs() < 1e-3, "{}", zoomed[0]);
        let middle = (zoomed[63] + zoomed[64]) / 2.0;
        assert!((middle - 63.5).abs() < 1e-3, "{middle}");
        // At 120 % the outermost columns repeat the film's edge.
        let wide = changed(Augmentation {
            zoom: [1.0, 1.2],
            ..NONE
        });
        assert_eq!([wide[0], wide[SIZE - 1]], [0.0, 127.0]);
    }

    #[test]
    fn draws_stay_in_the_originals_ranges_and_reach_across_them() {
        let mut rng = rng(1, Purpose::Augmentation, 0);
        let draws: Vec<_> = (0..1000).map(|_| Augmentation::draw(&mut rng)).collect();
        assert!(draws.iter().all(|d| d.shear.to_degrees().abs() <= 0.2001));
        assert!(
            draws
                .iter()
                .all(|d| d.zoom.iter().all(|zoom| (0.8..=1.2).contains(zoom)))
        );
        assert!(draws.iter().any(|d| d.zoom[0] < 0.82) && draws.iter().any(|d| d.zoom[1] > 1.18));
        let flips = draws.iter().filter(|d| d.flip).count();
        assert!((400..600).contains(&flips), "{flips} of 1000 flipped");
    }
}
