//! Reasons in a film's file to doubt its reading.

#[cfg(feature = "rare-formats")]
mod dicom;
#[cfg(feature = "rare-formats")]
mod vocabulary;

use std::fmt;

use crate::radiograph::Radiograph;

/// A reason in a film's file to doubt its reading.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark {
    /// A modality (DICOM code) other than radiography.
    Modality(String),
    /// A body part other than the chest, as the header names it.
    BodyPart(String),
    /// A view position that is not frontal, as the header names it.
    View(String),
    /// The patient's age in years, outside the range of the training films, and the sex if the header says it.
    Age(f64, Option<Sex>),
    /// A portable unit.
    Portable,
    /// Width and height in millimetres of a film larger than a child's chest.
    Size(f64, f64),
    /// The number of frames in the file; only the first was read.
    FirstFrame(u64),
    /// Of an image of 16 bits: how many are in use.
    BitsInUse(u32),
}

/// The patient's sex as the header says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

/// All remarks on a film.
pub fn remarks(film: &Radiograph) -> Vec<Remark> {
    let header = film.header();
    let mut remarks = Vec::new();
    // Only DICOM files say more: the builds that read none do without the words for chests in many languages.
    #[cfg(feature = "rare-formats")]
    remarks.extend(dicom::remarks(header));
    remarks.extend(header.bits_in_use.map(Remark::BitsInUse));
    remarks
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
            Self::Age(years, sex) => {
                let age = match years {
                    ..1.0 => "less than a year".to_owned(),
                    ..2.0 => "one year".to_owned(),
                    _ => format!("{} years", years.floor()),
                };
                let sex = match sex {
                    Some(Sex::Female) => " and female",
                    Some(Sex::Male) => " and male",
                    None => "",
                };
                write!(
                    f,
                    "According to its header the patient is {age} old{sex}. The network was trained on children aged one to five."
                )
            }
            Self::Portable => f.write_str(
                "According to its header this film was taken with a portable unit. It is not known how well the network reads such films.",
            ),
            Self::Size(width, height) => write!(
                f,
                "According to its pixel spacing this film is {:.0} × {:.0} cm large, which the chest of a child aged one to five does not fill.",
                width / 10.0,
                height / 10.0
            ),
            Self::BitsInUse(bits) => write!(
                f,
                "The file has 16 bits per pixel, but its values need only {bits}. The largest possible value of {bits} bits was read as white."
            ),
            Self::FirstFrame(frames) => {
                write!(
                    f,
                    "The file holds {frames} frames. Only the first was read."
                )
            }
        }
    }
}
