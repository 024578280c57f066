//! What the fuzz targets have in common. See CONTRIBUTING.md for how to run them.

use pneumonia_cnn::radiograph::{FilmValues, Format, Limits, Radiograph, to_grey8};
use pneumonia_cnn::reading::remarks;

/// Reads a film as the page does: its picture, its remarks, and its values at full depth.
///
/// Only files of `format` are read, so that each target keeps to its decoder.
pub fn film(bytes: &[u8], format: Format) {
    if Format::of(bytes) != Some(format) {
        return;
    }
    // Small, so that a run is quick; the limits themselves are tested elsewhere.
    let limits = Limits {
        max_bytes: 100_000,
        max_pixels: 10_000,
        max_decoded_bytes: 100_000,
    };
    let film = Radiograph::from_bytes(bytes, &limits);
    let values = FilmValues::from_bytes(bytes, &limits);
    assert_eq!(film.is_ok(), values.is_ok(), "both read the same files");
    if let (Ok(film), Ok(values)) = (film, values) {
        assert!(film.pixels().iter().all(|grey| (0.0..=1.0).contains(grey)), "grey is from 0 to 1");
        assert!(film.colourfulness().is_finite());
        to_grey8(film.pixels());
        for remark in remarks(&film) {
            remark.to_string();
        }
        assert!(!values.presentation.presets.is_empty());
    }
}
