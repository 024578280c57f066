//! Finding and loading the images in or below a folder.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use pneumonia_cnn::input::Input;
use pneumonia_cnn::radiograph::{Limits, Radiograph};
use walkdir::{DirEntry, WalkDir};

/// A file or folder that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "left out {}: {}", self.path.display(), self.reason)
    }
}

/// Each file at or below `path`, sorted by name, and what can't be read as one. Hidden files below a folder are left
/// out: file managers create them, and they are not data.
pub fn files_below(path: &Path) -> impl Iterator<Item = Result<PathBuf, Skipped>> {
    let root = path.to_owned();
    let entries = WalkDir::new(path)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_visible);
    entries.filter_map(move |entry| match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) if entry.file_type().is_file() => Some(Ok(entry.into_path())),
        // Reading a pipe would wait forever.
        Ok(entry) => Some(Err(Skipped {
            path: entry.into_path(),
            reason: "it is a pipe, a socket or a device, not a file".into(),
        })),
        Err(error) => Some(Err(Skipped {
            path: error.path().unwrap_or(&root).to_owned(),
            reason: walk_error(&error),
        })),
    })
}

/// Why a file or folder could not be listed, without its path.
fn walk_error(error: &walkdir::Error) -> String {
    match (error.io_error(), error.loop_ancestor()) {
        (Some(error), _) => error.to_string(),
        (_, Some(folder)) => format!("a link leads back to {}", folder.display()),
        _ => error.to_string(),
    }
}

fn is_visible(entry: &DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// A film, and the bytes of its file.
///
/// # Errors
/// Why it can't be read, in a sentence without the path. Files that are too large are not read at all.
pub fn read_film(path: &Path) -> Result<(Radiograph, Vec<u8>), String> {
    let limits = Limits::default();
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    limits
        .check_bytes(size)
        .map_err(|error| error.to_string())?;
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let film = Radiograph::from_bytes(&bytes, &limits).map_err(|error| error.to_string())?;
    Ok((film, bytes))
}

/// The images below `folder`, each with the name of its parent folder. Those that can't be decoded are listed on stderr
/// and left out.
///
/// # Errors
/// When the folder itself can't be read.
pub fn by_folder(folder: &Path) -> Result<Vec<(String, Input)>> {
    let mut pictures = Vec::new();
    for path in files_below(folder) {
        let read = path.and_then(|path| match read_film(&path) {
            Ok((film, _)) => Ok((path, film)),
            Err(reason) => Err(Skipped { path, reason }),
        });
        match read {
            Ok((path, film)) => {
                let kind = path.parent().and_then(Path::file_name).unwrap_or_default();
                pictures.push((kind.to_string_lossy().into_owned(), Input::new(&film)));
            }
            Err(skipped) if skipped.path == folder => {
                bail!("can't read {}: {}", folder.display(), skipped.reason)
            }
            Err(skipped) => eprintln!("{skipped}"),
        }
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_link_that_leads_back_is_told_once_and_hides_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        for file in ["b.png", ".hidden", "a.png"] {
            fs::write(inner.join(file), b"").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), inner.join("back")).unwrap();
        let (files, errors): (Vec<_>, Vec<_>) = files_below(folder.path()).partition(Result::is_ok);
        let names = files.into_iter().map(|file| file.unwrap());
        let names: Vec<_> = names
            .map(|file| file.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["a.png", "b.png"]);
        let loops = errors.into_iter().map(|error| error.unwrap_err().reason);
        assert_eq!(
            loops
                .filter(|reason| reason.contains("a link leads back"))
                .count(),
            1
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_and_a_device_are_told_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.png");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.png")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.png"));
        let found: Vec<_> = files_below(folder.path()).collect();
        assert_eq!(found.len(), 3);
        for skipped in found {
            let skipped = skipped.unwrap_err();
            assert!(skipped.reason.contains("not a file"), "{skipped}");
        }
    }

    #[test]
    fn a_file_beyond_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("huge.png");
        let huge = fs::File::create(&path).unwrap();
        // Sparse: it takes no space, but reading it would take the memory.
        huge.set_len(1 << 40).unwrap();
        let reason = read_film(&path).unwrap_err();
        assert!(reason.contains("the limit is"), "{reason}");
    }
}
