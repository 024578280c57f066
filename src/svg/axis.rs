//! The scale of one axis, with ticks at round numbers.

/// Maps values to positions along one axis of the plot.
pub struct Axis {
    pub low: f64,
    pub high: f64,
    /// Distance between ticks: 1, 2 or 5 times a power of ten.
    step: f64,
    /// The positions of `low` and `high`, in SVG user units.
    pub start: f64,
    pub end: f64,
}

impl Axis {
    /// An axis over `values` with about `ticks` ticks, which lie on whole numbers if the values are
    /// `whole`.
    pub fn new(
        values: impl Iterator<Item = f64>,
        ticks: f64,
        whole: bool,
        start: f64,
        end: f64,
    ) -> Self {
        let range = values.fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        });
        let (mut low, mut high) = range.unwrap_or((0.0, 1.0));
        // Nearly equal values get room on both sides, so that the axis has a length.
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let room = (0.05 * low.abs()).max(0.5);
            (low, high) = (low - room, high + room);
        }
        let rough = (high - low) / ticks;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0]
            .map(|factor| factor * power)
            .into_iter()
            .find(|&step| step >= rough);
        let step = step.unwrap_or(10.0 * power);
        Self {
            low,
            high,
            step: if whole { step.max(1.0) } else { step },
            start,
            end,
        }
    }

    /// The same axis, from the tick at or below its values to the one at or above them.
    pub fn rounded_out(self) -> Self {
        let (low, high) = (
            (self.low / self.step).floor() * self.step,
            (self.high / self.step).ceil() * self.step,
        );
        Self { low, high, ..self }
    }

    pub fn place(&self, value: f64) -> f64 {
        self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)
    }

    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        // A hair of tolerance: 0.3 / 0.1 is not 3.
        let first = (self.low / self.step - 1e-6).ceil() as i64;
        let last = (self.high / self.step + 1e-6).floor() as i64;
        (first..=last).map(|tick| tick as f64 * self.step)
    }

    pub fn label(&self, tick: f64) -> String {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        if decimals > 5 || self.high.abs().max(self.low.abs()) >= 1e6 {
            return format!("{tick:.1e}");
        }
        format!("{tick:.decimals$}")
    }
}
