use std::fmt;

use serde::{Deserialize, Serialize};

/// What a file's header says against making much of its reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Remark {
    /// The kind of machine, by its DICOM name, which makes no radiographs.
    Modality(String),
    /// The part of the body, by its DICOM name, which is not the chest.
    BodyPart(String),
    /// The view, by its DICOM name, which is not frontal.
    View(String),
    /// Of the patient in years, which none had on whose films the network was trained.
    Age(f64),
    /// So many frames are in the file; the first was read.
    FirstFrame(u64),
}

/// A sentence for the reader.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Modality(name) => write!(
                f,
                "By its header this is no radiograph: its modality is {name}."
            ),
            Self::BodyPart(name) => {
                write!(
                    f,
                    "By its header this is no chest: the body part is {name}."
                )
            }
            Self::View(name) => write!(
                f,
                "By its header this is no frontal film: the view is {name}."
            ),
            Self::Age(years) => {
                let age = match years {
                    ..1.0 => "less than a year".to_owned(),
                    ..2.0 => "one year".to_owned(),
                    _ => format!("{} years", years.floor()),
                };
                write!(
                    f,
                    "By its header the patient is {age} old. The network learnt from children of one to five years."
                )
            }
            Self::FirstFrame(frames) => {
                write!(f, "The file holds {frames} frames. The first was read.")
            }
        }
    }
}
