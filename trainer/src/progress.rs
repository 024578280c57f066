//! Progress bars, shown only on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `length` items; `kind` is its unit, such as `films read`.
pub fn bar(length: usize, kind: &'static str) -> ProgressBar {
    let template =
        format!("{{prefix}}{{bar:30}} {{pos}}/{{len}} {kind}, {{per_sec}}, {{eta}} left{{msg}}");
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style)
}
