use serde::{Deserialize, Serialize};

/// What a file says about its film; `None` where it does not say. Formats other than DICOM say hardly anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The modality, as a DICOM code.
    pub modality: Option<String>,
    /// The body part, as the machine names it.
    pub body_part: Option<String>,
    /// The view position, as the machine names it.
    pub view: Option<String>,
    /// The patient's age in years.
    pub age: Option<f64>,
    /// The patient's sex: M, F or O.
    pub sex: Option<String>,
    /// Whether a description says that the film was taken with a portable unit.
    pub portable: bool,
    /// Width and height of the film at the detector, in millimetres.
    pub size: Option<(f64, f64)>,
    /// How many frames the file has; only the first is read.
    pub frames: Option<u64>,
    /// Of an image of 16 bits whose largest value needs only 10 to 14: how many. That value is read as white.
    pub bits_in_use: Option<u32>,
}
