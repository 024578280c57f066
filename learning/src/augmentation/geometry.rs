//! Geometric augmentation.

use pneumonia_cnn::change::{Angle, Geometry};
use pneumonia_kernels::portable::{expf, logf};
use rand::{Rng, RngExt};

/// How far a film may be moved and distorted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeometryRanges {
    /// Largest shear either way, in degrees.
    pub shear: f32,
    /// Largest rotation either way, in degrees.
    pub rotation: f32,
    /// Each axis independently shows between `1 - zoom` and `1 + zoom` of the film, which also varies the aspect ratio:
    /// in this data set it differs between the classes.
    pub zoom: f32,
    /// Both axes together show between `1 / (1 + size)` and `1 + size` of the film.
    pub size: f32,
    /// Largest shift either way along each axis, as a fraction of the film's side.
    pub shift: f32,
    /// Probability that the area outside the film is black. Otherwise it repeats the film's nearest edge.
    pub black_outside: f32,
    /// Range of aspect ratios (width / height) that films are reshaped to, whatever their own: in this data set films
    /// with pneumonia are wider, which shows when squashed to a square. `None` keeps their shape.
    pub shape: Option<[f32; 2]>,
}

impl GeometryRanges {
    /// As far as a film can deviate and still be readable.
    pub const FAR: Self = Self {
        shear: 5.0,
        rotation: 8.0,
        zoom: 0.2,
        size: 0.0,
        shift: 0.06,
        black_outside: 0.3,
        shape: None,
    };

    /// `aspect_ratio` is the film's width / height. An unknown shape is assumed to be in the middle of the range.
    pub fn draw(&self, aspect_ratio: Option<f32>, rng: &mut impl Rng) -> Geometry {
        let mut within = |range: f32| rng.random_range(-range..=range);
        let mut geometry = Geometry {
            shear: Angle::degrees(within(self.shear)),
            rotation: Angle::degrees(within(self.rotation)),
            zoom: [1.0 + within(self.zoom), 1.0 + within(self.zoom)],
            shift: [(); 2].map(|()| within(self.shift)),
            flip: rng.random(),
            black_outside: rng.random::<f32>() < self.black_outside,
        };
        if let Some([narrowest, widest]) = self.shape {
            let wanted = rng.random_range(logf(narrowest)..=logf(widest));
            // Squashed to a square, a wider film shows a narrower and taller chest. Its area stays the same.
            let middle = (narrowest * widest).sqrt();
            let wider = expf((wanted - logf(aspect_ratio.unwrap_or(middle))) / 2.0);
            geometry.zoom[0] /= wider;
            geometry.zoom[1] *= wider;
        }
        // Drawn only if enabled, so that recipes without it keep their random sequence.
        if self.size > 0.0 {
            let reach = logf(1.0 + self.size);
            let shown = expf(rng.random_range(-reach..=reach));
            geometry.zoom = geometry.zoom.map(|zoom| zoom * shown);
        }
        geometry
    }
}

#[cfg(test)]
mod tests {
    use crate::augmentation::{GeometryRanges, Ranges};
    use crate::rng::{Purpose, rng};
    use pneumonia_cnn::change::Angle;

    #[test]
    fn draws_cover_the_original_ranges() {
        let mut rng = rng(1, Purpose::Augmentation, 0);
        let draw = |_| Ranges::ORIGINAL.geometry.draw(None, &mut rng);
        let draws: Vec<_> = (0..1000).map(draw).collect();
        assert!(
            draws
                .iter()
                .all(|d| d.shear.sin.asin().to_degrees().abs() <= 0.2001)
        );
        assert!(
            draws
                .iter()
                .all(|d| d.rotation == Angle::ZERO && d.shift == [0.0; 2])
        );
        assert!(
            draws
                .iter()
                .all(|d| d.zoom.iter().all(|zoom| (0.8..=1.2).contains(zoom)))
        );
        assert!(draws.iter().any(|d| d.zoom[0] < 0.82) && draws.iter().any(|d| d.zoom[1] > 1.18));
        let flips = draws.iter().filter(|d| d.flip).count();
        assert!((400..600).contains(&flips), "{flips} of 1000 flipped");
    }

    #[test]
    fn every_film_is_reshaped_to_the_same_range() {
        let ranges = GeometryRanges {
            zoom: 0.0,
            shape: Some([1.0, 2.0]),
            ..GeometryRanges::FAR
        };
        for aspect_ratio in [1.2, 1.6] {
            let mut rng = rng(1, Purpose::Augmentation, 0);
            let shapes = (0..1000).map(|_| {
                let [height, width] = ranges.draw(Some(aspect_ratio), &mut rng).zoom;
                assert!(
                    (height * width - 1.0).abs() < 1e-5,
                    "the chest changes its size"
                );
                aspect_ratio * width / height
            });
            let mut shapes: Vec<f32> = shapes.collect();
            shapes.sort_by(f32::total_cmp);
            let near = |shape: f32, expected: f32| (shape / expected - 1.0).abs() < 0.03;
            assert!(near(shapes[0], 1.0) && near(shapes[999], 2.0));
            assert!(near(shapes[500], 2f32.sqrt()), "{}", shapes[500]);
        }
    }

    #[test]
    fn films_are_shown_larger_as_often_as_smaller_and_keep_their_shape() {
        let ranges = GeometryRanges {
            zoom: 0.0,
            size: 0.25,
            ..GeometryRanges::FAR
        };
        let mut rng = rng(1, Purpose::Augmentation, 0);
        let mut shown: Vec<f32> = (0..1000)
            .map(|_| {
                let [height, width] = ranges.draw(None, &mut rng).zoom;
                assert_eq!(height, width);
                height
            })
            .collect();
        shown.sort_by(f32::total_cmp);
        for (at, expected) in [(0, 0.8), (500, 1.0), (999, 1.25)] {
            assert!((shown[at] / expected - 1.0).abs() < 0.03, "{}", shown[at]);
        }
    }

    #[test]
    fn a_film_of_an_unknown_shape_is_taken_for_one_in_the_middle_of_the_range() {
        let ranges = GeometryRanges {
            shape: Some([1.0, 4.0]),
            ..GeometryRanges::FAR
        };
        let draw = |aspect_ratio| ranges.draw(aspect_ratio, &mut rng(1, Purpose::Augmentation, 0));
        assert_eq!(draw(None), draw(Some(2.0)));
        assert_ne!(draw(None), draw(Some(1.9)));
    }
}
