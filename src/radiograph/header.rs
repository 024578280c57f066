use serde::{Deserialize, Serialize};

/// What a DICOM file says of its film; nothing of it where other files say nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The kind of machine, by its DICOM name.
    pub modality: Option<String>,
    /// The part of the body, as the machine names it.
    pub body_part: Option<String>,
    /// The view, by its DICOM name.
    pub view: Option<String>,
    /// Of the patient, in years.
    pub age: Option<f64>,
    /// How many frames are in the file, of which the first is read.
    pub frames: Option<u64>,
}
