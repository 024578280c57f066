//! What the header says about the film. Patient names and IDs are never used.

use super::attributes::Attributes;
use super::tags;
use crate::radiograph::Header;

pub(super) fn header(attributes: &Attributes) -> Header {
    let frames = attributes.decimal(tags::NUMBER_OF_FRAMES);
    Header {
        modality: attributes.text(tags::MODALITY),
        body_part: attributes.text(tags::BODY_PART_EXAMINED),
        view: attributes.text(tags::VIEW_POSITION),
        age: attributes
            .text(tags::PATIENT_AGE)
            .and_then(|age| years(&age)),
        // The cast saturates: a negative number of frames becomes 0.
        frames: frames.map(|frames| frames as u64),
    }
}

/// An age string in years: three digits and D, W, M or Y (PS3.5, 6.2).
fn years(age: &str) -> Option<f64> {
    let (number, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    let number: f64 = number.trim().parse().ok()?;
    match unit {
        "D" => Some(number / 365.25),
        "W" => Some(number * 7.0 / 365.25),
        "M" => Some(number / 12.0),
        "Y" => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_in_days_weeks_months_or_years() {
        assert_eq!(years("003Y"), Some(3.0));
        assert_eq!(years("018M"), Some(1.5));
        assert!((years("052W").unwrap() - 1.0).abs() < 0.01);
        assert!((years("731D").unwrap() - 2.0).abs() < 0.01);
        for nonsense in ["", "Y", "12", "3 years", "né"] {
            assert_eq!(years(nonsense), None, "{nonsense}");
        }
    }
}
