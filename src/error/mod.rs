//! The library's only error type. Its messages are shown to visitors verbatim, so each variant says what is wrong and
//! what to do about it.

mod tensors;

pub use tensors::{TensorFault, TensorFaults};

/// A result whose error a visitor can act on.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a film or a weights file could not be used, grouped by whose fault it is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    // The file is at fault.
    #[error("This file is empty. Copy the original again.")]
    Empty,
    #[error(
        "This file is not a picture in a supported format. \
         Choose a DICOM, PNG, JPEG, WebP, BMP, TIFF or GIF file."
    )]
    NotAPicture,
    #[error("This {format} file is damaged or incomplete ({reason}). Copy the original again.")]
    Damaged {
        format: &'static str,
        reason: String,
    },

    // The file may be intact, but this program does not support its kind.
    #[error(
        "This kind of {format} file can't be read here ({reason}). Save it as an ordinary PNG and choose that."
    )]
    Unsupported {
        format: &'static str,
        reason: String,
    },

    #[error(
        "This kind of {format} file is only read by builds of this program with the feature `rare-formats`."
    )]
    NeedsRareFormats { format: &'static str },

    // A limit is exceeded.
    #[error("This file has {actual_mb} MB; the limit is {limit_mb} MB. Choose a smaller file.")]
    TooManyBytes { actual_mb: u64, limit_mb: u64 },
    #[error(
        "This picture has {width} × {height} pixels; the limit is {limit_mp} megapixels. \
         Scale it down and choose it again."
    )]
    TooManyPixels {
        width: u64,
        height: u64,
        limit_mp: u64,
    },
    #[error(
        "This picture would take {actual_mb} MB of memory; the limit is {limit_mb} MB. \
         Scale it down and choose it again."
    )]
    TooMuchMemory { actual_mb: u64, limit_mb: u64 },

    // The weights can't be used.
    #[error(
        "The weights file is not a valid safetensors file ({0}). Load it again, or train new weights."
    )]
    WeightsDamaged(String),
    #[error("{0}")]
    Tensors(TensorFaults),
    #[error("The weights file does not say how to use it: its metadata {0}.")]
    Metadata(String),

    // This program failed: a bug.
    #[error(
        "Reading this {format} file failed. This is a bug in the program; please report it. Save the film as an \
         ordinary PNG and choose that."
    )]
    Panicked { format: &'static str },
    #[error(
        "The network could not be run ({}). This is a bug in the program; please report it.", in_words(.0)
    )]
    Network(#[from] candle_core::Error),
}

/// candle's message, which only developers understand. The page omits it: formatting it pulls in the code that prints
/// backtraces, 30 KB that every visitor would have to download.
fn in_words(error: &candle_core::Error) -> String {
    if cfg!(target_arch = "wasm32") {
        "an operation failed".into()
    } else {
        error.to_string()
    }
}
