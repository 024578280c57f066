//! Values → grey through a window (PS3.3, C.11.2) that comes from the file or is set in a viewer.

use serde::{Deserialize, Serialize};

/// The range of values shown from black to white.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The value that is shown as mid-grey.
    pub center: f64,
    /// More than 0; at least 1 for a [linear](Function::Linear) window.
    pub width: f64,
    pub function: Function,
}

/// The VOI LUT function (PS3.3, C.11.2.1.2 and C.11.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Function {
    Linear,
    LinearExact,
    Sigmoid,
}

impl Window {
    /// Between two values, black at the lower and white at the higher. A uniform film, with both equal, is grey.
    pub fn between(one: f64, other: f64) -> Self {
        Self {
            center: (one + other) / 2.0,
            width: (one - other).abs().max(f64::MIN_POSITIVE),
            function: Function::LinearExact,
        }
    }

    /// 0 (black) to 1 (white).
    pub fn grey(&self, value: f64) -> f64 {
        let Self { center, width, .. } = *self;
        match self.function {
            Function::Linear if width == 1.0 => f64::from(value > center - 0.5),
            Function::Linear => (value - (center - 0.5)) / (width - 1.0) + 0.5,
            Function::LinearExact => (value - center) / width + 0.5,
            Function::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
        }
        .clamp(0.0, 1.0)
    }
}
