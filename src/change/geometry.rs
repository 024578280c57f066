//! Shear, rotation, zoom, shift and horizontal flip, with a single interpolation.

use pneumonia_kernels::portable::{cosf, sinf};

/// A geometric transform of a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    pub shear: Angle,
    pub rotation: Angle,
    /// Fraction of the film that is shown, vertically and horizontally.
    pub zoom: [f32; 2],
    /// Down and to the right, as fractions of the film's height and width.
    pub shift: [f32; 2],
    pub flip: bool,
    pub black_outside: bool,
}

/// An angle as its sine and cosine. These are computed where the angle is sampled, so that binaries that never rotate a
/// film contain no trigonometry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Angle {
    pub sin: f32,
    pub cos: f32,
}

impl Angle {
    pub const ZERO: Self = Self { sin: 0.0, cos: 1.0 };

    pub fn degrees(degrees: f32) -> Self {
        let radians = degrees.to_radians();
        Self {
            sin: sinf(radians),
            cos: cosf(radians),
        }
    }
}

impl Geometry {
    /// The identity.
    pub const NONE: Self = Self {
        shear: Angle::ZERO,
        rotation: Angle::ZERO,
        zoom: [1.0; 2],
        shift: [0.0; 2],
        flip: false,
        black_outside: false,
    };

    /// Transforms `pixels`, `height` × `width`, into `moved`, with bilinear interpolation.
    pub fn apply(&self, pixels: &[f32], (height, width): (usize, usize), moved: &mut [f32]) {
        let last = (height as f32 - 1.0, width as f32 - 1.0);
        let middle = (last.0 / 2.0, last.1 / 2.0);
        let shift = (self.shift[0] * height as f32, self.shift[1] * width as f32);
        let [zoom_y, zoom_x] = self.zoom;
        let (shear, rotation) = (self.shear, self.rotation);
        for (row, moved) in moved.chunks_exact_mut(width).enumerate() {
            for (column, moved) in moved.iter_mut().enumerate() {
                let column = if self.flip {
                    width - 1 - column
                } else {
                    column
                };
                let dy = zoom_y * (row as f32 - middle.0 - shift.0);
                let dx = zoom_x * (column as f32 - middle.1 - shift.1);
                // Keras' shear matrix [[1, -sin], [0, cos]], then a rotation, about the centre.
                let (dy, dx) = (dy - shear.sin * dx, shear.cos * dx);
                let y = rotation.cos * dy - rotation.sin * dx + middle.0;
                let x = rotation.sin * dy + rotation.cos * dx + middle.1;
                let (inside_y, inside_x) = (y.clamp(0.0, last.0), x.clamp(0.0, last.1));
                let outside = (y - inside_y).abs().max((x - inside_x).abs()) > 0.5;
                *moved = if self.black_outside && outside {
                    0.0
                } else {
                    interpolate(pixels, (height, width), inside_y, inside_x)
                };
            }
        }
    }
}

fn interpolate(pixels: &[f32], (height, width): (usize, usize), y: f32, x: f32) -> f32 {
    let (top, left) = (y as usize, x as usize);
    let (bottom, right) = ((top + 1).min(height - 1), (left + 1).min(width - 1));
    let (down, across) = (y - top as f32, x - left as f32);
    let between = |a: f32, b: f32, share: f32| a + (b - a) * share;
    let row = |y: usize| between(pixels[y * width + left], pixels[y * width + right], across);
    between(row(top), row(bottom), down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::SIZE;

    fn moved(geometry: Geometry) -> Vec<f32> {
        let mut moved = vec![0.0; SIZE * SIZE];
        geometry.apply(&ramp(), (SIZE, SIZE), &mut moved);
        moved
    }

    fn ramp() -> Vec<f32> {
        (0..SIZE * SIZE)
            .map(|at| (at % SIZE) as f32 + 1000.0 * (at / SIZE) as f32)
            .collect()
    }

    #[test]
    fn no_change_changes_nothing() {
        assert_eq!(moved(Geometry::NONE), ramp());
    }

    #[test]
    fn a_flip_mirrors_left_and_right() {
        let flipped = moved(Geometry {
            flip: true,
            ..Geometry::NONE
        });
        for at in [0, 5, SIZE + 1, SIZE * SIZE - 1] {
            let mirrored = at - at % SIZE + SIZE - 1 - at % SIZE;
            assert_eq!(flipped[at], ramp()[mirrored]);
        }
    }

    #[test]
    fn zoom_keeps_the_middle_and_moves_the_edges() {
        let zoomed = moved(Geometry {
            zoom: [1.0, 0.8],
            ..Geometry::NONE
        });
        // Column 0 is 63.5 left of the centre; at 80 % it shows what is 50.8 left of it.
        assert!((zoomed[0] - 12.7).abs() < 1e-3, "{}", zoomed[0]);
        let middle = (zoomed[63] + zoomed[64]) / 2.0;
        assert!((middle - 63.5).abs() < 1e-3, "{middle}");
        // At 120 % the outermost columns repeat the film's edge.
        let wide = moved(Geometry {
            zoom: [1.0, 1.2],
            ..Geometry::NONE
        });
        assert_eq!([wide[0], wide[SIZE - 1]], [0.0, 127.0]);
    }

    #[test]
    fn a_shift_moves_down_and_right_and_a_quarter_turn_turns() {
        let at = |row: usize, column: usize| row * SIZE + column;
        let shifted = moved(Geometry {
            shift: [3.0 / 128.0, 5.0 / 128.0],
            ..Geometry::NONE
        });
        assert_eq!(shifted[at(23, 45)], ramp()[at(20, 40)]);
        let turned = moved(Geometry {
            rotation: Angle::degrees(90.0),
            ..Geometry::NONE
        });
        let expected = ramp()[at(SIZE - 1 - 40, 20)];
        assert!((turned[at(20, 40)] - expected).abs() < 0.1);
    }

    #[test]
    fn outside_the_film_is_black_when_drawn_so() {
        let geometry = Geometry {
            shift: [0.0, 20.0 / 128.0],
            black_outside: true,
            ..Geometry::NONE
        };
        let row = &moved(geometry)[SIZE..2 * SIZE];
        assert_eq!((row[0], row[19], row[20]), (0.0, 0.0, 1000.0));
    }
}
