//! Reasons in a film's header to doubt its reading.

use std::fmt;

use crate::radiograph::{Header, Radiograph};

/// Modality codes of radiographs, and unspecific ones.
const RADIOGRAPHS: [&str; 6] = ["CR", "DX", "RG", "RF", "OT", "SC"];
/// Frontal view positions, as DICOM codes.
const FRONTAL: [&str; 2] = ["AP", "PA"];
/// Ages in years of the children in the training films.
const TRAINED_ON: std::ops::RangeInclusive<f64> = 1.0..=6.0;

/// A reason in a film's header to doubt its reading.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    /// A modality (DICOM code) other than radiography.
    Modality(String),
    /// A body part other than the chest, as the header names it.
    BodyPart(String),
    /// A view position (DICOM code) that is not frontal.
    View(String),
    /// The patient's age in years, outside the range of the training films.
    Age(f64),
    /// The number of frames in the file; only the first was read.
    FirstFrame(u64),
}

/// All remarks on a film.
pub fn remarks(film: &Radiograph) -> Vec<Remark> {
    let Header {
        modality,
        body_part,
        view,
        age,
        frames,
    } = film.header().clone();
    let remarks = [
        modality
            .filter(|modality| !RADIOGRAPHS.contains(&modality.as_str()))
            .map(Remark::Modality),
        body_part
            .filter(|part| !is_chest(part))
            .map(Remark::BodyPart),
        view.filter(|view| !FRONTAL.contains(&view.as_str()))
            .map(Remark::View),
        age.filter(|age| !TRAINED_ON.contains(age)).map(Remark::Age),
        frames.filter(|frames| *frames > 1).map(Remark::FirstFrame),
    ];
    remarks.into_iter().flatten().collect()
}

fn is_chest(part: &str) -> bool {
    let part = part.to_uppercase();
    ["CHEST", "THORAX", "LUNG"]
        .iter()
        .any(|chest| part.contains(chest))
}

/// A sentence for the reader.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Modality(name) => write!(
                f,
                "According to its header this is not a radiograph: the modality is {name}."
            ),
            Self::BodyPart(name) => {
                write!(
                    f,
                    "According to its header this is not a chest film: the body part is {name}."
                )
            }
            Self::View(name) => write!(
                f,
                "According to its header this is not a frontal film: the view is {name}."
            ),
            Self::Age(years) => {
                let age = match years {
                    ..1.0 => "less than a year".to_owned(),
                    ..2.0 => "one year".to_owned(),
                    _ => format!("{} years", years.floor()),
                };
                write!(
                    f,
                    "According to its header the patient is {age} old. The network was trained on children aged one to five."
                )
            }
            Self::FirstFrame(frames) => {
                write!(
                    f,
                    "The file holds {frames} frames. Only the first was read."
                )
            }
        }
    }
}
