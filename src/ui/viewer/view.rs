//! How a film lies on its stage: the arithmetic of zooming, moving, turning and mirroring.
//!
//! Stage coordinates are device pixels from the stage's upper left corner, film coordinates are the film's pixels.

/// x and y, or width and height.
pub type Pair = [f64; 2];

/// The smallest film is a half of what fits, the largest has pixels of so many device pixels.
const LEAST_OF_FIT: f64 = 0.5;
const LARGEST: f64 = 32.0;

/// A film on a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The film's size.
    film: Pair,
    /// The stage's size; of none before it is known.
    stage: Pair,
    /// Film directions → stage directions: one of the eight ways a film can be turned and mirrored, as a matrix of
    /// rows whose entries are -1, 0 and 1.
    orientation: [Pair; 2],
    /// The place on the film that is in the middle of the stage.
    center: Pair,
    /// Device pixels a film pixel.
    scale: f64,
    /// Whether the film keeps filling the stage when that changes.
    fitted: bool,
}

impl View {
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

    /// Device pixels a film pixel.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// On a stage of another size.
    pub fn on(mut self, stage: Pair) -> Self {
        self.stage = stage;
        if self.fitted { self.fit() } else { self }
    }

    /// So that the whole film is seen, as large as the stage allows.
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

    /// So that each pixel of the film is one of the screen.
    pub fn actual_size(self) -> Self {
        let middle = self.middle();
        self.zoom(1.0 / self.scale, middle)
    }

    /// Larger by `factor`; what lies under `at` stays there.
    pub fn zoom(mut self, factor: f64, at: Pair) -> Self {
        let fit = self.fitting_scale();
        let under = self.film_under(at);
        let range = (fit * LEAST_OF_FIT).min(1.0)..=LARGEST.max(fit);
        self.scale = (self.scale * factor).clamp(*range.start(), *range.end());
        self.fitted = false;
        let moved = self.film_under(at);
        self.center = [0, 1].map(|axis| self.center[axis] + under[axis] - moved[axis]);
        self.kept_in_sight()
    }

    /// Moved by so many device pixels.
    pub fn moved(mut self, by: Pair) -> Self {
        let by = self.turned_back(by);
        self.fitted = false;
        self.center = [0, 1].map(|axis| self.center[axis] - by[axis] / self.scale);
        self.kept_in_sight()
    }

    fn kept_in_sight(mut self) -> Self {
        self.center = [0, 1].map(|axis| self.center[axis].clamp(0.0, self.film[axis]));
        self
    }

    /// Turned by a quarter, clockwise or not.
    pub fn turn(self, clockwise: bool) -> Self {
        let sign = if clockwise { 1.0 } else { -1.0 };
        self.oriented([[0.0, -sign], [sign, 0.0]])
    }

    /// Left and right, or else top and bottom change sides on the stage.
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

    /// A lens over `at`, that enlarges by `factor` on a stage of its own.
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

    /// The inverse: of such a matrix it is the one with rows for columns.
    fn turned_back(&self, [x, y]: Pair) -> Pair {
        let [first, second] = self.orientation;
        [0, 1].map(|axis| first[axis] * x + second[axis] * y)
    }

    /// The place on the film under a place on the stage.
    pub fn film_under(self, at: Pair) -> Pair {
        let middle = self.middle();
        let from_middle = self.turned_back([0, 1].map(|axis| at[axis] - middle[axis]));
        [0, 1].map(|axis| self.center[axis] + from_middle[axis] / self.scale)
    }

    /// The part of the film that is on the stage: from and to.
    pub fn visible(&self) -> [Pair; 2] {
        let (one, other) = (self.film_under([0.0; 2]), self.film_under(self.stage));
        let ends = |pick: fn(f64, f64) -> f64| {
            [0, 1].map(|axis| pick(one[axis], other[axis]).clamp(0.0, self.film[axis]))
        };
        [ends(f64::min), ends(f64::max)]
    }

    /// Film coordinates → stage coordinates as canvases have them: `x' = a x + c y + e`, `y' = b x + d y + f`. The
    /// film begins at a whole pixel, so that at its actual size it is drawn as it is.
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
