use crate::{Error, Result};

const MEGA: u64 = 1_000_000;

/// The most that a file may require. A file's header is checked against these limits before anything is decoded, so a
/// small file that claims to be huge costs nothing.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Size of the file.
    pub max_bytes: u64,
    /// Width times height.
    pub max_pixels: u64,
    /// Memory of the decoded image, in the file's own depth and number of channels.
    pub max_decoded_bytes: u64,
}

impl Default for Limits {
    /// Twice the largest radiographs in use (about 20 megapixels at 16 bits), and small enough for a phone's browser.
    fn default() -> Self {
        Self {
            max_bytes: 100 * MEGA,
            max_pixels: 50 * MEGA,
            max_decoded_bytes: 400 * MEGA,
        }
    }
}

impl Limits {
    /// Checks the size of a file, in bytes; callers that know it may do so before reading the file.
    pub fn check_bytes(&self, bytes: u64) -> Result<()> {
        if bytes > self.max_bytes {
            return Err(Error::TooManyBytes {
                actual_mb: bytes.div_ceil(MEGA),
                limit_mb: self.max_bytes / MEGA,
            });
        }
        Ok(())
    }

    /// Checks the size in pixels that an image's header declares.
    pub(super) fn check_pixels(&self, width: u64, height: u64) -> Result<()> {
        if width.saturating_mul(height) > self.max_pixels {
            return Err(Error::TooManyPixels {
                width,
                height,
                limit_mp: self.max_pixels / MEGA,
            });
        }
        Ok(())
    }

    /// Memory that a decoder may use: it needs more than the image itself.
    pub(super) fn decoder_bytes(&self) -> u64 {
        2 * self.max_decoded_bytes
    }

    /// The error for a decoder that needs more.
    pub(super) fn too_much_to_decode(&self, format: &'static str) -> Error {
        Error::Unsupported {
            format,
            reason: format!(
                "decoding it takes more than {} MB of memory",
                self.decoder_bytes() / MEGA
            ),
        }
    }

    /// Checks the memory that a decoder is about to allocate.
    pub(super) fn check_decoded_bytes(&self, bytes: u64) -> Result<()> {
        if bytes > self.max_decoded_bytes {
            return Err(Error::TooMuchMemory {
                actual_mb: bytes.div_ceil(MEGA),
                limit_mb: self.max_decoded_bytes / MEGA,
            });
        }
        Ok(())
    }
}
