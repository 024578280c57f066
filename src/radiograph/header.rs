use serde::{Deserialize, Serialize};

/// What a DICOM header says about its film; all `None` for other formats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The modality, as a DICOM code.
    pub modality: Option<String>,
    /// The body part, as the machine names it.
    pub body_part: Option<String>,
    /// The view position, as a DICOM code.
    pub view: Option<String>,
    /// The patient's age in years.
    pub age: Option<f64>,
    /// How many frames the file has; only the first is read.
    pub frames: Option<u64>,
}
