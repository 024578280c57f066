//! The position and orientation of a film in its viewer: the arithmetic of zooming, panning, rotating and flipping.
//!
//! Stage coordinates are device pixels from the stage's upper left corner, film coordinates are the film's pixels.

/// x and y, or width and height.
pub type Pair = [f64; 2];

/// A film can be zoomed out to half of what fits, and in to this many device pixels per film pixel.
const LEAST_OF_FIT: f64 = 0.5;
const LARGEST: f64 = 32.0;

/// A film on a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The film's size.
    film: Pair,
    /// The stage's size; zero until it is known.
    stage: Pair,
    /// Film directions → stage directions: one of the eight combinations of rotation and reflection, as the rows of a
    /// matrix with entries -1, 0 and 1.
    orientation: [Pair; 2],
    /// The point of the film at the centre of the stage.
    center: Pair,
    /// Device pixels per film pixel.
    scale: f64,
    /// Whether the film is fitted again when the stage changes.
    fitted: bool,
}

impl Viewport {
    /// The whole film, upright.
    pub fn of(film: Pair) -> Self {
        Self {
            film,
            stage: [0.0; 2],
            orientation: [[1.0, 0.0], [0.0, 1.0]],
            center: film.map(|side| side / 2.0),
            scale: 1.0,
            fitted: true,
        }
    }

    pub fn film(&self) -> Pair {
        self.film
    }

    pub fn stage(&self) -> Pair {
        self.stage
    }

    /// Device pixels per film pixel.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The same view on a stage of another size.
    pub fn on(mut self, stage: Pair) -> Self {
        self.stage = stage;
        if self.fitted { self.fit() } else { self }
    }

    /// Shows the whole film, as large as the stage allows.
    pub fn fit(mut self) -> Self {
        self.fitted = true;
        self.center = self.film.map(|side| side / 2.0);
        self.scale = self.fitting_scale();
        self
    }

    fn fitting_scale(&self) -> f64 {
        let [width, height] = self.turned(self.film).map(f64::abs);
        (self.stage[0] / width)
            .min(self.stage[1] / height)
            .max(1e-6)
    }

    /// Shows each film pixel as one device pixel.
    pub fn actual_size(self) -> Self {
        let middle = self.middle();
        self.zoom(1.0 / self.scale, middle)
    }

    /// Enlarges by `factor`; what is under `at` stays there.
    pub fn zoom(mut self, factor: f64, at: Pair) -> Self {
        let fit = self.fitting_scale();
        let under = self.film_under(at);
        let range = (fit * LEAST_OF_FIT).min(1.0)..=LARGEST.max(fit);
        self.scale = (self.scale * factor).clamp(*range.start(), *range.end());
        self.fitted = false;
        let moved = self.film_under(at);
        self.center = [0, 1].map(|axis| self.center[axis] + under[axis] - moved[axis]);
        self.clamped()
    }

    /// Pans by that many device pixels.
    pub fn moved(mut self, by: Pair) -> Self {
        let by = self.turned_back(by);
        self.fitted = false;
        self.center = [0, 1].map(|axis| self.center[axis] - by[axis] / self.scale);
        self.clamped()
    }

    fn clamped(mut self) -> Self {
        self.center = [0, 1].map(|axis| self.center[axis].clamp(0.0, self.film[axis]));
        self
    }

    /// Rotates by 90°, clockwise or anticlockwise.
    pub fn turn(self, clockwise: bool) -> Self {
        let sign = if clockwise { 1.0 } else { -1.0 };
        self.oriented([[0.0, -sign], [sign, 0.0]])
    }

    /// Flips the film on the stage, left to right or top to bottom.
    pub fn flip(self, horizontally: bool) -> Self {
        let sign = if horizontally { 1.0 } else { -1.0 };
        self.oriented([[-sign, 0.0], [0.0, sign]])
    }

    fn oriented(mut self, by: [Pair; 2]) -> Self {
        let [first, second] = self.orientation;
        self.orientation =
            by.map(|row| [0, 1].map(|axis| row[0] * first[axis] + row[1] * second[axis]));
        if self.fitted { self.fit() } else { self }
    }

    pub fn middle(&self) -> Pair {
        self.stage.map(|side| side / 2.0)
    }

    /// A magnifier over `at` that enlarges by `factor`, on a stage of its own.
    pub fn lens(self, at: Pair, factor: f64, stage: Pair) -> Self {
        Self {
            center: self.film_under(at),
            scale: self.scale * factor,
            fitted: false,
            stage,
            ..self
        }
    }

    fn turned(&self, [x, y]: Pair) -> Pair {
        self.orientation.map(|row| row[0] * x + row[1] * y)
    }

    /// The inverse: for an orthogonal matrix, the transpose.
    fn turned_back(&self, [x, y]: Pair) -> Pair {
        let [first, second] = self.orientation;
        [0, 1].map(|axis| first[axis] * x + second[axis] * y)
    }

    /// The point of the film under a point of the stage.
    pub fn film_under(self, at: Pair) -> Pair {
        let middle = self.middle();
        let from_middle = self.turned_back([0, 1].map(|axis| at[axis] - middle[axis]));
        [0, 1].map(|axis| self.center[axis] + from_middle[axis] / self.scale)
    }

    /// The visible part of the film: its upper left and lower right corners.
    pub fn visible(&self) -> [Pair; 2] {
        let (one, other) = (self.film_under([0.0; 2]), self.film_under(self.stage));
        let ends = |pick: fn(f64, f64) -> f64| {
            [0, 1].map(|axis| pick(one[axis], other[axis]).clamp(0.0, self.film[axis]))
        };
        [ends(f64::min), ends(f64::max)]
    }

    /// Film coordinates → stage coordinates as a canvas transform: `x' = a x + c y + e`, `y' = b x + d y + f`. The film
    /// starts at a whole pixel, so that at actual size it is drawn without resampling.
    pub fn transform(&self) -> [f64; 6] {
        let [[a, c], [b, d]] = self
            .orientation
            .map(|row| row.map(|entry| entry * self.scale));
        let (middle, [x, y]) = (self.middle(), self.center);
        let e = middle[0] - (a * x + c * y);
        let f = middle[1] - (b * x + d * y);
        [a, b, c, d, e.round(), f.round()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILM: Pair = [200.0, 100.0];

    fn shown() -> Viewport {
        Viewport::of(FILM).on([400.0, 400.0])
    }

    fn assert_close(found: Pair, expected: Pair) {
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
        }
    }

    #[test]
    fn a_film_fills_its_stage_and_keeps_filling_it_until_it_is_zoomed() {
        assert_eq!(shown().scale(), 2.0);
        assert_eq!(shown().on([100.0, 400.0]).scale(), 0.5);
        assert_eq!(shown().turn(true).scale(), 2.0);
        assert_eq!(shown().turn(true).on([400.0, 200.0]).scale(), 1.0);
        let zoomed = shown().zoom(2.0, [200.0, 200.0]);
        assert_eq!(zoomed.on([100.0, 400.0]).scale(), 4.0);
        assert_eq!(zoomed.fit().scale(), 2.0);
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there_when_zooming() {
        let at = [150.0, 210.0];
        for view in [shown(), shown().turn(false), shown().flip(true).turn(true)] {
            let zoomed = view.zoom(3.0, at);
            assert_close(zoomed.film_under(at), view.film_under(at));
        }
    }

    #[test]
    fn turning_and_mirroring_move_the_corners_where_they_belong() {
        // The film's upper left corner is on the stage's left edge, 100 pixels down.
        let corner = [0.0, 100.0];
        assert_close(shown().film_under(corner), [0.0, 0.0]);
        assert_close(shown().flip(true).film_under(corner), [200.0, 0.0]);
        assert_close(shown().flip(false).film_under(corner), [0.0, 100.0]);
        assert_close(shown().turn(true).film_under([300.0, 0.0]), [0.0, 0.0]);
        let around = shown().turn(true).turn(true).turn(true).turn(true);
        assert_eq!(around, shown());
    }

    #[test]
    fn the_canvas_transform_is_the_inverse_of_what_lies_under_a_place() {
        let view = shown().turn(true).zoom(1.7, [90.0, 10.0]);
        let [a, b, c, d, e, f] = view.transform();
        let [x, y] = view.film_under([60.0, 70.0]);
        let found = [a * x + c * y + e, b * x + d * y + f];
        // The film starts at a whole pixel.
        assert!((found[0] - 60.0).abs() <= 0.5 && (found[1] - 70.0).abs() <= 0.5);
    }

    #[test]
    fn the_middle_of_the_stage_never_leaves_the_film_and_zoom_has_its_ends() {
        let far = shown().moved([1e6, -1e6]);
        assert_close(far.film_under(far.middle()), [0.0, 100.0]);
        assert_eq!(shown().zoom(1e9, [0.0; 2]).scale(), LARGEST);
        assert_eq!(shown().zoom(1e-9, [0.0; 2]).scale(), 1.0);
        let [from, to] = shown().visible();
        assert_eq!((from, to), ([0.0; 2], FILM));
    }

    #[test]
    fn a_lens_shows_the_same_place_larger() {
        let lens = shown().lens([250.0, 180.0], 2.5, [100.0; 2]);
        assert_close(
            lens.film_under([50.0; 2]),
            shown().film_under([250.0, 180.0]),
        );
        assert_eq!(lens.scale(), 5.0);
    }
}
