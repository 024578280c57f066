//! Writing files so that a crash or a full disk never leaves half of one.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// Writes beside `path` under a temporary name, waits until the bytes are on the disk, and renames: `path`
/// holds either what it held before or all of `bytes`.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| {
        format!(
            "can't write {}; what was written before is intact",
            path.display()
        )
    })
}
