//! What the header of a DICOM file says against its reading.

use super::vocabulary::{is_chest, is_frontal};
use super::{Remark, Sex};
use crate::radiograph::Header;

/// Modality codes of radiographs, and unspecific ones.
const RADIOGRAPHS: [&str; 6] = ["CR", "DX", "RG", "RF", "OT", "SC"];
/// Ages in years of the children in the training films: up to the sixth birthday.
const TRAINED_ON: std::ops::Range<f64> = 1.0..6.0;
/// The shorter side of a film, in millimetres, from which on it is made for adults. A chest of a child aged one to five
/// is at most some 250 mm wide.
const ADULT_FILM: f64 = 340.0;

pub(super) fn remarks(header: &Header) -> Vec<Remark> {
    let Header {
        modality,
        body_part,
        view,
        age,
        sex,
        portable,
        size,
        frames,
        bits_in_use: _,
    } = header.clone();
    let sex = match sex.as_deref() {
        Some("F" | "f") => Some(Sex::Female),
        Some("M" | "m") => Some(Sex::Male),
        _ => None,
    };
    let remarks = [
        modality
            .filter(|modality| !RADIOGRAPHS.contains(&modality.as_str()))
            .map(Remark::Modality),
        body_part
            .filter(|part| !is_chest(part))
            .map(Remark::BodyPart),
        view.filter(|view| !is_frontal(view)).map(Remark::View),
        age.filter(|age| !TRAINED_ON.contains(age))
            .map(|age| Remark::Age(age, sex)),
        portable.then_some(Remark::Portable),
        size.filter(|(width, height)| width.min(*height) >= ADULT_FILM)
            .map(|(width, height)| Remark::Size(width, height)),
        frames.filter(|frames| *frames > 1).map(Remark::FirstFrame),
    ];
    remarks.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(header: Header) -> String {
        let sentences = remarks(&header)
            .into_iter()
            .map(|remark| remark.to_string());
        sentences.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_ordinary_film_of_a_child_gets_no_remark() {
        let header = Header {
            modality: Some("DX".into()),
            body_part: Some("TORAX".into()),
            view: Some("AP SUPINE".into()),
            age: Some(5.9),
            sex: Some("F".into()),
            size: Some((240.0, 300.0)),
            frames: Some(1),
            ..Header::default()
        };
        assert_eq!(said(header), "");
    }

    #[test]
    fn an_adults_film_is_told_by_age_sex_and_size() {
        let said = said(Header {
            age: Some(6.0),
            sex: Some("M".into()),
            size: Some((350.0, 430.0)),
            ..Header::default()
        });
        assert!(said.contains("6 years old and male"), "{said}");
        assert!(said.contains("35 × 43 cm large"), "{said}");
    }

    #[test]
    fn a_portable_unit_is_told() {
        let said = said(Header {
            portable: true,
            ..Header::default()
        });
        assert!(said.contains("portable"), "{said}");
    }
}
