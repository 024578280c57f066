//! What the header says against reading a film. Names and numbers of patients are never looked at.

use super::attributes::Attributes;
use super::tags;
use crate::radiograph::Remark;

/// Radiographs, and files that do not say.
const RADIOGRAPHS: [&str; 6] = ["CR", "DX", "RG", "RF", "OT", "SC"];
/// Frontal views, by their DICOM names.
const FRONTAL: [&str; 2] = ["AP", "PA"];
/// Years of age of the children on whose films the network was trained.
const TRAINED_ON: std::ops::RangeInclusive<f64> = 1.0..=6.0;

pub(super) fn remarks(attributes: &Attributes) -> Vec<Remark> {
    let modality = attributes.text(tags::MODALITY);
    let modality = modality.filter(|modality| !RADIOGRAPHS.contains(&modality.as_str()));
    let body_part = attributes.text(tags::BODY_PART_EXAMINED);
    let body_part = body_part.filter(|part| !is_chest(part));
    let view = attributes.text(tags::VIEW_POSITION);
    let view = view.filter(|view| !FRONTAL.contains(&view.as_str()));
    let age = attributes.text(tags::PATIENT_AGE);
    let age = age.and_then(|age| years(&age));
    let age = age.filter(|age| !TRAINED_ON.contains(age));
    let frames = attributes.decimal(tags::NUMBER_OF_FRAMES);
    let frames = frames.filter(|frames| *frames > 1.0);
    let remarks = [
        modality.map(Remark::Modality),
        body_part.map(Remark::BodyPart),
        view.map(Remark::View),
        age.map(Remark::Age),
        frames.map(|frames| Remark::FirstFrame(frames as u64)),
    ];
    remarks.into_iter().flatten().collect()
}

fn is_chest(part: &str) -> bool {
    let part = part.to_uppercase();
    ["CHEST", "THORAX", "LUNG"]
        .iter()
        .any(|chest| part.contains(chest))
}

/// Years of an age string: three digits and D, W, M or Y (PS3.5, 6.2).
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
